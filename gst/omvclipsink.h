// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvclipsink.
#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_CLIP_SINK (gst_omv_clip_sink_get_type())
G_DECLARE_FINAL_TYPE(GstOmvClipSink, gst_omv_clip_sink, GST, OMV_CLIP_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE(omvclipsink)

G_END_DECLS
