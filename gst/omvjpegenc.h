// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvjpegenc.
#pragma once

#include "common/image_encoder.h"

G_BEGIN_DECLS

#define GST_TYPE_OMV_JPEG_ENC (gst_omv_jpeg_enc_get_type())
G_DECLARE_FINAL_TYPE(GstOmvJpegEnc, gst_omv_jpeg_enc, GST, OMV_JPEG_ENC, GstOmvImageEncoder)

GST_ELEMENT_REGISTER_DECLARE(omvjpegenc)

G_END_DECLS
