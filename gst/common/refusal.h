// SPDX-License-Identifier: LGPL-2.1-or-later
// Why a pipeline does not fit together, in a sentence.
#pragma once

#include <gst/gst.h>

#include <string>

namespace omv::gst {

/// Empty when the peer of a source pad takes these fixed caps (or there is no peer); else what is sent, what the peer
/// takes instead, and the element that is probably missing. Call without locks.
std::string why_refused(GstPad* source_pad, const GstCaps* caps);

}  // namespace omv::gst
