// SPDX-License-Identifier: LGPL-2.1-or-later
// What caps omvtransform can make of others, and which of them it takes when there is a choice.
#pragma once

#include <gst/video/video.h>

#include "common/transform_plan.h"

namespace omv::gst {

/// Everything GStreamer's converter takes and gives, 1x1 to kMaxDimension square. The caller owns it.
GstCaps* transform_template_caps();

/// What may stand on the other side of `caps`: the same first if nothing has to be changed, then any format and size at
/// the same rate. The caller owns it.
GstCaps* possible_caps(const GstCaps* caps, const TransformSettings& settings);

/// The best of `choices` behind `from`, fixed: the format that loses least, the size the settings give unless another
/// one is asked for, the pixels and colours of the source as far as they are free. Takes `choices`.
GstCaps* best_output(const GstCaps* from, GstCaps* choices, const TransformSettings& settings);

/// The same in the other direction: in front of `to`, what comes closest to it. Takes `choices`.
GstCaps* best_input(const GstCaps* to, GstCaps* choices);

}  // namespace omv::gst
