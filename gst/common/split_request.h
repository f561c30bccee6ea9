// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks a splitmuxsink somewhere downstream to begin a new file.
#pragma once

#include <gst/gst.h>

namespace omv::gst {

/// The group of frames that begins at that running time goes into a new file, if an element with the action signal
/// `split-at-running-time` follows the source pad directly or behind elements that have one pad named src (queues).
/// Nothing happens otherwise. Call from the streaming thread, in front of the frame.
void request_split(GstPad* source_pad, GstClockTime running_time);

}  // namespace omv::gst
