// SPDX-License-Identifier: LGPL-2.1-or-later
// How an animated GIF is made.
#pragma once

#include <cstdint>
#include <optional>

namespace omv::gif {

enum class PaletteMode {
  adaptive,  ///< from the first frame, and anew where it no longer serves
  global,    ///< from the frames of the first second, then for good
  openmv,    ///< the camera's fixed ones (spec: media, section 5.1)
};

enum class Dither {
  none,       ///< the nearest colour: the smallest files and the least error
  ordered,    ///< a pattern that stays where it is: what does not move does not flicker
  diffusion,  ///< what a pixel's colour lacks goes to its neighbours
};

struct Settings {
  PaletteMode palette = PaletteMode::adaptive;
  Dither dither = Dither::none;
  unsigned colors = 256;            ///< 2..256, one of them for what is transparent
  unsigned plays = 0;               ///< 0 = for ever, at most 65536
  std::uint16_t fixed_delay = 0;    ///< of every frame, in hundredths of a second; 0 = from timestamps
  std::uint64_t max_bytes = 0;      ///< the file ends before it grows beyond; 0 = no limit
  std::optional<double> tolerance;  ///< 0..64 steps of a component that don't count as a change; unset: by the noise
};

}  // namespace omv::gif
