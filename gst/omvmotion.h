// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvmotion.
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_MOTION (gst_omv_motion_get_type())
G_DECLARE_FINAL_TYPE(GstOmvMotion, gst_omv_motion, GST, OMV_MOTION, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(omvmotion)

G_END_DECLS
