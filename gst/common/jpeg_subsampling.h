// SPDX-License-Identifier: LGPL-2.1-or-later
// The enumeration type of properties that say how much chroma a JPEG keeps.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/// Values are those of omv::formats::Subsampling; nicks auto, 444, 422, 420, 440, 411.
#define GST_TYPE_OMV_JPEG_SUBSAMPLING (gst_omv_jpeg_subsampling_get_type())
GType gst_omv_jpeg_subsampling_get_type();

G_END_DECLS
