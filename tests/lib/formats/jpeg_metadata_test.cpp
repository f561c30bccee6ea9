// SPDX-License-Identifier: LGPL-2.1-or-later
// Metadata of JPEG: written, read, added, cut off at every length.
#include "omv/formats/jpeg_metadata.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "omv/formats/jpeg.h"

namespace omv::formats {
namespace {

Frame grey_frame() { return {{PixelFormat::grayscale, 24, 17}, Bytes(24 * 17, 90)}; }

Bytes jpeg_with(const Metadata& metadata) {
  const Frame frame = grey_frame();
  JpegEncoder encoder;
  Bytes out;
  const auto done = encoder.encode(packed_view(frame.info, ConstByteSpan(frame.data)), {}, out, metadata);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

Metadata everything() {
  Metadata metadata;
  metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
  metadata.xmp = "<x:xmpmeta/>";
  metadata.icc = Bytes(200'000, 0x5A);  // four segments
  for (std::size_t i = 0; i < metadata.icc.size(); ++i) metadata.icc[i] = static_cast<std::uint8_t>(i / 1000);
  metadata.comments = {"first", "", "second"};
  metadata.dots_per_metre = 11811;  // 300 dpi
  return metadata;
}

Metadata read(ConstByteSpan jpeg) {
  auto metadata = read_jpeg_metadata(jpeg);
  EXPECT_TRUE(metadata) << metadata.error().message;
  return metadata ? *metadata : Metadata();
}

Bytes added(ConstByteSpan jpeg, const Metadata& metadata) {
  Bytes out;
  const auto done = add_jpeg_metadata(jpeg, metadata, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

// Without the segments in front of the tables.
Bytes from_tables(const Bytes& jpeg) {
  const Bytes dqt = {0xFF, 0xDB};
  return {std::search(jpeg.begin(), jpeg.end(), dqt.begin(), dqt.end()), jpeg.end()};
}

TEST(JpegMetadata, ComesBackAsItWasWritten) { EXPECT_EQ(read(jpeg_with(everything())), everything()); }

TEST(JpegMetadata, OfAPlainPictureIsEmpty) { EXPECT_TRUE(read(jpeg_with({})).empty()); }

TEST(JpegMetadata, AddedIsTheSameAsWritten) {
  const Bytes out = added(jpeg_with({}), everything());
  EXPECT_EQ(out, jpeg_with(everything()));
  EXPECT_TRUE(decode_jpeg(out, PixelFormat::grayscale));
}

TEST(JpegMetadata, WhatIsThereWins) {
  Metadata first = everything();
  first.comments = {"first"};
  Metadata second = everything();
  second.exif = {'M', 'M', 0, 42, 0, 0, 0, 8};
  second.xmp = "other";
  second.icc = Bytes(10, 1);
  second.dots_per_metre = 2835;
  second.comments = {"first", "second"};
  const Bytes before = jpeg_with(first);
  const Bytes after = added(before, second);
  Metadata expected = first;
  expected.comments = {"second", "first"};  // what is new comes in front
  EXPECT_EQ(read(after), expected);
  EXPECT_EQ(from_tables(after), from_tables(before));
}

TEST(JpegMetadata, AddingNothingChangesNothing) {
  const Bytes jpeg = jpeg_with(everything());
  EXPECT_EQ(added(jpeg, {}), jpeg);
  EXPECT_EQ(added(jpeg, everything()), jpeg);
}

TEST(JpegMetadata, ProfilesInAnyOrderAreWhole) {
  const Bytes plain = jpeg_with({});
  const auto segment = [](int number, const char* text) {
    Bytes bytes = {0xFF, 0xE2, 0, 17};
    append(bytes, as_bytes(std::string_view("ICC_PROFILE\0", 12)));
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(number), 2});
    bytes.push_back(static_cast<std::uint8_t>(*text));
    return bytes;
  };
  Bytes both(plain.begin(), plain.begin() + 2);
  append(both, segment(2, "b"));
  append(both, segment(1, "a"));
  append(both, ConstByteSpan(plain).subspan(2));
  EXPECT_EQ(read(both).icc, (Bytes{'a', 'b'}));

  Bytes half(plain.begin(), plain.begin() + 2);
  append(half, segment(2, "b"));
  append(half, ConstByteSpan(plain).subspan(2));
  EXPECT_TRUE(read(half).icc.empty());
  EXPECT_EQ(added(half, {.icc = Bytes(5, 1)}), half) << "a profile beside half of another";
}

TEST(JpegMetadata, ResolutionsComeBackAsNearAsJfifCanSayThem) {
  for (const std::uint32_t dots : {2835U, 11811U, 3937U, 100U, 23622U, 39370U}) {
    const std::uint32_t said = read(jpeg_with({.dots_per_metre = dots})).dots_per_metre;
    EXPECT_NEAR(said, dots, 20) << dots;
  }
  EXPECT_EQ(jfif_density(0).unit, 0);
  EXPECT_EQ(jfif_density(1).unit, 0) << "less than half a dot in an inch and in a centimetre";
  EXPECT_EQ(jfif_density(4'000'000'000U).unit, 0);
  EXPECT_EQ(jfif_density(10'100).unit, 2) << "101 in a centimetre, exactly";
}

TEST(JpegMetadata, ShapesOfPixelsAreNoResolutionAndStay) {
  Bytes jpeg = jpeg_with({});
  jpeg[15] = 4;  // Xdensity 4, Ydensity 1, no unit: pixels are oblong
  EXPECT_EQ(read(jpeg).dots_per_metre, 0U);
  EXPECT_EQ(added(jpeg, {.dots_per_metre = 3937}), jpeg);
}

TEST(JpegMetadata, WhatNoSegmentHoldsIsALimit) {
  const Bytes jpeg = jpeg_with({});
  Bytes out;
  const auto code_of = [&](const Metadata& metadata) { return add_jpeg_metadata(jpeg, metadata, out).error().code; };
  EXPECT_EQ(code_of({.exif = Bytes(65528)}), Errc::limit);
  EXPECT_EQ(code_of({.xmp = std::string(65505, ' ')}), Errc::limit);
  EXPECT_EQ(code_of({.icc = Bytes(255 * 65519 + 1)}), Errc::limit);
  EXPECT_EQ(code_of({.comments = {std::string(65534, ' ')}}), Errc::limit);
  EXPECT_TRUE(out.empty());
  const Metadata longest = {.exif = Bytes(65527, 1),
                            .xmp = std::string(65504, 'x'),
                            .icc = Bytes(255 * 65519, 2),
                            .comments = {std::string(65533, 'c')}};
  EXPECT_EQ(read(jpeg_with(longest)), longest);
}

TEST(JpegMetadata, EveryTruncationIsAnErrorUpToTheScan) {
  Metadata metadata = everything();
  metadata.icc.resize(100);
  const Bytes jpeg = jpeg_with(metadata);
  const Bytes sos = {0xFF, 0xDA};
  const auto scan = std::search(jpeg.begin(), jpeg.end(), sos.begin(), sos.end()) - jpeg.begin();
  Bytes out;
  for (std::size_t size = 0; size < static_cast<std::size_t>(scan); ++size) {
    ASSERT_EQ(read_jpeg_metadata(ConstByteSpan(jpeg).first(size)).error().code, Errc::truncated) << size;
    ASSERT_FALSE(add_jpeg_metadata(ConstByteSpan(jpeg).first(size), everything(), out)) << size;
    ASSERT_TRUE(out.empty());
  }
  EXPECT_TRUE(read_jpeg_metadata(ConstByteSpan(jpeg).first(static_cast<std::size_t>(scan) + 4)));
  EXPECT_EQ(read_jpeg_metadata(as_bytes("GIF89a")).error().code, Errc::invalid);
}

TEST(JpegMetadata, SegmentsThatOnlyBeginLikeOursAreLeftAlone) {
  const Bytes plain = jpeg_with({});
  for (const std::string_view body : {"Exi", "Exif", "ICC_PROFILE", "http://ns.adobe.com/xap/1.0/", "JFIF"})
    for (const std::uint8_t marker : {0xE0, 0xE1, 0xE2}) {
      Bytes jpeg = {0xFF, 0xD8, 0xFF, marker, 0, static_cast<std::uint8_t>(body.size() + 2)};
      append(jpeg, as_bytes(body));
      append(jpeg, ConstByteSpan(plain).subspan(2));
      EXPECT_TRUE(read(jpeg).empty()) << body;
    }
}

}  // namespace
}  // namespace omv::formats
