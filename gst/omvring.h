// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvring.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_RING (gst_omv_ring_get_type())
G_DECLARE_FINAL_TYPE(GstOmvRing, gst_omv_ring, GST, OMV_RING, GstElement)

GST_ELEMENT_REGISTER_DECLARE(omvring)

G_END_DECLS
