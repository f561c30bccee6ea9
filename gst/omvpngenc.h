// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvpngenc.
#pragma once

#include "common/image_encoder.h"

G_BEGIN_DECLS

#define GST_TYPE_OMV_PNG_ENC (gst_omv_png_enc_get_type())
G_DECLARE_FINAL_TYPE(GstOmvPngEnc, gst_omv_png_enc, GST, OMV_PNG_ENC, GstOmvImageEncoder)

GST_ELEMENT_REGISTER_DECLARE(omvpngenc)

G_END_DECLS
