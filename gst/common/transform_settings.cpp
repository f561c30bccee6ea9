// SPDX-License-Identifier: LGPL-2.1-or-later
// Names and files of palettes.
#include "common/transform_settings.h"

#include "omv/formats/palette_file.h"
#include "omv/image/draw_hints.h"

namespace omv::gst {

namespace {

Error of_property(const char* name, const Error& error) {
  return {error.code, std::string(name) + ": " + error.message};
}

Result<std::optional<Palette>> load_colours(const std::string& name) {
  if (name.empty()) return std::optional<Palette>{};
  if (const auto known = palette_by_name(name)) return std::optional(built_in_palette(*known));
  auto palette = formats::read_palette(name);
  if (palette) return std::optional(*std::move(palette));
  const bool path = name.find_first_of("./") != std::string::npos;
  const std::string names = path ? "" : "; the palettes that have names are " + palette_names();
  return of_property("color-palette", {palette.error().code, palette.error().message + names});
}

Result<std::optional<AlphaPalette>> load_alphas(const std::string& path) {
  if (path.empty()) return std::optional<AlphaPalette>{};
  auto palette = formats::read_alpha_palette(path);
  if (!palette) return of_property("alpha-palette", palette.error());
  return std::optional(*palette);
}

}  // namespace

bool keeps_geometry(const TransformSettings& settings) {
  return settings.roi.empty() && settings.scales.x <= 0 && settings.scales.y <= 0 &&
         !orientation_of(settings.hints).any();
}

Result<Palettes> load_palettes(const TransformSettings& settings) {
  Palettes palettes;
  OMV_TRY(palettes.colours, load_colours(settings.color_palette));
  OMV_TRY(palettes.alphas, load_alphas(settings.alpha_palette));
  return palettes;
}

}  // namespace omv::gst
