// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera as omvsrc sees it: found by its address, connected, its frames in GstBuffers.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "omv/camera/connection.h"

namespace omv::gst {

/// Is this the address of a camera? Says what is wrong with the property `device` otherwise. An empty one stands for
/// the first camera found.
Result<void> check_device(const std::string& device);

/// Opens the transport (a serial port, TCP, the emulator) and a session on it whose frames are GstBuffers. TCP gets
/// options.connect_timeout to connect. Errc::io with the candidates when no camera is there. Interrupted through
/// `cancellation`, as is the connection.
Result<std::unique_ptr<camera::Connection>> open_camera(const std::string& device, camera::HostOptions options,
                                                        std::shared_ptr<camera::Cancellation> cancellation);

/// The bytes of a frame as a buffer, without copying them; the frame came from a connection of open_camera().
GstBuffer* take_buffer(camera::FrameReceived frame);

}  // namespace omv::gst
