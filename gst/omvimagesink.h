// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvimagesink.
#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_IMAGE_SINK (gst_omv_image_sink_get_type())
G_DECLARE_FINAL_TYPE(GstOmvImageSink, gst_omv_image_sink, GST, OMV_IMAGE_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE(omvimagesink)

G_END_DECLS
