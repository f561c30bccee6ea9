// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element imageiodemux.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_IMAGEIO_DEMUX (gst_imageio_demux_get_type())
G_DECLARE_FINAL_TYPE(GstImageioDemux, gst_imageio_demux, GST, IMAGEIO_DEMUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE(imageiodemux)

G_END_DECLS
