// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvmjpegmux.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_MJPEG_MUX (gst_omv_mjpeg_mux_get_type())
G_DECLARE_FINAL_TYPE(GstOmvMjpegMux, gst_omv_mjpeg_mux, GST, OMV_MJPEG_MUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE(omvmjpegmux)

G_END_DECLS
