// SPDX-License-Identifier: LGPL-2.1-or-later
// Declaration of the device provider for OpenMV cameras.
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_OMV_DEVICE_PROVIDER (gst_omv_device_provider_get_type())
G_DECLARE_FINAL_TYPE(GstOmvDeviceProvider, gst_omv_device_provider, GST, OMV_DEVICE_PROVIDER, GstDeviceProvider)

GST_DEVICE_PROVIDER_REGISTER_DECLARE(omvdeviceprovider)

G_END_DECLS
