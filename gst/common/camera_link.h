// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera as omvsrc sees it: found by its address, connected, its frames in GstBuffers.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

#include "omv/camera/connection.h"
#include "omv/emulator/server.h"

namespace omv::gst {

/// One connection; used by one thread, interrupted through the cancellation it was opened with.
class CameraLink {
 public:
  /// Is this the address of a camera? Says what is wrong otherwise. An empty one stands for the first camera found.
  static Result<void> check(const std::string& device);

  /// Opens the transport (TCP connects, the emulator starts) and the session on it. Errc::io with the candidates when
  /// no camera is there.
  static Result<std::unique_ptr<CameraLink>> open(const std::string& device, camera::HostOptions options,
                                                  std::shared_ptr<camera::Cancellation> cancellation);

  Result<camera::HostEvent> next_event(Time deadline) { return connection_->next_event(deadline); }
  const camera::HostStats& stats() const { return connection_->session().stats(); }
  std::string describe() const { return connection_->describe(); }

 private:
  CameraLink() = default;

  std::unique_ptr<emulator::InProcessServer> emulator_;  // outlives the connection to it
  std::unique_ptr<camera::Connection> connection_;
};

/// The bytes of a frame as a buffer without copying them; the frame came from a CameraLink.
GstBuffer* take_buffer(camera::FrameReceived frame);

}  // namespace omv::gst
