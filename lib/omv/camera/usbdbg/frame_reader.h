// SPDX-License-Identifier: LGPL-2.1-or-later
// From an announced frame to a checked one in the consumer's memory (spec: protocol-usbdbg, section 3).
#pragma once

#include <optional>

#include "omv/camera/host_event.h"
#include "omv/camera/usbdbg/command_link.h"

namespace omv::camera::usbdbg {

class FrameReader {
 public:
  /// `stats` outlives the reader.
  FrameReader(FrameAllocator allocate, HostStats& stats) : allocate_(std::move(allocate)), stats_(stats) {}

  /// Asks for the frame that `shape` has announced and locked: all of it, wanted or not, because only a complete dump
  /// releases it. False, and counted, when no camera has such a frame: then FB_ENABLE 0 has to release it.
  bool begin(const FrameShape& shape, CommandLink& link, Time now);
  /// The dump is complete. nullopt, and counted: damaged or refused.
  std::optional<FrameReceived> finish(const FirmwareVersion& firmware);
  /// The connection is lost; a frame on its way is, too.
  void interrupt();

 private:
  FrameAllocator allocate_;
  HostStats& stats_;
  bool active_ = false;
  FrameReceived frame_;
};

}  // namespace omv::camera::usbdbg
