// SPDX-License-Identifier: LGPL-2.1-or-later
// The mark of the scene survives what cameras do to pictures, and is never read where it is not.
#include "omv/emulator/scene_code.h"

#include <gtest/gtest.h>

#include "omv/emulator/scene.h"
#include "omv/formats/jpeg.h"
#include "omv/image/convert.h"

namespace omv::emulator {
namespace {

constexpr SceneCode kCodes[] = {
    {0, 0}, {1, 33}, {123'456, 4'115'200}, {0xFFFFFFFF, 0xFFFFFFFF}, {0xAAAA5555, 0x5A5AA5A5}};

Scene make(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  auto scene = Scene::create({format, width, height}, 3);
  EXPECT_TRUE(scene) << scene.error().message;
  return *std::move(scene);
}

void expect_code(const ImageView& picture, const SceneCode& code) {
  const auto read = read_code(picture);
  const std::string where = std::to_string(picture.info.width) + "x" + std::to_string(picture.info.height) + " " +
                            std::string(to_string(picture.info.format));
  ASSERT_TRUE(read) << where << ": " << read.error().message;
  EXPECT_EQ(read->sequence, code.sequence) << where;
  EXPECT_EQ(read->time_ms, code.time_ms) << where;
}

class RawFormats : public testing::TestWithParam<PixelFormat> {};

TEST_P(RawFormats, KeepTheMarkFrom16x16Up) {
  for (const auto& [width, height] : {std::pair{16u, 16u},
                                      {17u, 31u},
                                      {33u, 17u},
                                      {40u, 30u},
                                      {64u, 48u},
                                      {161u, 121u},
                                      {320u, 240u},
                                      {1000u, 30u},
                                      {40u, 700u}}) {
    Scene scene = make(GetParam(), width, height);
    for (const SceneCode& code : kCodes) expect_code(packed_view(scene.info(), scene.render(code)), code);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RawFormats,
                         testing::Values(PixelFormat::binary, PixelFormat::grayscale, PixelFormat::rgb565,
                                         PixelFormat::bayer_bggr, PixelFormat::bayer_gbrg, PixelFormat::bayer_grbg,
                                         PixelFormat::bayer_rggb, PixelFormat::yuv422, PixelFormat::yvu422));

class JpegSizes : public testing::TestWithParam<std::pair<std::uint32_t, std::uint32_t>> {};

TEST_P(JpegSizes, KeepTheMarkAtQuality35With420) {
  formats::JpegEncoder encoder;
  Bytes jpeg;
  Scene scene = make(PixelFormat::rgb565, GetParam().first, GetParam().second);
  for (const SceneCode& code : kCodes) {
    ASSERT_TRUE(encoder.encode(packed_view(scene.info(), scene.render(code)), {35, formats::Subsampling::s420}, jpeg));
    for (const PixelFormat format : {PixelFormat::grayscale, PixelFormat::rgb565}) {
      const auto back = formats::decode_jpeg(jpeg, format);
      ASSERT_TRUE(back);
      expect_code(packed_view(back->info, ConstByteSpan(back->data)), code);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Some, JpegSizes,
                         testing::Values(std::pair{64u, 48u}, std::pair{65u, 49u}, std::pair{80u, 60u},
                                         std::pair{88u, 72u}, std::pair{160u, 120u}, std::pair{161u, 121u},
                                         std::pair{320u, 240u}, std::pair{641u, 479u}, std::pair{1280u, 720u}));

TEST(SceneCode, IsFoundInAPictureThatWasScaledDown) {
  Scene scene = make(PixelFormat::grayscale, 640, 480);
  const ConstByteSpan picture = scene.render(kCodes[2]);
  Bytes half(320 * 240);
  for (std::size_t y = 0; y < 240; ++y)
    for (std::size_t x = 0; x < 320; ++x) half[y * 320 + x] = picture[2 * y * 640 + 2 * x];
  const auto read = read_code_made_for(640, 480, packed_view({PixelFormat::grayscale, 320, 240}, ConstByteSpan(half)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, kCodes[2]);
}

TEST(SceneCode, EveryFlippedCellIsNoticed) {
  Scene scene = make(PixelFormat::grayscale, 320, 240);
  const ConstByteSpan picture = scene.render(kCodes[2]);
  const CodeGrid grid = *code_grid(320, 240);
  for (std::uint32_t cell = 0; cell < CodeGrid::kColumns * CodeGrid::kRows; ++cell) {
    Bytes damaged(picture.begin(), picture.end());
    const std::uint32_t left = grid.x + cell % CodeGrid::kColumns * grid.cell;
    const std::uint32_t top = grid.y + cell / CodeGrid::kColumns * grid.cell;
    for (std::uint32_t y = top; y < top + grid.cell; ++y)
      for (std::uint32_t x = left; x < left + grid.cell; ++x) damaged[y * 320 + x] ^= 0xFF;
    EXPECT_EQ(read_code(packed_view(scene.info(), ConstByteSpan(damaged))).error().code, Errc::invalid) << cell;
  }
}

TEST(SceneCode, IsNotReadFromPicturesWithoutIt) {
  for (const int level : {0, 127, 128, 255}) {
    const Bytes flat(160 * 120, static_cast<std::uint8_t>(level));
    EXPECT_EQ(read_code(packed_view({PixelFormat::grayscale, 160, 120}, ConstByteSpan(flat))).error().code,
              Errc::invalid);
  }
  EXPECT_EQ(read_code({{PixelFormat::jpeg, 160, 120}, nullptr, 0}).error().code, Errc::unsupported);
  const Bytes small(15 * 9);
  EXPECT_EQ(read_code(packed_view({PixelFormat::grayscale, 15, 9}, ConstByteSpan(small))).error().code, Errc::invalid);
}

TEST(SceneCode, IsNotWrittenWhereItDoesNotFit) {
  Bytes pixels(15 * 9, 77);
  EXPECT_FALSE(write_code(packed_view({PixelFormat::grayscale, 15, 9}, ByteSpan(pixels)), {1, 2}));
  EXPECT_EQ(pixels, Bytes(15 * 9, 77));
}

}  // namespace
}  // namespace omv::emulator
