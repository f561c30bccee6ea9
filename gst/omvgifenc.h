// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvgifenc.
#pragma once

#include <gst/video/gstvideoencoder.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_GIF_ENC (gst_omv_gif_enc_get_type())
G_DECLARE_FINAL_TYPE(GstOmvGifEnc, gst_omv_gif_enc, GST, OMV_GIF_ENC, GstVideoEncoder)

GST_ELEMENT_REGISTER_DECLARE(omvgifenc)

G_END_DECLS
