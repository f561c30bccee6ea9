// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables that serve a histogram, and the exact nearest entry of a table.
#include "omv/image/quantize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omv/image/nearest_color.h"

namespace omv {

namespace {

using testing::UnorderedElementsAre;

std::vector<std::uint32_t> numbers_of(const ColorTable& table) {
  std::vector<std::uint32_t> numbers;
  for (const Rgb888 color : table)
    numbers.push_back(std::uint32_t{color.r} << 16 | std::uint32_t{color.g} << 8 | color.b);
  return numbers;
}

void add(ColorHistogram& histogram, Rgb888 color, std::size_t times) {
  const std::uint8_t pixel[4] = {color.r, color.g, color.b, 0};
  for (std::size_t i = 0; i < times; ++i) histogram.add(pixel, 1);
}

// Colours of a generator, so that every run sees the same.
struct Colors {
  std::uint32_t state = 7;
  std::uint8_t component() {
    state = state * 1664525 + 1013904223;
    return static_cast<std::uint8_t>(state >> 24);
  }
  Rgb888 next() { return {component(), component(), component()}; }
};

std::uint8_t nearest_by_search(const ColorTable& table, Rgb888 color) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < table.size(); ++i)
    if (weighted_distance(color, table[i]) < weighted_distance(color, table[best])) best = i;
  return static_cast<std::uint8_t>(best);
}

TEST(Quantize, FewColoursAreKeptExactly) {
  ColorHistogram histogram;
  add(histogram, {255, 0, 0}, 3);
  add(histogram, {1, 2, 3}, 1);
  add(histogram, {0, 200, 90}, 100);
  EXPECT_THAT(numbers_of(quantize(histogram, 255)), UnorderedElementsAre(0xFF0000, 0x010203, 0x00C85A));
}

TEST(Quantize, OneColourIsTheMean) {
  ColorHistogram histogram;
  add(histogram, {10, 100, 200}, 1);
  add(histogram, {20, 130, 240}, 3);
  const ColorTable table = quantize(histogram, 1);
  ASSERT_EQ(table.size(), 1u);
  EXPECT_NEAR(table[0].r, 17.5, 0.6);
  EXPECT_NEAR(table[0].g, 122.5, 0.6);
  EXPECT_NEAR(table[0].b, 230, 0.6);
}

TEST(Quantize, NothingCountedIsBlack) {
  EXPECT_THAT(numbers_of(quantize(ColorHistogram(), 16)), UnorderedElementsAre(0));
}

TEST(Quantize, NeverGivesMoreThanAskedFor) {
  ColorHistogram histogram;
  Colors colors;
  for (int i = 0; i < 20000; ++i) add(histogram, colors.next(), 1);
  for (const unsigned wanted : {2U, 3U, 100U, 255U, 256U}) EXPECT_EQ(quantize(histogram, wanted).size(), wanted);
}

// Random colours fill the cube, for which a grid is about the best there is.
TEST(Quantize, ServesColoursAsWellAsAGridOfTheSameSize) {
  ColorHistogram histogram;
  Colors colors;
  std::vector<Rgb888> all;
  for (int i = 0; i < 40000; ++i) all.push_back(colors.next());
  for (const Rgb888 color : all) add(histogram, color, 1);
  NearestColor nearest(quantize(histogram, 256));
  double error = 0;
  double grid_error = 0;
  for (const Rgb888 color : all) {
    error += weighted_distance(color, nearest.table()[nearest.index(color)]);
    const auto middle = [](std::uint8_t value, int step) {
      return static_cast<std::uint8_t>(value / step * step + step / 2);
    };
    grid_error += weighted_distance(color, {middle(color.r, 43), middle(color.g, 37), middle(color.b, 43)});
  }
  EXPECT_LT(error, 1.1 * grid_error);
}

TEST(NearestColor, IsExactForEveryColour) {
  Colors colors;
  ColorTable table;
  for (int i = 0; i < 256; ++i) table.push_back(colors.next());
  NearestColor nearest(table);
  for (int i = 0; i < 20000; ++i) {
    const Rgb888 color = colors.next();
    ASSERT_EQ(nearest.index(color), nearest_by_search(table, color));
  }
}

TEST(NearestColor, TellsNeighboursInOneCellApart) {
  NearestColor nearest({{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {255, 255, 255}});
  for (std::uint8_t value = 0; value < 4; ++value) EXPECT_EQ(nearest.index({value, value, value}), value);
}

// So many that their places no longer fit beside their counts.
TEST(NearestColor, ManyCandidatesInManyCells) {
  ColorTable table(255, {0, 0, 0});
  table.push_back({255, 255, 255});
  NearestColor nearest(table);
  for (unsigned cell = 0; cell < 32 * 32 * 64; ++cell) {
    const Rgb888 color = {static_cast<std::uint8_t>(cell / 2048 * 4), static_cast<std::uint8_t>(cell / 64 % 32 * 4),
                          static_cast<std::uint8_t>(cell % 64 * 4)};
    const bool is_dark = weighted_distance(color, table[0]) <= weighted_distance(color, table[255]);
    ASSERT_EQ(nearest.index(color), is_dark ? 0 : 255) << cell;
  }
  EXPECT_EQ(nearest.index({255, 255, 255}), 255);
}

TEST(NearestColor, OfEqualsTheFirst) {
  NearestColor nearest({{9, 9, 9}, {9, 9, 9}});
  EXPECT_EQ(nearest.index({9, 9, 9}), 0);
}

}  // namespace
}  // namespace omv
