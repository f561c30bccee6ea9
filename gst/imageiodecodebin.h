// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element imageiodecodebin.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_IMAGEIO_DECODE_BIN (gst_imageio_decode_bin_get_type())
G_DECLARE_FINAL_TYPE(GstImageioDecodeBin, gst_imageio_decode_bin, GST, IMAGEIO_DECODE_BIN, GstBin)

GST_ELEMENT_REGISTER_DECLARE(imageiodecodebin)

G_END_DECLS
