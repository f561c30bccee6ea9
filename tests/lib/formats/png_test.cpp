// SPDX-License-Identifier: LGPL-2.1-or-later
// PNG both ways against libpng, every filter and level, and hostile files.
#include "omv/formats/png.h"

#include <gtest/gtest.h>

#include "libpng_files.h"
#include "omv/formats/png_chunks.h"
#include "omv/formats/zlib_stream.h"
#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::colours_of;
using test::decode_error;
using test::encoded;
using test::noise_picture;
using test::PngKind;
using test::rgba_by_libpng;
using test::view_of;

constexpr std::size_t kHeaderAt = 16;  // data of IHDR

// Alpha too, which colours_of() drops.
Bytes rgba_of(const Frame& frame) {
  Bytes rgba = colours_of(frame);
  const RgbLayout* layout = rgb_layout(frame.info.format);
  if (layout == nullptr || layout->alpha < 0) return rgba;
  for (std::size_t i = 0; i < rgba.size(); i += 4)
    rgba[i + 3] = frame.data[i + static_cast<std::size_t>(layout->alpha)];
  return rgba;
}

void expect_near(const Bytes& is, const Bytes& wanted, int most) {
  ASSERT_EQ(is.size(), wanted.size());
  for (std::size_t i = 0; i < is.size(); ++i) ASSERT_NEAR(is[i], wanted[i], most) << "at byte " << i;
}

class PngKinds : public testing::TestWithParam<PngKind> {};

TEST_P(PngKinds, AreReadAsLibpngReadsThem) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {5U, 3U}, {33U, 17U}}) {
    const Bytes file = test::png_file(GetParam(), width, height);
    const auto frame = decode_png(file);
    ASSERT_TRUE(frame) << frame.error().message;
    expect_near(rgba_of(*frame), rgba_by_libpng(file), GetParam().depth == 16 ? 1 : 0);
  }
}

TEST_P(PngKinds, NeverGiveHalfAPicture) {
  const Bytes file = test::png_file(GetParam(), 9, 5);
  for (std::size_t length = 0; length < file.size(); ++length)
    EXPECT_EQ(decode_error(kPngFormat, ConstByteSpan(file).first(length)), Errc::truncated) << length;
}

INSTANTIATE_TEST_SUITE_P(All, PngKinds, testing::ValuesIn(test::png_kinds()),
                         [](const auto& kind) { return test::name_of(kind.param); });

class PngOfEveryFormat : public testing::TestWithParam<PixelFormat> {};

TEST_P(PngOfEveryFormat, IsReadByLibpng) {
  for (const auto& [width, height] : {std::pair{1U, 1U}, {2U, 5U}, {33U, 17U}, {64U, 48U}}) {
    const Frame frame = noise_picture(GetParam(), width, height);
    // A grey of 16 bits is rounded there and cut off here.
    const int most = GetParam() == PixelFormat::gray16 ? 1 : 0;
    expect_near(rgba_by_libpng(encoded(kPngFormat, frame)), rgba_of(frame), most);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PngOfEveryFormat, testing::ValuesIn(test::raw_pixel_formats()),
                         [](const auto& format) { return std::string(to_string(format.param)); });

struct Depth {
  PixelFormat pixels;
  std::uint8_t depth;
  std::uint8_t type;
};

TEST(PngEncoder, GivesEachPictureItsKind) {
  for (const Depth& wanted :
       {Depth{PixelFormat::binary, 1, 0}, Depth{PixelFormat::grayscale, 8, 0}, Depth{PixelFormat::gray16, 16, 0},
        Depth{PixelFormat::rgb565, 8, 2}, Depth{PixelFormat::abgr8888, 8, 6}, Depth{PixelFormat::yuv420, 8, 2}}) {
    const Bytes file = encoded(kPngFormat, noise_picture(wanted.pixels, 33, 17));
    EXPECT_EQ(file[kHeaderAt + 8], wanted.depth);
    EXPECT_EQ(file[kHeaderAt + 9], wanted.type);
  }
}

TEST(PngEncoder, WritesNothingButHeaderPixelsAndEnd) {
  const Bytes file = encoded(kPngFormat, noise_picture(PixelFormat::rgb565, 33, 17));
  detail::PngChunkReader reader(file);
  std::string types;
  while (const auto chunk = *reader.next()) types += chunk->type;
  EXPECT_EQ(types, "IHDRIDATIEND");
}

TEST(PngEncoder, SixteenBitsAreKept) {
  const Frame frame = noise_picture(PixelFormat::gray16, 33, 17);
  const auto back = decode_png(encoded(kPngFormat, frame));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->info, frame.info);
  EXPECT_EQ(back->data, frame.data);
}

TEST(PngEncoder, BitsAreKept) {
  for (const std::uint32_t width : {1U, 7U, 8U, 9U, 32U, 33U}) {
    Frame frame = noise_picture(PixelFormat::binary, width, 5);
    const Frame clean = frame;
    frame.data[row_bytes(PixelFormat::binary, width) - 1] |= width % 32 == 0 ? 0 : 0x80;  // a spare bit
    const auto back = decode_png(encoded(kPngFormat, frame));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->info, clean.info);
    EXPECT_EQ(back->data, clean.data) << width;
  }
}

// The filters of the rows of a picture whose only IDAT this is.
std::vector<int> filters_of(const Bytes& file, std::size_t row_bytes) {
  detail::PngChunkReader reader(file);
  std::vector<int> types;
  while (const auto chunk = *reader.next()) {
    if (chunk->type != "IDAT") continue;
    const Bytes rows = *detail::unpack_zlib(chunk->data, std::size_t{1} << 20);
    for (std::size_t at = 0; at < rows.size(); at += 1 + row_bytes) types.push_back(rows[at]);
  }
  return types;
}

TEST(PngEncoder, EveryFilterAndLevelKeepsThePicture) {
  const Frame frame = noise_picture(PixelFormat::rgb888, 33, 17);
  EncodeOptions options;
  for (const PngFilter filter : {PngFilter::none, PngFilter::sub, PngFilter::up, PngFilter::average, PngFilter::paeth})
    for (int level = 0; level <= 9; ++level) {
      options.png = {level, filter};
      const Bytes file = encoded(kPngFormat, frame, options);
      EXPECT_EQ(filters_of(file, 99), std::vector<int>(17, static_cast<int>(filter)));
      EXPECT_EQ(rgba_by_libpng(file), rgba_of(frame)) << level;
    }
}

TEST(PngEncoder, AdaptiveChoosesForEachRow) {
  // A row that is even throughout, one like it, one that grows to the right.
  Frame frame = {{PixelFormat::grayscale, 32, 3}, Bytes(96, 100)};
  for (std::uint8_t x = 0; x < 32; ++x) frame.data[64 + x] = static_cast<std::uint8_t>(7 * x);
  EncodeOptions options;
  options.png.filter = PngFilter::adaptive;
  const Bytes file = encoded(kPngFormat, frame, options);
  const std::vector<int> filters = filters_of(file, 32);
  EXPECT_EQ(filters[0], static_cast<int>(PngFilter::sub));
  EXPECT_EQ(filters[1], static_cast<int>(PngFilter::up));
  EXPECT_EQ(filters[2], static_cast<int>(PngFilter::sub));
  EXPECT_EQ(decode_png(file)->data, frame.data);
}

TEST(PngEncoder, IsReusedAcrossFormatsSizesLevelsAndErrors) {
  PngEncoder encoder;
  Bytes out;
  const Frame colour = noise_picture(PixelFormat::rgb565, 64, 48);
  const Frame grey = noise_picture(PixelFormat::grayscale, 33, 17);
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(encoder.encode(view_of(colour), {}, out));
    EXPECT_EQ(out, encoded(kPngFormat, colour));
    EXPECT_FALSE(encoder.encode(view_of(colour), {10, PngFilter::up}, out));
    EXPECT_TRUE(out.empty());
    EncodeOptions options;
    options.png = {6, PngFilter::up};
    ASSERT_TRUE(encoder.encode(view_of(grey), options.png, out));
    EXPECT_EQ(out, encoded(kPngFormat, grey, options));
  }
}

TEST(PngEncoder, RefusesLevelsOutsideTheRange) {
  PngEncoder encoder;
  Bytes out;
  const Frame frame = noise_picture(PixelFormat::grayscale, 4, 4);
  EXPECT_EQ(encoder.encode(view_of(frame), {-1, PngFilter::up}, out).error().code, Errc::invalid);
  EXPECT_EQ(encoder.encode(view_of(frame), {10, PngFilter::up}, out).error().code, Errc::invalid);
}

TEST(PngEncoder, RefusesPicturesBeyondAChunk) {
  PngEncoder encoder;
  Bytes out;
  const ImageView huge = {{PixelFormat::rgb888, kMaxDimension, kMaxDimension}, nullptr, 0};
  EXPECT_EQ(encoder.encode(huge, {}, out).error().code, Errc::limit);
}

// Hostile files

// A file with this header and nothing but it in front of `rest`.
Bytes file_with_header(std::uint32_t width, std::uint32_t height, Bytes kind, const Bytes& rest = {}) {
  Bytes file;
  detail::append_png_signature(file);
  const std::size_t chunk = detail::begin_png_chunk("IHDR", file);
  detail::append_be32(file, width);
  detail::append_be32(file, height);
  append(file, kind);
  detail::end_png_chunk(chunk, file);
  append(file, rest);
  return file;
}

Bytes pixels_and_end(const Bytes& rows) {
  Bytes out;
  const std::size_t chunk = detail::begin_png_chunk("IDAT", out);
  EXPECT_TRUE(detail::ZlibWriter().append(rows, 6, out));
  detail::end_png_chunk(chunk, out);
  detail::append_png_chunk("IEND", {}, out);
  return out;
}

TEST(PngDecoder, HostileHeadersAreErrors) {
  const Bytes good = pixels_and_end(Bytes(4));
  const Bytes grey8 = {8, 0, 0, 0, 0};
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, grey8, good)), Errc::end);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(0, 2, grey8, good)), Errc::invalid);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 0, grey8, good)), Errc::invalid);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(32768, 1, grey8, good)), Errc::limit);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(0xFFFFFFFF, 0xFFFFFFFF, grey8, good)), Errc::limit);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, {8, 1, 0, 0, 0}, good)), Errc::invalid);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, {3, 0, 0, 0, 0}, good)), Errc::invalid);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, {255, 255, 255, 255, 255}, good)), Errc::invalid);
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, {8, 3, 0, 0, 0}, good)), Errc::invalid);  // no palette
}

TEST(PngDecoder, FewBytesDoNotClaimManyPixels) {
  const Bytes file = file_with_header(9999, 9999, {8, 6, 0, 0, 0}, pixels_and_end(Bytes(100)));
  const auto frame = decode_png(file);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::truncated);
  EXPECT_NE(frame.error().message.find("can't be in"), std::string::npos);
}

TEST(PngDecoder, MissingRowsAreAnError) {
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 3, {8, 0, 0, 0, 0}, pixels_and_end(Bytes(4)))), Errc::invalid);
}

TEST(PngDecoder, DamagedPixelsAreAnError) {
  const Bytes good = encoded(kPngFormat, noise_picture(PixelFormat::rgb888, 20, 10));
  for (std::size_t at = 45; at + 16 < good.size(); at += 7) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    EXPECT_NE(decode_error(kPngFormat, bad), Errc::end) << at;
  }
}

TEST(PngDecoder, LeavesOtherChunksAlone) {
  Bytes rest;
  detail::append_png_chunk("tEXt", Bytes(100, 'x'), rest);  // no zero: malformed
  detail::append_png_chunk("iCCP", Bytes(9, 'x'), rest);
  append(rest, pixels_and_end(Bytes(4)));
  append(rest, Bytes(50, 0xEE));  // behind IEND
  EXPECT_EQ(decode_error(kPngFormat, file_with_header(1, 2, {8, 0, 0, 0, 0}, rest)), Errc::end);
}

}  // namespace
}  // namespace omv::formats
