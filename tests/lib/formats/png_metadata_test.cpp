// SPDX-License-Identifier: LGPL-2.1-or-later
// What a PNG says besides its pixels: written, read, added to what is there, and damaged.
#include <gtest/gtest.h>

#include "omv/formats/png.h"
#include "omv/formats/png_chunks.h"
#include "omv/formats/zlib_stream.h"
#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::encoded;
using test::noise_picture;

Metadata everything() {
  Metadata metadata;
  metadata.exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 0, 0};
  metadata.xmp = "<x:xmpmeta>\xC3\xA9</x:xmpmeta>";
  metadata.icc = Bytes(3000, 7);
  metadata.texts = {{"Title", "a still"}, {"Author", "Zo\xC3\xAB"}};
  metadata.dots_per_metre = 2835;
  return metadata;
}

Bytes still(const Metadata* metadata = nullptr) {
  EncodeOptions options;
  options.metadata = metadata;
  return encoded(kPngFormat, noise_picture(PixelFormat::rgb888, 5, 4), options);
}

Bytes with_metadata(const Bytes& file, const Metadata& metadata) {
  Bytes out = {1};
  const auto done = add_png_metadata(file, metadata, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

Metadata read(const Bytes& file) {
  const auto metadata = read_png_metadata(file);
  EXPECT_TRUE(metadata) << metadata.error().message;
  return metadata ? *metadata : Metadata{};
}

std::vector<std::string> types_of(const Bytes& file) {
  std::vector<std::string> types;
  detail::PngChunkReader reader(file);
  while (const auto chunk = *reader.next()) types.emplace_back(chunk->type);
  return types;
}

// A still with one more chunk behind its header.
Bytes with_chunk(std::string_view type, std::string_view data) {
  const Bytes plain = still();
  Bytes out(plain.begin(), plain.begin() + 33);
  detail::append_png_chunk(type, as_bytes(data), out);
  out.insert(out.end(), plain.begin() + 33, plain.end());
  return out;
}

std::string packed(std::string_view text) {
  Bytes out;
  EXPECT_TRUE(detail::ZlibWriter().append(as_bytes(text), 6, out));
  return std::string(as_text(out));
}

using namespace std::string_literals;

TEST(PngMetadata, IsNothingInAPlainFile) { EXPECT_TRUE(read(still()).empty()); }

TEST(PngMetadata, ComesBackFromTheEncoder) {
  const Metadata metadata = everything();
  const Bytes file = still(&metadata);
  EXPECT_EQ(read(file), metadata);
  EXPECT_EQ(types_of(file),
            (std::vector<std::string>{"IHDR", "iCCP", "pHYs", "eXIf", "iTXt", "tEXt", "iTXt", "IDAT", "IEND"}));
  EXPECT_EQ(decode_png(file)->data, decode_png(still())->data);
}

TEST(PngMetadata, AddedIsTheSameAsWritten) {
  const Metadata metadata = everything();
  EXPECT_EQ(with_metadata(still(), metadata), still(&metadata));
}

TEST(PngMetadata, CommentsBecomeTexts) {
  Metadata metadata;
  metadata.comments = {"one", "two"};
  const std::vector<std::pair<std::string, std::string>> texts = {{"Comment", "one"}, {"Comment", "two"}};
  EXPECT_EQ(read(still(&metadata)).texts, texts);
}

TEST(PngMetadata, WhatIsThereWins) {
  const Metadata metadata = everything();
  const Bytes file = still(&metadata);
  Metadata other = everything();
  other.exif.push_back(1);
  other.xmp = "<other/>";
  other.icc = Bytes(10, 9);
  other.texts = {{"Title", "other"}, {"Camera", "M7"}};
  other.dots_per_metre = 1;
  Metadata expected = metadata;
  expected.texts.insert(expected.texts.begin(), {"Camera", "M7"});
  EXPECT_EQ(read(with_metadata(file, other)), expected);
  EXPECT_EQ(with_metadata(file, metadata), file);
}

TEST(PngMetadata, ProfileDoesNotContradictTheColoursThatAreThere) {
  Metadata metadata;
  metadata.icc = Bytes(10, 9);
  EXPECT_TRUE(read(with_metadata(with_chunk("sRGB", "\0"s), metadata)).icc.empty());
  EXPECT_EQ(read(with_metadata(with_chunk("gAMA", "\0\0\xB1\x8F"s), metadata)).icc, metadata.icc);
}

TEST(PngMetadata, EveryKindOfTextIsRead) {
  using Texts = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(read(with_chunk("tEXt", "K\0caf\xE9"s)).texts, (Texts{{"K", "caf\xC3\xA9"}}));
  EXPECT_EQ(read(with_chunk("zTXt", "K\0\0"s + packed("text"))).texts, (Texts{{"K", "text"}}));
  EXPECT_EQ(read(with_chunk("iTXt", "K\0\0\0de\0Schl\0text"s)).texts, (Texts{{"K", "text"}}));
  EXPECT_EQ(read(with_chunk("iTXt", "K\0\1\0\0\0"s + packed("text"))).texts, (Texts{{"K", "text"}}));
}

TEST(PngMetadata, OtherResolutionsAreNotSaid) {
  EXPECT_EQ(read(with_chunk("pHYs", "\0\0\0\5\0\0\0\5\1"s)).dots_per_metre, 5U);
  EXPECT_EQ(read(with_chunk("pHYs", "\0\0\0\5\0\0\0\5\0"s)).dots_per_metre, 0U);
  EXPECT_EQ(read(with_chunk("pHYs", "\0\0\0\5\0\0\0\6\1"s)).dots_per_metre, 0U);
}

TEST(PngMetadata, BytesBehindTheEndStay) {
  Bytes file = still();
  append(file, Bytes{1, 2, 3});
  Metadata metadata;
  metadata.dots_per_metre = 1;
  const Bytes out = with_metadata(file, metadata);
  EXPECT_EQ(Bytes(out.end() - 3, out.end()), (Bytes{1, 2, 3}));
}

TEST(PngMetadata, DamagedChunksAreErrors) {
  for (const auto& [type, data] : {std::pair{"tEXt"s, "K"s},
                                   {"zTXt"s, "K\0"s},
                                   {"zTXt"s, "K\0\1x"s},
                                   {"zTXt"s, "K\0\0x"s},
                                   {"iTXt"s, "K\0"s},
                                   {"iTXt"s, "K\0\0\0de\0Schl"s},
                                   {"iTXt"s, "K\0\1\0\0\0x"s},
                                   {"iCCP"s, "K\0\0x"s},
                                   {"pHYs"s, "12345678"s}}) {
    const auto metadata = read_png_metadata(with_chunk(type, data));
    ASSERT_FALSE(metadata) << type;
    EXPECT_EQ(metadata.error().code, Errc::invalid) << type;
  }
}

TEST(PngMetadata, BombsAreRefused) {
  const std::string bomb = packed(std::string((16U << 20) + 1, 'x'));
  EXPECT_EQ(read_png_metadata(with_chunk("zTXt", "K\0\0"s + bomb)).error().code, Errc::limit);
  EXPECT_EQ(read_png_metadata(with_chunk("iCCP", "K\0\0"s + bomb)).error().code, Errc::limit);
}

TEST(PngMetadata, CutAndDamagedFilesAreErrors) {
  const Metadata metadata = everything();
  const Bytes file = still(&metadata);
  Bytes out;
  for (std::size_t length = 0; length < file.size(); ++length) {
    const ConstByteSpan part = ConstByteSpan(file).first(length);
    EXPECT_EQ(read_png_metadata(part).error().code, Errc::truncated) << length;
    EXPECT_EQ(add_png_metadata(part, metadata, out).error().code, Errc::truncated) << length;
    EXPECT_TRUE(out.empty());
  }
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes bad = file;
    bad[at] ^= 0x80;
    EXPECT_FALSE(read_png_metadata(bad)) << at;
  }
}

TEST(PngMetadata, WhatPngForbidsIsRefused) {
  const auto error_of = [](const Metadata& metadata) {
    Bytes out;
    return add_png_metadata(still(), metadata, out).error().code;
  };
  Metadata metadata;
  metadata.texts = {{"", "x"}};
  EXPECT_EQ(error_of(metadata), Errc::invalid);
  metadata.texts = {{std::string(80, 'k'), "x"}};
  EXPECT_EQ(error_of(metadata), Errc::invalid);
  metadata.texts = {{"K", "a\0b"s}};
  EXPECT_EQ(error_of(metadata), Errc::invalid);
  metadata.texts = {};
  metadata.dots_per_metre = 0x80000000;
  EXPECT_EQ(error_of(metadata), Errc::invalid);
}

}  // namespace
}  // namespace omv::formats
