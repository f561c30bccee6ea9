// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element imageiomux.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_IMAGEIO_MUX (gst_imageio_mux_get_type())
G_DECLARE_FINAL_TYPE(GstImageioMux, gst_imageio_mux, GST, IMAGEIO_MUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE(imageiomux)

G_END_DECLS
