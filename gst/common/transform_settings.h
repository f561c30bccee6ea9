// SPDX-License-Identifier: LGPL-2.1-or-later
// What omvtransform is told, and the palettes that it names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/image/geometry.h"
#include "omv/image/palette.h"

namespace omv::gst {

/// The properties, as they were set.
struct TransformSettings {
  std::vector<int> roi;  ///< x, y, width, height; empty: the whole picture
  Scales scales;
  std::optional<unsigned> channel;  ///< 0, 1, 2
  std::uint8_t alpha = 255;
  std::string color_palette;  ///< a name or a path; empty: none
  std::string alpha_palette;  ///< a path; empty: none
  std::uint32_t hints = 0;    ///< bits of omv::draw_hint

  bool operator==(const TransformSettings&) const = default;
};

/// True when they leave size and place of every pixel alone.
bool keeps_geometry(const TransformSettings& settings);

/// The palettes that the settings name.
struct Palettes {
  std::optional<Palette> colours;
  std::optional<AlphaPalette> alphas;
};

/// Looks palettes up, or reads them. Errors name the property, and what it could be.
Result<Palettes> load_palettes(const TransformSettings& settings);

}  // namespace omv::gst
