// SPDX-License-Identifier: LGPL-2.1-or-later
// Mirrored, flipped and transposed pixels against the definition, for all sizes of a pixel.
#include "omv/image/orientation.h"

#include <gtest/gtest.h>

#include "omv/base/bytes.h"

namespace omv {
namespace {

// Rows that are longer than they need to be, so that strides count.
struct Pixels {
  Pixels(Size s, std::size_t b) : size(s), bytes(b), stride(s.width * b + 5), data(stride * s.height, 0xEE) {}

  std::uint8_t* at(std::uint32_t x, std::uint32_t y) { return data.data() + y * stride + x * bytes; }

  Size size;
  std::size_t bytes;
  std::size_t stride;
  Bytes data;
};

Pixels counted(Size size, std::size_t bytes) {
  Pixels pixels(size, bytes);
  std::uint32_t number = 0;
  for (std::uint32_t y = 0; y < size.height; ++y)
    for (std::size_t i = 0; i < size.width * bytes; ++i) pixels.at(0, y)[i] = static_cast<std::uint8_t>(number++ * 37);
  return pixels;
}

Pixels turned(Pixels from, Orientation how) {
  Pixels to(oriented(from.size, how.transpose), from.bytes);
  orient({from.data.data(), from.stride}, from.size, from.bytes, how, {to.data.data(), to.stride});
  return to;
}

// The definition: out(row r, column c) = flipped_source(row c, column r) when transposed.
Pixels by_definition(Pixels from, Orientation how) {
  Pixels to(oriented(from.size, how.transpose), from.bytes);
  for (std::uint32_t r = 0; r < to.size.height; ++r)
    for (std::uint32_t c = 0; c < to.size.width; ++c) {
      std::uint32_t x = how.transpose ? r : c;
      std::uint32_t y = how.transpose ? c : r;
      if (how.mirror) x = from.size.width - 1 - x;
      if (how.flip) y = from.size.height - 1 - y;
      std::copy_n(from.at(x, y), from.bytes, to.at(c, r));
    }
  return to;
}

constexpr Orientation kAll[] = {{false, false, false}, {true, false, false}, {false, true, false}, {true, true, false},
                                {false, false, true},  {true, false, true},  {false, true, true},  {true, true, true}};

TEST(Orientation, FollowsTheDefinitionForEverySizeOfPixel) {
  for (const std::size_t bytes : {1, 2, 3, 4, 6, 8})
    for (const Size size : {Size{1, 1}, Size{1, 7}, Size{33, 17}, Size{70, 65}, Size{64, 32}})
      for (const Orientation how : kAll) {
        const Pixels from = counted(size, bytes);
        EXPECT_EQ(turned(from, how).data, by_definition(from, how).data)
            << bytes << " bytes, " << size.width << "x" << size.height << ", mirror " << how.mirror << " flip "
            << how.flip << " transpose " << how.transpose;
      }
}

TEST(Orientation, FlipAndTransposeTurnClockwise) {
  Pixels from({3, 2}, 1);
  const Bytes letters = {'a', 'b', 'c', 'd', 'e', 'f'};
  for (std::uint32_t i = 0; i < 6; ++i) *from.at(i % 3, i / 3) = letters[i];
  Pixels right = turned(from, {false, true, true});
  ASSERT_EQ(right.size, (Size{2, 3}));
  EXPECT_EQ(Bytes(right.at(0, 0), right.at(2, 0)), (Bytes{'d', 'a'}));
  EXPECT_EQ(Bytes(right.at(0, 1), right.at(2, 1)), (Bytes{'e', 'b'}));
  EXPECT_EQ(Bytes(right.at(0, 2), right.at(2, 2)), (Bytes{'f', 'c'}));
  Pixels left = turned(from, {true, false, true});
  EXPECT_EQ(Bytes(left.at(0, 0), left.at(2, 0)), (Bytes{'c', 'f'}));
}

TEST(Orientation, KnowsTheSizesOfPixelsItTakes) {
  for (const std::size_t bytes : {1, 2, 3, 4, 6, 8}) EXPECT_TRUE(can_orient(bytes));
  for (const std::size_t bytes : {0, 5, 7, 9, 16}) EXPECT_FALSE(can_orient(bytes));
}

}  // namespace
}  // namespace omv
