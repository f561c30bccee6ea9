// SPDX-License-Identifier: LGPL-2.1-or-later
// The built-in palettes against the entries and formulas that the specification gives.
#include "omv/image/palette.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <tuple>

namespace omv {
namespace {

std::tuple<int, int, int> parts(const Rgb888& c) { return {c.r, c.g, c.b}; }

std::tuple<int, int, int> colour(BuiltInPalette palette, std::size_t i) {
  return parts(built_in_palette(palette).rgb888[i]);
}

TEST(Palette, RainbowHasTheEntriesOfTheFirmware) {
  const auto& rainbow = built_in_palette(BuiltInPalette::rainbow).rgb565;
  EXPECT_EQ(rainbow[0], 0x063F);
  EXPECT_EQ(rainbow[128], 0x67E0);
  EXPECT_EQ(rainbow[255], 0xF820);
}

TEST(Palette, RainbowGoesFromBlueOverGreenToRedAtFullSaturation) {
  for (const Rgb888& c : built_in_palette(BuiltInPalette::rainbow).rgb888) {
    EXPECT_EQ(std::max({c.r, c.g, c.b}), 255);
    EXPECT_EQ(std::min({c.r, c.g, c.b}), 0);
  }
  const auto [r0, g0, b0] = colour(BuiltInPalette::rainbow, 0);
  EXPECT_EQ(b0, 255);
  EXPECT_EQ(r0, 0);
  const auto [r255, g255, b255] = colour(BuiltInPalette::rainbow, 255);
  EXPECT_EQ(r255, 255);
  EXPECT_EQ(b255, 0);
}

TEST(Palette, DepthIsTheRainbowBackwards) {
  const Palette& rainbow = built_in_palette(BuiltInPalette::rainbow);
  const Palette& depth = built_in_palette(BuiltInPalette::depth);
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(depth.rgb565[i], rainbow.rgb565[255 - i]);
    EXPECT_EQ(parts(depth.rgb888[i]), parts(rainbow.rgb888[255 - i]));
  }
}

TEST(Palette, EventPalettesGoOverTheirThreeColours) {
  EXPECT_EQ(colour(BuiltInPalette::evt_dark, 0), std::tuple(216, 223, 236));
  EXPECT_EQ(colour(BuiltInPalette::evt_dark, 64), std::tuple(123, 130, 144));  // halfway, truncated
  EXPECT_EQ(colour(BuiltInPalette::evt_dark, 127), std::tuple(31, 38, 53));
  EXPECT_EQ(colour(BuiltInPalette::evt_dark, 128), std::tuple(30, 37, 52));
  EXPECT_EQ(colour(BuiltInPalette::evt_dark, 255), std::tuple(63, 125, 199));
  EXPECT_EQ(colour(BuiltInPalette::evt_light, 0), std::tuple(64, 126, 201));
  EXPECT_EQ(colour(BuiltInPalette::evt_light, 128), std::tuple(216, 223, 236));
  EXPECT_EQ(colour(BuiltInPalette::evt_light, 255), std::tuple(31, 38, 53));
}

TEST(Palette, IronbowIsInvertedGreyBelowAndIronAbove) {
  for (std::size_t i = 0; i < 128; ++i) {
    const auto [r, g, b] = colour(BuiltInPalette::ironbow, i);
    EXPECT_EQ(r, g);
    EXPECT_EQ(g, b);
    EXPECT_LE(std::abs(r - (255 - 2 * static_cast<int>(i))), 2) << i;
  }
  EXPECT_EQ(colour(BuiltInPalette::ironbow, 128), std::tuple(0, 0, 9));
  EXPECT_EQ(colour(BuiltInPalette::ironbow, 153), std::tuple(81, 1, 128));  // between 143 and 163, halves rounded up
  EXPECT_EQ(colour(BuiltInPalette::ironbow, 191), std::tuple(223, 55, 59));
  EXPECT_EQ(colour(BuiltInPalette::ironbow, 254), std::tuple(255, 253, 235));
  EXPECT_EQ(colour(BuiltInPalette::ironbow, 255), std::tuple(255, 255, 24));
}

TEST(Palette, ComponentsAreRoundedTo565AndNotCut) {
  for (const auto id : {BuiltInPalette::ironbow, BuiltInPalette::evt_dark, BuiltInPalette::evt_light}) {
    const Palette& palette = built_in_palette(id);
    for (std::size_t i = 0; i < 256; ++i) {
      const auto [r, g, b] = parts(palette.rgb888[i]);
      const auto part = [](int c, int max) { return static_cast<int>((c * max + 127.5) / 255); };
      EXPECT_EQ(palette.rgb565[i], part(r, 31) << 11 | part(g, 63) << 5 | part(b, 31)) << i;
    }
  }
}

TEST(Palette, ColoursOf565SurviveTheWayThere) {
  std::array<Rgb888, 256> colours{};
  for (std::size_t i = 0; i < 256; ++i) colours[i] = expand_565(static_cast<std::uint16_t>(i * 257));
  const Palette palette = palette_of(colours);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_EQ(palette.rgb565[i], i * 257);
}

TEST(Palette, NamesAreTheCamerasInSmallLetters) {
  EXPECT_EQ(palette_by_name("rainbow"), BuiltInPalette::rainbow);
  EXPECT_EQ(palette_by_name("evt-light"), BuiltInPalette::evt_light);
  EXPECT_EQ(palette_by_name("rainbow.png"), std::nullopt);
  EXPECT_EQ(palette_by_name(""), std::nullopt);
  EXPECT_EQ(palette_names(), "rainbow, ironbow, depth, evt-dark, evt-light");
}

}  // namespace
}  // namespace omv
