// SPDX-License-Identifier: LGPL-2.1-or-later
// A helper element that turns Bayer mosaics into RGBx by the camera's own formulas. Not registered: bins make it
// by type. (GStreamer 1.22's bayer2rgb writes out of bounds on odd sizes, which cameras do send.)
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_BAYER_DECODER (gst_omv_bayer_decoder_get_type())
G_DECLARE_FINAL_TYPE(GstOmvBayerDecoder, gst_omv_bayer_decoder, GST, OMV_BAYER_DECODER, GstElement)

G_END_DECLS
