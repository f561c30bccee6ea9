// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvtransform.
#pragma once

#include <gst/video/gstvideofilter.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_TRANSFORM (gst_omv_transform_get_type())
G_DECLARE_FINAL_TYPE(GstOmvTransform, gst_omv_transform, GST, OMV_TRANSFORM, GstVideoFilter)

GST_ELEMENT_REGISTER_DECLARE(omvtransform)

G_END_DECLS
