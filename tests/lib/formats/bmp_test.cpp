// SPDX-License-Identifier: LGPL-2.1-or-later
// BMP against bytes written by hand, in both orders of rows, and hostile headers.
#include "omv/formats/bmp.h"

#include <gtest/gtest.h>

#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::decode_error;
using test::encoded;

constexpr std::size_t kWidthAt = 18;
constexpr std::size_t kHeightAt = 22;
constexpr std::size_t kBitsAt = 28;
constexpr std::size_t kCompressionAt = 30;

// File header and a header of 40 bytes, in front of `rest`.
Bytes file(std::int32_t width, std::int32_t height, std::uint16_t bits, std::uint32_t compression, const Bytes& between,
           const Bytes& pixels) {
  Bytes out = {'B', 'M'};
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(54 + between.size() + pixels.size()));
  append_le<std::uint32_t>(out, 0);
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(54 + between.size()));
  append_le<std::uint32_t>(out, 40);
  append_le<std::int32_t>(out, width);
  append_le<std::int32_t>(out, height);
  append_le<std::uint16_t>(out, 1);
  append_le<std::uint16_t>(out, bits);
  append_le<std::uint32_t>(out, compression);
  append_le<std::uint32_t>(out, static_cast<std::uint32_t>(pixels.size()));
  out.resize(54);
  append(out, between);
  append(out, pixels);
  return out;
}

Bytes with(Bytes bytes, std::size_t at, std::uint32_t value) {
  store_le(bytes.data() + at, value);
  return bytes;
}

const Bytes kMasks = {0, 0xF8, 0, 0, 0xE0, 0x07, 0, 0, 0x1F, 0, 0, 0};

Bytes palette(std::initializer_list<std::array<std::uint8_t, 3>> bgr) {
  Bytes out;
  for (const auto& colour : bgr) append(out, Bytes{colour[0], colour[1], colour[2], 0});
  out.resize(1024);
  return out;
}

TEST(Bmp, Rgb565IsWrittenAsTheCameraDoes) {
  const Frame frame = {{PixelFormat::rgb565, 1, 2}, {0x34, 0x12, 0x78, 0x56}};
  EXPECT_EQ(encoded(kBmpFormat, frame), file(1, -2, 16, 3, kMasks, {0x34, 0x12, 0, 0, 0x78, 0x56, 0, 0}));
}

TEST(Bmp, Rgb888IsWrittenAsBgr) {
  const Frame frame = {{PixelFormat::rgb888, 2, 1}, {1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(encoded(kBmpFormat, frame), file(2, -1, 24, 0, {}, {3, 2, 1, 6, 5, 4, 0, 0}));
  const Frame xrgb = {{PixelFormat::xrgb8888, 2, 1}, {9, 1, 2, 3, 9, 4, 5, 6}};
  EXPECT_EQ(encoded(kBmpFormat, xrgb), encoded(kBmpFormat, frame));
  const Frame bgr = {{PixelFormat::bgr888, 2, 1}, {3, 2, 1, 6, 5, 4}};
  EXPECT_EQ(encoded(kBmpFormat, bgr), encoded(kBmpFormat, frame));
}

TEST(Bmp, GreyIsWrittenWithTheIdentityPalette) {
  const Bytes out = encoded(kBmpFormat, Frame{{PixelFormat::grayscale, 3, 1}, {7, 8, 9}});
  ASSERT_EQ(out.size(), 1078U + 4);
  EXPECT_EQ(Bytes(out.begin() + 54 + 4 * 200, out.begin() + 54 + 4 * 201), (Bytes{200, 200, 200, 0}));
  EXPECT_EQ(Bytes(out.end() - 4, out.end()), (Bytes{7, 8, 9, 0}));
}

TEST(Bmp, RowsAreReadInBothOrders) {
  const Bytes pixels = {3, 2, 1, 0, 6, 5, 4, 0};
  const auto down = kBmpFormat.decode(file(1, -2, 24, 0, {}, pixels), {});
  const auto up = kBmpFormat.decode(file(1, 2, 24, 0, {}, pixels), {});
  ASSERT_TRUE(down && up);
  EXPECT_EQ(down->data, (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(up->data, (Bytes{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(up->info, (FrameInfo{PixelFormat::rgb888, 1, 2}));
}

TEST(Bmp, PaletteOfGreysGivesGreys) {
  const auto frame = kBmpFormat.decode(file(2, 1, 8, 0, palette({{9, 9, 9}, {200, 200, 200}}), {1, 0, 0, 0}), {});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->info.format, PixelFormat::grayscale);
  EXPECT_EQ(frame->data, (Bytes{200, 9}));
}

TEST(Bmp, PaletteOfColoursGivesColours) {
  const auto frame = kBmpFormat.decode(file(2, 1, 8, 0, palette({{1, 2, 3}, {4, 5, 6}}), {1, 0, 0, 0}), {});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->info.format, PixelFormat::rgb888);
  EXPECT_EQ(frame->data, (Bytes{6, 5, 4, 3, 2, 1}));
}

TEST(Bmp, ShortPalettesAreRead) {
  Bytes bytes = file(1, 1, 8, 0, {1, 2, 3, 0, 4, 5, 6, 0}, {1, 0, 0, 0});
  store_le<std::uint32_t>(bytes.data() + 46, 2);
  const auto frame = kBmpFormat.decode(bytes, {});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->data, (Bytes{6, 5, 4}));
}

TEST(Bmp, LongHeadersAreRead) {
  Bytes bytes = file(1, 1, 24, 0, Bytes(124 - 40), {3, 2, 1, 0});
  store_le<std::uint32_t>(bytes.data() + 14, 124);
  const auto frame = kBmpFormat.decode(bytes, {});
  ASSERT_TRUE(frame) << frame.error().message;
  EXPECT_EQ(frame->data, (Bytes{1, 2, 3}));
}

TEST(Bmp, PaddingOfTheLastRowMayBeMissing) {
  const auto frame = kBmpFormat.decode(file(1, 1, 24, 0, {}, {3, 2, 1}), {});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->data, (Bytes{1, 2, 3}));
  EXPECT_EQ(decode_error(kBmpFormat, file(1, 1, 24, 0, {}, {3, 2})), Errc::truncated);
}

TEST(Bmp, OtherKindsAreUnsupported) {
  const Bytes good = file(1, 1, 24, 0, {}, {3, 2, 1, 0});
  for (const std::uint32_t bits : {0U, 1U, 4U, 15U, 32U, 65535U})
    EXPECT_EQ(decode_error(kBmpFormat, with(good, kBitsAt, bits)), Errc::unsupported) << bits;
  EXPECT_EQ(decode_error(kBmpFormat, with(good, kCompressionAt, 1)), Errc::unsupported);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 14, 12)), Errc::unsupported);
  EXPECT_EQ(decode_error(kBmpFormat, file(1, 1, 16, 0, {}, {1, 2, 0, 0})), Errc::unsupported);
  EXPECT_EQ(decode_error(kBmpFormat, file(1, 1, 16, 3, Bytes(12), {1, 2, 0, 0})), Errc::unsupported);
}

TEST(Bmp, HostileHeadersAreErrors) {
  const Bytes good = file(1, 1, 24, 0, {}, {3, 2, 1, 0});
  EXPECT_EQ(decode_error(kBmpFormat, good), Errc::end);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, kWidthAt, 0)), Errc::invalid);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, kHeightAt, 0)), Errc::invalid);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, kWidthAt, 0xFFFFFFFF)), Errc::limit);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, kHeightAt, 0x80000000)), Errc::limit);
  EXPECT_EQ(decode_error(kBmpFormat, with(with(good, kWidthAt, 32767), kHeightAt, 32767)), Errc::limit);
  EXPECT_EQ(decode_error(kBmpFormat, with(with(good, kWidthAt, 9999), kHeightAt, 9999)), Errc::truncated);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 10, 53)), Errc::invalid);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 10, 0xFFFFFFFF)), Errc::truncated);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 0, 0)), Errc::invalid);
}

TEST(Bmp, HostilePalettesAreErrors) {
  const Bytes good = file(1, 1, 8, 0, palette({}), {1, 0, 0, 0});
  EXPECT_EQ(decode_error(kBmpFormat, good), Errc::end);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 46, 257)), Errc::invalid);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 46, 0xFFFFFFFF)), Errc::invalid);
  EXPECT_EQ(decode_error(kBmpFormat, with(good, 10, 54)), Errc::invalid);
}

}  // namespace
}  // namespace omv::formats
