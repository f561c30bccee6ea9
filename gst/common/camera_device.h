// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera on a serial port as a GstDevice, which makes an omvsrc for it.
#pragma once

#include <gst/gst.h>

#include "omv/camera/discovery.h"

G_BEGIN_DECLS

#define GST_TYPE_OMV_DEVICE (gst_omv_device_get_type())
G_DECLARE_FINAL_TYPE(GstOmvDevice, gst_omv_device, GST, OMV_DEVICE, GstDevice)

G_END_DECLS

namespace omv::gst {

/// A floating reference. Display name "OpenMV RT1062 (123ABC)", class Video/Source, caps of omvsrc's template, and the
/// properties `board`, `serial` (unless there is none), `path`, `device` (for omvsrc), `vid`, `pid`.
GstDevice* make_camera_device(const camera::SerialPort& port);

/// The port that `device` was made from.
const camera::SerialPort& port_of(GstOmvDevice* device);

}  // namespace omv::gst
