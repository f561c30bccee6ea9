// SPDX-License-Identifier: LGPL-2.1-or-later
// What omvtransform is told, and the shortest chain of stages that does it.
#pragma once

#include <gst/video/video.h>

#include <optional>
#include <string>
#include <vector>

#include "common/video_stage.h"
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
  guint hints = 0;            ///< bits of omv::draw_hint
};

/// The palettes that the settings name.
struct Palettes {
  std::optional<Palette> colours;
  std::optional<AlphaPalette> alphas;
};

/// The size of the output when nobody asks for another one. Errors as of clip_roi() and scaled_size().
Result<Size> natural_size(const TransformSettings& settings, const GstVideoInfo& from);

/// True when settings leave size and format alone, and turn nothing round.
bool keeps_geometry(const TransformSettings& settings);

/// How one picture becomes another.
struct TransformPlan {
  Placement placement;
  VideoChain chain;  ///< empty: the output is the input
};

/// Errors as of natural_size(), and Errc::unsupported for what GStreamer does not convert.
Result<TransformPlan> plan_transform(const TransformSettings& settings, const Palettes& palettes,
                                     const GstVideoInfo& from, const GstVideoInfo& to);

}  // namespace omv::gst
