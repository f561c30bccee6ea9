// SPDX-License-Identifier: LGPL-2.1-or-later
// Counts an emulated camera's frames, and spoils some of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "omv/camera/frame_provider.h"
#include "omv/emulator/faults.h"

namespace omv::emulator {

/// A provider around another. "Every Nth" counts the frames that a host was shown since power-up, the first is 1.
class FaultyProvider final : public camera::FrameProvider {
 public:
  /// All outlive it. `stream_buffer`: bytes that a frame must exceed so as not to fit.
  FaultyProvider(camera::FrameProvider& inner, const DeviceFaults& faults, std::uint32_t stream_buffer,
                 std::atomic<std::uint64_t>& frames);

  /// Text of the script that was started last.
  const std::string& script() const { return script_; }
  /// Frames that were shown before it.
  std::uint64_t frames_before_script() const { return frames_before_script_; }

  void start(Time now, std::string_view script) override;
  std::optional<Time> due(Time now) override { return inner_.due(now); }
  Result<camera::CapturedFrame> capture(const camera::StreamRequest& request, Time now) override;
  void skip(Time now) override { inner_.skip(now); }
  std::string_view take_output() override { return inner_.take_output(); }
  std::span<camera::DynamicChannel* const> channels() override { return inner_.channels(); }

 private:
  void spoil(camera::CapturedFrame& frame, std::uint64_t number);

  camera::FrameProvider& inner_;
  const DeviceFaults& faults_;
  std::uint32_t stream_buffer_;
  std::atomic<std::uint64_t>& frames_;
  std::string script_;
  std::uint64_t frames_before_script_ = 0;
  Bytes oversized_;
};

}  // namespace omv::emulator
