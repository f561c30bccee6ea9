// SPDX-License-Identifier: LGPL-2.1-or-later
// One clip, from its first frame to its file, on one thread.
#pragma once

#include <memory>

#include "common/clip_desk.h"
#include "common/clip_input.h"

namespace omv::gst {

/// Takes as long as the clip lasts, and the disk; returns when the file has its name, or will have none.
void write_clip(ClipDesk& desk, const ClipOpening& opening, ClipInput& input);

}  // namespace omv::gst
