// SPDX-License-Identifier: LGPL-2.1-or-later
// PGM and PPM against bytes written by hand, what else the formats allow, and hostile headers.
#include "omv/formats/pnm.h"

#include <gtest/gtest.h>

#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::decode_error;
using test::encoded;

Bytes bytes_of(std::string_view text) {
  const ConstByteSpan bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Result<Frame> decode(std::string_view text) { return kPgmFormat.decode(as_bytes(text), {}); }

Errc error_of(std::string_view text) { return decode_error(kPgmFormat, as_bytes(text)); }

TEST(Pnm, GreyIsWrittenAsTheCameraDoes) {
  EXPECT_EQ(encoded(kPgmFormat, Frame{{PixelFormat::grayscale, 3, 1}, {'a', 'b', 'c'}}), bytes_of("P5\n3 1\n255\nabc"));
}

TEST(Pnm, SixteenBitIsWrittenHighByteFirst) {
  EXPECT_EQ(encoded(kPgmFormat, Frame{{PixelFormat::gray16, 1, 2}, {'a', 'b', 'c', 'd'}}),
            bytes_of("P5\n1 2\n65535\nbadc"));
}

TEST(Pnm, Rgb565IsWrittenExpanded) {
  const Frame frame = {{PixelFormat::rgb565, 2, 1}, {0x00, 0xF8, 0x21, 0x08}};
  Bytes expected = bytes_of("P6\n2 1\n255\n");
  append(expected, Bytes{255, 0, 0, 8, 4, 8});
  EXPECT_EQ(encoded(kPpmFormat, frame), expected);
}

TEST(Pnm, EveryOrderOfColoursIsWrittenAsRgb) {
  const Bytes expected = bytes_of("P6\n1 1\n255\nrgb");
  const auto written = [](PixelFormat format, Bytes data) {
    return encoded(kPpmFormat, Frame{{format, 1, 1}, std::move(data)});
  };
  EXPECT_EQ(written(PixelFormat::rgb888, {'r', 'g', 'b'}), expected);
  EXPECT_EQ(written(PixelFormat::bgr888, {'b', 'g', 'r'}), expected);
  EXPECT_EQ(written(PixelFormat::rgbx8888, {'r', 'g', 'b', 'x'}), expected);
  EXPECT_EQ(written(PixelFormat::xbgr8888, {'x', 'b', 'g', 'r'}), expected);
}

TEST(Pnm, TextAndCommentsAreRead) {
  const auto grey = decode("P2 # greys\n#\n 2 # width\n1\t255\r\n0 #left\n  255");
  ASSERT_TRUE(grey) << grey.error().message;
  EXPECT_EQ(grey->info, (FrameInfo{PixelFormat::grayscale, 2, 1}));
  EXPECT_EQ(grey->data, (Bytes{0, 255}));
  const auto colour = decode("P3\n1 1\n255\n1 2 3\n");
  ASSERT_TRUE(colour);
  EXPECT_EQ(colour->info, (FrameInfo{PixelFormat::rgb888, 1, 1}));
  EXPECT_EQ(colour->data, (Bytes{1, 2, 3}));
}

TEST(Pnm, OtherMaxvalsAreScaledToTheFullRange) {
  EXPECT_EQ(decode("P2 3 1 3 0 1 3")->data, (Bytes{0, 85, 255}));
  const auto wide = decode("P2 2 1 1000 1000 1");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->info.format, PixelFormat::gray16);
  EXPECT_EQ(wide->data, (Bytes{255, 255, 66, 0}));
  EXPECT_EQ(decode(std::string_view("P6 1 1 65535\n\xFF\xFF\x80\x80\x00\x00", 19))->data, (Bytes{255, 128, 0}));
}

TEST(Pnm, BytesBehindThePictureDoNotMatter) { EXPECT_EQ(decode("P5 1 1 255\naP5")->data, (Bytes{'a'})); }

TEST(Pnm, DamageIsAnError) {
  EXPECT_EQ(error_of("P5 1 1 255\na"), Errc::end);
  EXPECT_EQ(error_of("P4 1 1\na"), Errc::invalid);
  EXPECT_EQ(error_of("P51 1 255\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 x 1 255\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 -1 1 255\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 1 1 0\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 1 1 65536\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 1 1 255a"), Errc::invalid);
  EXPECT_EQ(error_of("P5 1 1 20\na"), Errc::invalid);
  EXPECT_EQ(error_of("P2 1 1 20 21"), Errc::invalid);
  EXPECT_EQ(error_of("P2 1 1 20 x1"), Errc::invalid);
  EXPECT_EQ(error_of("P2 2 1 20 1   "), Errc::truncated);
  EXPECT_EQ(error_of("P5 2 1 255\na"), Errc::truncated);
}

TEST(Pnm, SizesAreLimitedBeforeAnythingIsAllocated) {
  EXPECT_EQ(error_of("P5 0 1 255\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 32768 1 255\na"), Errc::limit);
  EXPECT_EQ(error_of("P5 999999999 999999999 255\na"), Errc::limit);
  EXPECT_EQ(error_of("P5 99999999999999999999 1 255\na"), Errc::invalid);
  EXPECT_EQ(error_of("P5 32767 32767 255\na"), Errc::limit);
  EXPECT_EQ(error_of("P5 9999 9999 255\na"), Errc::truncated);
  EXPECT_EQ(error_of("P3 9999 9999 255\n1 "), Errc::truncated);
}

}  // namespace
}  // namespace omv::formats
