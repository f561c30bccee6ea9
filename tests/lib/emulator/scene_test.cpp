// SPDX-License-Identifier: LGPL-2.1-or-later
// The synthetic scene: the same bytes everywhere, pictures of a camera's size, movement.
#include "omv/emulator/scene.h"

#include <gtest/gtest.h>

#include "omv/formats/jpeg.h"

namespace omv::emulator {
namespace {

std::uint64_t fnv1a(ConstByteSpan bytes) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3u;
  return hash;
}

Scene make(PixelFormat format, std::uint32_t width, std::uint32_t height, std::uint64_t seed = 1) {
  auto scene = Scene::create({format, width, height}, seed);
  EXPECT_TRUE(scene) << scene.error().message;
  return *std::move(scene);
}

std::size_t bytes_that_differ(ConstByteSpan a, ConstByteSpan b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
  return count;
}

TEST(Scene, IsTheSameOnEveryMachine) {
  Scene colour = make(PixelFormat::rgb565, 161, 121, 42);
  Scene grey = make(PixelFormat::grayscale, 64, 48, 7);
  EXPECT_EQ(fnv1a(colour.render({1234, 41'133})), 223782294687710969u);
  EXPECT_EQ(fnv1a(grey.render({5, 167})), 10479576461252226517u);
}

TEST(Scene, DependsOnSeedNumberAndTimeOnly) {
  Scene scene = make(PixelFormat::rgb565, 160, 120);
  const ConstByteSpan first = scene.render({7, 5000});
  const Bytes kept(first.begin(), first.end());
  scene.render({8, 90'000});
  EXPECT_EQ(bytes_that_differ(scene.render({7, 5000}), kept), 0u);
  Scene other = make(PixelFormat::rgb565, 160, 120, 2);
  EXPECT_GT(bytes_that_differ(other.render({7, 5000}), kept), kept.size() / 3);
}

TEST(Scene, Moves) {
  Scene scene = make(PixelFormat::grayscale, 320, 240);
  const ConstByteSpan first = scene.render({0, 0});
  const Bytes kept(first.begin(), first.end());
  EXPECT_GT(bytes_that_differ(scene.render({0, 100}), kept), kept.size() / 3);
}

TEST(Scene, CompressesLikeACamerasPicture) {
  formats::JpegEncoder encoder;
  Bytes jpeg;
  Scene scene = make(PixelFormat::rgb565, 640, 480);
  for (std::uint32_t time = 0; time < 40'000; time += 10'000) {
    ASSERT_TRUE(encoder.encode(packed_view(scene.info(), scene.render({time / 33, time})), {50}, jpeg));
    EXPECT_GT(jpeg.size(), 28'000u) << time;
    EXPECT_LT(jpeg.size(), 60'000u) << time;
  }
}

TEST(Scene, HasThePayloadOfItsFormatAtEverySize) {
  for (const PixelFormatInfo& format : pixel_formats()) {
    if (payload_bytes(format.format, 16, 16) == 0) continue;
    for (std::uint32_t side = Scene::kMinSide; side < 40; ++side) {
      Scene scene = make(format.format, side, 55 - side);
      EXPECT_EQ(scene.render({1, 1}).size(), payload_bytes(format.format, side, 55 - side)) << format.name;
    }
  }
}

TEST(Scene, RefusesSizesAndFormatsItDoesNotHave) {
  EXPECT_EQ(Scene::create({PixelFormat::rgb565, 15, 16}, 1).error().code, Errc::invalid);
  EXPECT_EQ(Scene::create({PixelFormat::rgb565, 16, 4097}, 1).error().code, Errc::invalid);
  EXPECT_EQ(Scene::create({PixelFormat::jpeg, 64, 48}, 1).error().code, Errc::unsupported);
  EXPECT_EQ(Scene::create({PixelFormat::argb8, 64, 48}, 1).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace omv::emulator
