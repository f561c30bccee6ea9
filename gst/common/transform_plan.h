// SPDX-License-Identifier: LGPL-2.1-or-later
// The shortest chain of stages that does what omvtransform is told.
#pragma once

#include <gst/video/video.h>

#include "common/transform_settings.h"
#include "common/video_stage.h"
#include "omv/base/result.h"
#include "omv/image/geometry.h"

namespace omv::gst {

/// The size of the output when nobody asks for another one. Errors as of clip_roi() and scaled_size().
Result<Size> natural_size(const TransformSettings& settings, const GstVideoInfo& from);

/// How one picture becomes another.
struct TransformPlan {
  Placement placement;
  VideoChain chain;  ///< empty: the output is the input
};

/// Errors as of natural_size(), and Errc::unsupported for what GStreamer does not convert.
Result<TransformPlan> plan_transform(const TransformSettings& settings, const Palettes& palettes,
                                     const GstVideoInfo& from, const GstVideoInfo& to);

}  // namespace omv::gst
