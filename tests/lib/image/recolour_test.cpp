// SPDX-License-Identifier: LGPL-2.1-or-later
// Channel, palettes and alpha of single pixels, computed by hand.
#include "omv/image/recolour.h"

#include <gtest/gtest.h>

namespace omv {
namespace {

using Pixel = std::array<std::uint8_t, 4>;

Pixel recoloured(Pixel pixel, const Recolouring& how, SampleOrder order = {}) {
  recolour({pixel.data(), 4}, {1, 1}, order, how, {pixel.data(), 4});
  return pixel;
}

std::array<Rgb888, 256> reds() {
  std::array<Rgb888, 256> colours{};
  for (std::size_t i = 0; i < 256; ++i) colours[i] = {static_cast<std::uint8_t>(i), 1, 2};
  return colours;
}

TEST(Recolour, NothingAskedForChangesNothing) { EXPECT_EQ(recoloured({1, 2, 3, 4}, {}), (Pixel{1, 2, 3, 4})); }

TEST(Recolour, ChannelsTakeThePlaceOfTheColour) {
  for (const unsigned channel : {0U, 1U, 2U}) {
    Recolouring how;
    how.channel = channel;
    const auto value = static_cast<std::uint8_t>(10 + channel);
    EXPECT_EQ(recoloured({10, 11, 12, 4}, how), (Pixel{value, value, value, 4}));
  }
}

TEST(Recolour, FindsSamplesInAnyOrder) {
  Recolouring how;
  how.channel = 0;
  EXPECT_EQ(recoloured({9, 30, 20, 10}, how, {3, 2, 1, 0}), (Pixel{9, 10, 10, 10}));
}

TEST(Recolour, PaletteIndexIsTheLuma) {
  Recolouring how;
  how.colours = reds();
  EXPECT_EQ(recoloured({255, 0, 0, 200}, how), (Pixel{75, 1, 2, 200}));  // 38 * 255 >> 7
  how.channel = 0;
  EXPECT_EQ(recoloured({255, 0, 0, 200}, how), (Pixel{255, 1, 2, 200}));
}

TEST(Recolour, AlphaMultipliesWhatIsThere) {
  Recolouring how;
  how.alpha = 128;
  EXPECT_EQ(recoloured({1, 2, 3, 255}, how), (Pixel{1, 2, 3, 128}));
  EXPECT_EQ(recoloured({1, 2, 3, 100}, how), (Pixel{1, 2, 3, 50}));  // (128 * 100 + 127) / 255
  how.opaque = true;
  EXPECT_EQ(recoloured({1, 2, 3, 100}, how), (Pixel{1, 2, 3, 128}));
}

TEST(Recolour, AlphaPaletteIsReadBeforeTheColours) {
  Recolouring how;
  how.colours = reds();
  how.alphas.emplace();
  how.alphas->fill(255);
  (*how.alphas)[75] = 10;
  EXPECT_EQ(recoloured({255, 0, 0, 255}, how), (Pixel{75, 1, 2, 10}));
}

TEST(Recolour, BlendsOnBlackInSteps256) {
  Recolouring how;
  how.blend = true;
  how.opaque = true;
  EXPECT_EQ(recoloured({255, 1, 77, 0}, how), (Pixel{255, 1, 77, 255}));  // 255 counts as 256
  how.alpha = 128;
  EXPECT_EQ(recoloured({255, 1, 77, 0}, how), (Pixel{128, 0, 38, 255}));  // 129/256
  how.alpha = 0;
  EXPECT_EQ(recoloured({255, 1, 77, 0}, how), (Pixel{0, 0, 0, 255}));
}

TEST(Recolour, SamplesOf16BitKeepTheirBits) {
  std::array<std::uint16_t, 4> pixel = {65535, 0x1234, 0x5678, 0x9ABC};  // A R G B
  const auto bytes = [&] { return reinterpret_cast<std::uint8_t*>(pixel.data()); };
  recolour_16({bytes(), 8}, {1, 1}, {1, 2, 3, 0}, {}, {bytes(), 8});
  EXPECT_EQ(pixel, (std::array<std::uint16_t, 4>{65535, 0x1234, 0x5678, 0x9ABC}));
  Recolouring how;
  how.blend = true;
  recolour_16({bytes(), 8}, {1, 1}, {1, 2, 3, 0}, how, {bytes(), 8});
  EXPECT_EQ(pixel, (std::array<std::uint16_t, 4>{65535, 0x1234, 0x5678, 0x9ABC}));
  how.alpha = 51;  // a fifth
  recolour_16({bytes(), 8}, {1, 1}, {1, 2, 3, 0}, how, {bytes(), 8});
  const auto fifth = [](unsigned sample) { return static_cast<std::uint16_t>(sample * 13107 >> 16); };  // 51 * 257
  EXPECT_EQ(pixel, (std::array<std::uint16_t, 4>{65535, fifth(0x1234), fifth(0x5678), fifth(0x9ABC)}));
}

TEST(PickSample16, TakesOneOfFour) {
  const std::array<std::uint16_t, 8> pixels = {1, 2, 3, 4, 5, 6, 7, 60000};
  std::array<std::uint16_t, 2> picked{};
  pick_sample_16({reinterpret_cast<const std::uint8_t*>(pixels.data()), 16}, {2, 1}, 3,
                 {reinterpret_cast<std::uint8_t*>(picked.data()), 4});
  EXPECT_EQ(picked, (std::array<std::uint16_t, 2>{4, 60000}));
}

TEST(LookUp, WritesPixelsOfAnySize) {
  for (const std::size_t bytes : {1, 2, 3, 4, 6, 8}) {
    LookUpTable table{bytes, Bytes(256 * bytes)};
    for (std::size_t i = 0; i < table.pixels.size(); ++i)
      table.pixels[i] = static_cast<std::uint8_t>(i / bytes + i % bytes);
    const Bytes greys = {7, 200};
    Bytes out(2 * bytes);
    look_up({greys.data(), 2}, {2, 1}, {}, table, {out.data(), out.size()});
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], (i < bytes ? 7 : 200) + i % bytes) << bytes;
  }
}

TEST(LookUp, TakesLumaOrOneByte) {
  LookUpTable table{1, Bytes(256)};
  for (std::size_t i = 0; i < 256; ++i) table.pixels[i] = static_cast<std::uint8_t>(255 - i);
  const Bytes pixel = {0, 0, 255};
  Bytes out(1);
  look_up({pixel.data(), 3}, {1, 1}, {3, 2, 1, 0}, table, {out.data(), 1});
  EXPECT_EQ(out[0], 255 - 75);
  look_up({pixel.data(), 3}, {1, 1}, {3, 2, 2, 2}, table, {out.data(), 1});
  EXPECT_EQ(out[0], 0);
}

}  // namespace
}  // namespace omv
