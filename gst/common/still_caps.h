// SPDX-License-Identifier: LGPL-2.1-or-later
// Which streams can become stills of which formats.
#pragma once

#include <gst/gst.h>

#include <vector>

#include "common/still_version.h"

namespace omv::gst {

/// All that any still format can be made of.
GstCaps* still_template_caps();

/// What every one of these versions can be made of, coded pictures of the first one's own format in front: they pass as
/// they are.
GstCaps* still_caps(const std::vector<StillVersion>& versions);

}  // namespace omv::gst
