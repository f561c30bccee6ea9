// SPDX-License-Identifier: LGPL-2.1-or-later
// Every sample against the definition, in every position of a vector.
#include "omv/image/full_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "omv/base/bytes.h"

namespace omv {
namespace {

std::uint8_t exact(double value) { return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0)); }

Bytes every_sample() {
  Bytes samples(256);
  std::iota(samples.begin(), samples.end(), std::uint8_t{0});
  return samples;
}

TEST(FullRange, LumaIsTheRoundedValue) {
  const Bytes in = every_sample();
  Bytes out(256);
  expand_luma(in.data(), in.size(), out.data());
  for (int y = 0; y < 256; ++y) EXPECT_EQ(out[static_cast<std::size_t>(y)], exact((y - 16) * 255.0 / 219)) << y;
  EXPECT_EQ(out[16], 0);
  EXPECT_EQ(out[235], 255);
}

TEST(FullRange, ChromaIsTheRoundedValue) {
  const Bytes in = every_sample();
  Bytes out(256);
  expand_chroma(in.data(), in.size(), out.data());
  for (int c = 0; c < 256; ++c) EXPECT_EQ(out[static_cast<std::size_t>(c)], exact((c - 128) * 255.0 / 224 + 128)) << c;
}

TEST(FullRange, EveryLengthIsTheSameInPlaceAndNothingBehindIsTouched) {
  const Bytes in = every_sample();
  Bytes whole(256);
  expand_luma(in.data(), in.size(), whole.data());
  for (std::size_t count = 0; count <= 70; ++count) {
    Bytes row = in;
    expand_luma(row.data(), count, row.data());
    EXPECT_TRUE(std::equal(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(count), whole.begin())) << count;
    EXPECT_TRUE(std::equal(row.begin() + static_cast<std::ptrdiff_t>(count), row.end(),
                           in.begin() + static_cast<std::ptrdiff_t>(count)))
        << count;
  }
}

TEST(FullRange, PixelsOfThreeAreStretchedEachByItsOwn) {
  Bytes pixels = {16, 16, 240, 235, 128, 128};
  expand_ycbcr(pixels.data(), 2, pixels.data());
  EXPECT_EQ(pixels, (Bytes{0, 1, 255, 255, 128, 128}));
}

}  // namespace
}  // namespace omv
