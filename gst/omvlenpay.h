// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the element omvlenpay.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_LEN_PAY (gst_omv_len_pay_get_type())
G_DECLARE_FINAL_TYPE(GstOmvLenPay, gst_omv_len_pay, GST, OMV_LEN_PAY, GstElement)

GST_ELEMENT_REGISTER_DECLARE(omvlenpay)

G_END_DECLS
