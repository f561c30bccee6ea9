// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvsrc.
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_SRC (gst_omv_src_get_type())
G_DECLARE_FINAL_TYPE(GstOmvSrc, gst_omv_src, GST, OMV_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE(omvsrc)

G_END_DECLS
