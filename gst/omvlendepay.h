// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvlendepay.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_LEN_DEPAY (gst_omv_len_depay_get_type())
G_DECLARE_FINAL_TYPE(GstOmvLenDepay, gst_omv_len_depay, GST, OMV_LEN_DEPAY, GstElement)

GST_ELEMENT_REGISTER_DECLARE(omvlendepay)

G_END_DECLS
