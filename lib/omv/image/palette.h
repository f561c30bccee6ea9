// SPDX-License-Identifier: LGPL-2.1-or-later
// False colours: 256 of them for the 256 values of a grey picture, built in or from elsewhere (spec: media,
// section 3.4).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "omv/image/convert.h"

namespace omv {

/// The colour of every grey value. `rgb565` is what the camera has; `rgb888` the same before it was rounded to that.
struct Palette {
  std::array<Rgb888, 256> rgb888;
  std::array<std::uint16_t, 256> rgb565;
};

/// What multiplies the alpha of a pixel, for every grey value.
using AlphaPalette = std::array<std::uint8_t, 256>;

enum class BuiltInPalette { rainbow, ironbow, depth, evt_dark, evt_light };

/// Computed once; any thread may ask.
const Palette& built_in_palette(BuiltInPalette palette);

/// "rainbow", "ironbow", "depth", "evt-dark", "evt-light"; nullopt for other names.
std::optional<BuiltInPalette> palette_by_name(std::string_view name);

/// "rainbow, ironbow, …" for messages.
std::string palette_names();

/// A palette of colours from elsewhere, rounded to 565 as the camera rounds its own.
Palette palette_of(std::span<const Rgb888, 256> colours);

}  // namespace omv
