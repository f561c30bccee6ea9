// SPDX-License-Identifier: LGPL-2.1-or-later
// The formulas of the built-in palettes; components stay floating point until they are rounded (spec: media, 3.4).
#include "omv/image/palette.h"

#include <algorithm>
#include <cmath>

namespace omv {

namespace {

struct Colour {
  float r, g, b;  // 0 to 255
};

using Colours = std::array<Colour, 256>;

std::uint8_t rounded(float component) { return static_cast<std::uint8_t>(std::lround(component)); }

// 888 to 565 as the camera's palettes round.
unsigned reduced(float component, float max) { return static_cast<unsigned>((component * max + 127.5F) / 255.0F); }

Palette palette_from(const Colours& colours) {
  Palette palette{};
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const auto& [r, g, b] = colours[i];
    palette.rgb888[i] = {rounded(r), rounded(g), rounded(b)};
    palette.rgb565[i] = static_cast<std::uint16_t>(reduced(r, 31) << 11 | reduced(g, 63) << 5 | reduced(b, 31));
  }
  return palette;
}

// Saturation and value are 1; hue 0 to 1.
Colour from_hue(float hue) {
  const float sector = hue * 6;
  const auto part = [sector](float peak) {
    return 255 * std::clamp(2 - std::abs(std::remainder(sector - peak, 6.0F)), 0.0F, 1.0F);
  };
  return {part(0), part(2), part(4)};
}

Colours rainbow() {
  Colours colours{};
  for (std::size_t i = 0; i < 256; ++i) colours[i] = from_hue(1 - static_cast<float>(i + 220) / 476);
  return colours;
}

Colours depth() {
  Colours colours = rainbow();
  std::reverse(colours.begin(), colours.end());
  return colours;
}

Colour between(const Colour& a, const Colour& b, float part) {
  return {a.r + (b.r - a.r) * part, a.g + (b.g - a.g) * part, a.b + (b.b - a.b) * part};
}

// Three colours of an event camera: the second at 128; the third, one step beyond the end.
Colours events(const Colour& first, const Colour& middle, const Colour& last) {
  Colours colours{};
  for (std::size_t i = 0; i < 256; ++i) {
    const float part = static_cast<float>(i % 128) / 128;
    const Colour c = i < 128 ? between(first, middle, part) : between(middle, last, part);
    colours[i] = {std::trunc(c.r), std::trunc(c.g), std::trunc(c.b)};
  }
  return colours;
}

struct ControlPoint {
  std::size_t index;
  Colour colour;
};

constexpr ControlPoint kIronbow[] = {
    {0, {255, 255, 255}},  {127, {0, 0, 0}},      {128, {0, 0, 9}},       {143, {31, 0, 118}},   {163, {130, 2, 137}},
    {175, {186, 7, 141}},  {191, {223, 55, 59}},  {192, {224, 57, 49}},   {207, {238, 109, 12}}, {226, {248, 178, 15}},
    {239, {255, 224, 30}}, {240, {255, 227, 39}}, {254, {255, 253, 235}}, {255, {255, 255, 24}},
};

Colours ironbow() {
  Colours colours{};
  for (const ControlPoint* point = kIronbow; point + 1 < std::end(kIronbow); ++point) {
    const auto& [begin, from] = point[0];
    const auto& [end, to] = point[1];
    for (std::size_t i = begin; i <= end; ++i) {
      const Colour c = between(from, to, static_cast<float>(i - begin) / static_cast<float>(end - begin));
      colours[i] = {std::round(c.r), std::round(c.g), std::round(c.b)};
    }
  }
  return colours;
}

constexpr Colour kPale = {216, 223, 236};
constexpr Colour kDark = {30, 37, 52};
constexpr Colour kBlue = {64, 126, 201};

constexpr std::array<std::string_view, 5> kNames = {"rainbow", "ironbow", "depth", "evt-dark", "evt-light"};

}  // namespace

const Palette& built_in_palette(BuiltInPalette palette) {
  static const std::array<Palette, kNames.size()> palettes = {
      palette_from(rainbow()), palette_from(ironbow()), palette_from(depth()),
      palette_from(events(kPale, kDark, kBlue)), palette_from(events(kBlue, kPale, kDark))};
  return palettes[static_cast<std::size_t>(palette)];
}

std::optional<BuiltInPalette> palette_by_name(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<BuiltInPalette>(found - kNames.begin());
}

std::string palette_names() {
  std::string names;
  for (const std::string_view name : kNames) names.append(names.empty() ? "" : ", ").append(name);
  return names;
}

Palette palette_of(std::span<const Rgb888, 256> colours) {
  Colours components{};
  std::transform(colours.begin(), colours.end(), components.begin(), [](const Rgb888& c) {
    return Colour{static_cast<float>(c.r), static_cast<float>(c.g), static_cast<float>(c.b)};
  });
  return palette_from(components);
}

}  // namespace omv
