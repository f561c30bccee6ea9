// SPDX-License-Identifier: LGPL-2.1-or-later
// Bilinear scaling and the size that fits.
#include "omv/image/scale.h"

#include <gtest/gtest.h>

#include "omv/image/convert.h"

namespace omv {
namespace {

Frame scaled(const Frame& from, std::uint32_t width, std::uint32_t height) {
  Frame to = {{from.info.format, width, height}, {}};
  to.data.resize(payload_bytes(to.info));
  scale_bilinear(packed_view(from.info, ConstByteSpan(from.data)), packed_view(to.info, ByteSpan(to.data)));
  return to;
}

TEST(Scale, HalfSizeAveragesFourPixels) {
  const Frame from = {{PixelFormat::grayscale, 4, 2}, {0, 100, 10, 20, 100, 200, 30, 40}};
  EXPECT_EQ(scaled(from, 2, 1).data, (Bytes{100, 25}));
}

TEST(Scale, SameSizeChangesNothing) {
  Frame grey = {{PixelFormat::grayscale, 33, 17}, Bytes(33 * 17)};
  Frame binary = {{PixelFormat::binary, 33, 17}, Bytes(8 * 17)};
  Frame colour = {{PixelFormat::rgb565, 33, 17}, Bytes(2 * 33 * 17)};
  for (std::size_t i = 0; i < grey.data.size(); ++i) grey.data[i] = static_cast<std::uint8_t>(i * 7);
  for (std::size_t i = 0; i < colour.data.size(); ++i) colour.data[i] = static_cast<std::uint8_t>(i * 11);
  for (std::size_t i = 0; i < binary.data.size(); ++i)
    binary.data[i] = static_cast<std::uint8_t>(i % 8 < 4 ? i * 13 : i % 8 == 4 ? i >> 3 & 1 : 0);
  for (const Frame& frame : {grey, colour, binary}) EXPECT_EQ(scaled(frame, 33, 17).data, frame.data);
}

TEST(Scale, FlatPicturesStayFlatInEveryFormat) {
  const std::uint16_t pixel = reduce_to_565({200, 100, 50});
  Frame colour = {{PixelFormat::rgb565, 31, 13}, {}};
  for (int i = 0; i < 31 * 13; ++i) append_le(colour.data, pixel);
  const Frame small = scaled(colour, 7, 5);
  for (std::size_t i = 0; i < small.data.size(); i += 2)
    EXPECT_EQ(load_le<std::uint16_t>(small.data.data() + i), pixel);
  const Frame black = {{PixelFormat::binary, 31, 2}, Bytes(8, 0)};
  EXPECT_EQ(scaled(black, 5, 1).data, Bytes(4, 0));
  const Frame white = {{PixelFormat::binary, 32, 2}, Bytes(8, 0xFF)};
  EXPECT_EQ(scaled(white, 5, 1).data, (Bytes{0x1F, 0, 0, 0}));
}

TEST(Scale, FitsByTheSmallerRatioAndNeverUp) {
  const auto fit = [](std::uint32_t w, std::uint32_t h, std::uint32_t max_w, std::uint32_t max_h) {
    const FrameInfo info = scaled_to_fit({PixelFormat::rgb565, w, h}, max_w, max_h);
    return std::pair{info.width, info.height};
  };
  EXPECT_EQ(fit(640, 480, 320, 320), std::pair(320u, 240u));
  EXPECT_EQ(fit(640, 480, 1000, 240), std::pair(320u, 240u));
  EXPECT_EQ(fit(320, 240, 640, 480), std::pair(320u, 240u));
  EXPECT_EQ(fit(10, 400, 100, 20), std::pair(0u, 20u));
}

}  // namespace
}  // namespace omv
