// SPDX-License-Identifier: LGPL-2.1-or-later
// What every element does with its pads.
#pragma once

#include <gst/gst.h>

namespace omv::gst {

/// Adds a pad template. Takes ownership of `caps`.
void add_pad_template(GstElementClass* klass, const char* name, GstPadDirection direction, GstPadPresence presence,
                      GstCaps* caps);

/// A pad of the template of its name, not yet added to the element.
GstPad* new_pad(GstElement* element, const char* name);

/// Pushes stream-start on the source pad, in the group of the stream that comes in on the sink pad.
void push_stream_start(GstElement* element, GstPad* sink_pad, GstPad* source_pad);

}  // namespace omv::gst
