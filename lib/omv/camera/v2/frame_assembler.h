// SPDX-License-Identifier: LGPL-2.1-or-later
// From the pieces of a frame's answer to a checked frame in the consumer's memory (spec: protocol-v2, section 11).
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "omv/camera/coded_frame.h"
#include "omv/camera/host_event.h"

namespace omv::camera {

class FrameAssembler {
 public:
  explicit FrameAssembler(FrameAllocator allocate) : allocate_(std::move(allocate)) {}

  /// A frame of `total` bytes, header included, is about to arrive.
  void begin(std::uint32_t total);
  bool active() const { return active_; }
  /// More bytes came than were announced: whoever sends them has lost its way.
  bool overrun() const { return overrun_; }

  /// The next bytes of it, copied once: header bytes here, the others to where they stay.
  void feed(ConstByteSpan bytes);

  /// All has come. Errc::invalid, unsupported, truncated, limit: the frame contradicts itself;
  /// Errc::cancelled: the allocator refused.
  Result<FrameReceived> finish();
  void abandon();

 private:
  void take_header();
  void store(ConstByteSpan bytes);
  Result<void> check();

  FrameAllocator allocate_;
  bool active_ = false;
  bool overrun_ = false;
  std::uint32_t total_ = 0;
  std::uint32_t fed_ = 0;
  std::array<std::uint8_t, kFrameHeaderUsed> head_{};
  std::size_t head_size_ = 0;  // less than head_ only for a tiny frame behind a short header
  FrameHeader header_;
  FrameReceived frame_;
  std::size_t stored_ = 0;
  Result<void> verdict_;
};

}  // namespace omv::camera
