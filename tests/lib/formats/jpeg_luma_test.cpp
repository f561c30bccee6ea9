// SPDX-License-Identifier: LGPL-2.1-or-later
// Luma at an eighth of the size: the same as libjpeg's, whatever the stream is, and errors for all that is damaged.
#include "omv/formats/jpeg_luma.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "omv/formats/jpeg_scaled.h"
#include "omv/formats/jpeg_scan.h"
#include "still_pictures.h"

namespace omv::formats {
namespace {

Bytes jpeg_of(const Frame& frame, const JpegSettings& settings) {
  JpegEncoder encoder;
  Bytes out;
  const auto done = encoder.encode(packed_view(frame.info, ConstByteSpan(frame.data)), settings, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

void expect_like_libjpeg(JpegLumaDecoder& decoder, const Bytes& jpeg, const std::string& what) {
  Frame ours, theirs;
  const auto size = decoder.decode(jpeg, ours);
  const auto expected = detail::decode_scaled_luma(jpeg, theirs, {});
  ASSERT_TRUE(size) << what << ": " << size.error().message;
  ASSERT_TRUE(expected) << what;
  EXPECT_EQ(*size, *expected) << what;
  EXPECT_EQ(ours.info, theirs.info) << what;
  EXPECT_EQ(ours.data, theirs.data) << what;
}

// Where a segment of this kind begins; past the end when there is none.
std::size_t find_marker(const Bytes& jpeg, std::uint8_t code) {
  const std::array<std::uint8_t, 2> marker = {0xFF, code};
  return static_cast<std::size_t>(std::search(jpeg.begin(), jpeg.end(), marker.begin(), marker.end()) - jpeg.begin());
}

TEST(JpegLuma, IsThatOfLibjpegForEveryWayOfCoding) {
  JpegLumaDecoder decoder;
  for (const auto& [width, height] : {std::pair{1u, 1u}, {8u, 8u}, {33u, 17u}, {100u, 75u}})
    for (const PixelFormat format : {PixelFormat::grayscale, PixelFormat::rgb888})
      for (const Subsampling subsampling : {Subsampling::s444, Subsampling::s422, Subsampling::s420})
        for (const int quality : {1, 50, 95, 100})
          for (const Frame& frame :
               {test::noise_picture(format, width, height), test::smooth_picture(format, width, height)})
            for (const bool optimize : {false, true})
              expect_like_libjpeg(
                  decoder, jpeg_of(frame, {.quality = quality, .subsampling = subsampling, .optimize = optimize}),
                  std::to_string(width) + " at " + std::to_string(quality));
}

TEST(JpegLuma, KnowsRestartsAndLeavesProgressiveStreamsToLibjpeg) {
  JpegLumaDecoder decoder;
  const Frame frame = test::noise_picture(PixelFormat::rgb888, 70, 50);
  for (const int rows : {1, 2}) {
    const Bytes jpeg = jpeg_of(frame, {.quality = 80, .subsampling = Subsampling::s420, .restart_rows = rows});
    ASSERT_LT(find_marker(jpeg, 0xDD), jpeg.size());
    expect_like_libjpeg(decoder, jpeg, "restarts");
  }
  expect_like_libjpeg(decoder, jpeg_of(frame, {.quality = 80, .progressive = true}), "progressive");
}

// As cameras leave them out of Motion JPEG.
TEST(JpegLuma, KnowsTheStandardTablesWhenAStreamHasNone) {
  Bytes jpeg = jpeg_of(test::smooth_picture(PixelFormat::rgb888, 40, 40), {.quality = 80});
  for (std::size_t at; (at = find_marker(jpeg, 0xC4)) < jpeg.size();) {
    const auto length = static_cast<std::ptrdiff_t>(jpeg[at + 2] << 8 | jpeg[at + 3]);
    jpeg.erase(jpeg.begin() + static_cast<std::ptrdiff_t>(at),
               jpeg.begin() + static_cast<std::ptrdiff_t>(at) + 2 + length);
  }
  JpegLumaDecoder decoder;
  expect_like_libjpeg(decoder, jpeg, "without tables");
}

TEST(JpegLuma, EveryTruncationIsAnError) {
  const Frame frame = test::noise_picture(PixelFormat::rgb888, 24, 24);
  JpegLumaDecoder decoder;
  for (const JpegSettings& settings : {JpegSettings{.quality = 60}, JpegSettings{.quality = 60, .restart_rows = 1}}) {
    const Bytes jpeg = jpeg_of(frame, settings);
    for (std::size_t length = 0; length < jpeg.size(); ++length) {
      Frame into;
      const auto size = decoder.decode(ConstByteSpan(jpeg.data(), length), into);
      ASSERT_FALSE(size) << length;
      EXPECT_FALSE(size.error().message.empty());
    }
  }
}

TEST(JpegLuma, DamageIsAnErrorOrAPicture) {
  const Bytes whole = jpeg_of(test::noise_picture(PixelFormat::rgb888, 40, 32), {.quality = 60, .restart_rows = 1});
  JpegLumaDecoder decoder;
  Frame into;
  int errors = 0;
  for (std::size_t at = 2; at < whole.size(); ++at)
    for (const std::uint8_t by : {0x00, 0xFF, 0x5A}) {
      Bytes jpeg = whole;
      jpeg[at] = by;
      const auto size = decoder.decode(jpeg, into);
      errors += size ? 0 : 1;
      if (size) {
        EXPECT_EQ(into.data.size(), payload_bytes(into.info));
      }
    }
  EXPECT_GT(errors, 100);
  EXPECT_TRUE(decoder.decode(whole, into));  // and leaves nothing behind
}

TEST(JpegLuma, ALostRestartMarkerIsDamage) {
  Bytes jpeg = jpeg_of(test::noise_picture(PixelFormat::rgb888, 40, 32), {.quality = 60, .restart_rows = 1});
  const std::size_t at = find_marker(jpeg, 0xD0);
  jpeg[at] = jpeg[at + 1] = 0x12;
  JpegLumaDecoder decoder;
  Frame into;
  const auto size = decoder.decode(jpeg, into);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, Errc::invalid);
}

TEST(JpegLuma, ClaimsBeyondTheLimitAreRefusedBeforeMemoryIsTaken) {
  Bytes jpeg = jpeg_of(test::noise_picture(PixelFormat::rgb888, 16, 16), {.quality = 60});
  const std::size_t sof = find_marker(jpeg, 0xC0);
  std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(sof) + 5, 4, std::uint8_t{0xFF});
  JpegLumaDecoder decoder;
  Frame into;
  const auto size = decoder.decode(jpeg, into);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().code, Errc::limit);
  EXPECT_EQ(into.data.capacity(), 0u);
}

TEST(JpegLuma, TablesThatAreNoCodesAreRefused) {
  detail::AcCodes codes;
  Bytes definition(17, 0);
  definition[0] = 3;  // codes of one bit
  definition.resize(19);
  EXPECT_FALSE(codes.define(definition));
  definition[0] = 0;
  definition[15] = 200;  // and 3 symbols
  EXPECT_FALSE(codes.define(definition));
  detail::DcCodes dc;
  Bytes wide(17, 0);
  wide[0] = 1;
  wide[16] = 16;
  EXPECT_FALSE(dc.define(wide));
}

}  // namespace
}  // namespace omv::formats
