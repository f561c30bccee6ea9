// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera as omvsrc sees it: found by its address, connected, its frames in GstBuffers.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "omv/camera/live_camera.h"

namespace omv::gst {

/// Is this the address of a camera? Says what is wrong with the property `device` otherwise. An empty one stands for
/// the first camera found.
Result<void> check_device(const std::string& device);

/// True for an emulated camera without a rate of its own: it makes its next frame when the last one was taken.
bool waits_for_host(const std::string& device);

/// Options as the link to `device` demands them, see tuned_for() and protocol_for().
void suit_link(const std::string& device, camera::LiveOptions& options);

/// How the link to `device` (checked by check_device()) is opened, see open_link(). A camera on a serial port that was
/// there before is found by its USB serial number, whatever its port is called now.
camera::LiveCamera::Opener camera_opener(const std::string& device, Time connect_timeout);

/// Memory of a GstBuffer, for sessions.
std::unique_ptr<camera::FrameMemory> allocate_buffer(const FrameInfo& info, std::size_t size);

/// The bytes of a frame as a buffer, without copying them; its memory came from allocate_buffer().
GstBuffer* take_buffer(camera::FrameReceived frame);

}  // namespace omv::gst
