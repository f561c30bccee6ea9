// SPDX-License-Identifier: LGPL-2.1-or-later
// Bayer mosaics as files.
#include "omv/formats/raw_bayer.h"

#include <gtest/gtest.h>

#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::decode_error;
using test::encoded;

TEST(RawBayer, IsTheMosaicAndNothingElse) {
  const Frame frame = test::noise_picture(PixelFormat::bayer_grbg, 33, 17);
  const Bytes file = encoded(kRawBayerFormat, frame);
  EXPECT_EQ(file, frame.data);
  const auto back = kRawBayerFormat.decode(file, {.geometry = frame.info});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->info, frame.info);
  EXPECT_EQ(back->data, frame.data);
}

TEST(RawBayer, RowsLoseTheirPadding) {
  const Bytes padded = {1, 2, 9, 9, 3, 4, 9, 9};
  EXPECT_EQ(encoded(kRawBayerFormat, ImageView{{PixelFormat::bayer_bggr, 2, 2}, padded.data(), 4}),
            (Bytes{1, 2, 3, 4}));
}

TEST(RawBayer, FilesOfAnotherSizeAreErrors) {
  const DecodeOptions options = {.geometry = FrameInfo{PixelFormat::bayer_bggr, 4, 4}};
  EXPECT_EQ(decode_error(kRawBayerFormat, Bytes(16), options), Errc::end);
  EXPECT_EQ(decode_error(kRawBayerFormat, Bytes(15), options), Errc::truncated);
  EXPECT_EQ(decode_error(kRawBayerFormat, Bytes(17), options), Errc::invalid);
}

TEST(RawBayer, TheOrderMustBeOne) {
  EXPECT_EQ(decode_error(kRawBayerFormat, Bytes(16), {.geometry = FrameInfo{PixelFormat::grayscale, 4, 4}}),
            Errc::invalid);
  EXPECT_EQ(decode_error(kRawBayerFormat, Bytes(16), {.geometry = FrameInfo{PixelFormat::bayer_bggr, 0, 4}}),
            Errc::invalid);
}

}  // namespace
}  // namespace omv::formats
