// SPDX-License-Identifier: LGPL-2.1-or-later
// The stream channel of an emulated camera: one frame, its lock, and the form it is wanted in
// (spec: protocol-v2, sections 10 and 11).
#pragma once

#include <cstdint>
#include <vector>

#include "omv/camera/frame_provider.h"
#include "omv/camera/v2/protocol_v2.h"

namespace omv::camera {

class StreamBuffer {
 public:
  /// `size` bytes for header and data; `raw_default` is what the board sends unconfigured.
  StreamBuffer(std::size_t size, const StreamRequest& raw_default);

  bool enabled() const { return enabled_; }
  /// Holds a frame that was not released yet: new ones are dropped.
  bool occupied() const { return !blob_.empty(); }
  const StreamRequest& request() const { return request_; }

  /// False, and nothing stored, when the frame does not fit.
  bool store(const CapturedFrame& frame);

  /// Scaling has left no pixels: nothing is taken any more until enable().
  void stall() { stalled_ = true; }
  bool stalled() const { return stalled_; }

  /// False without a frame and when it is locked already.
  bool lock();
  /// Frees and clears the frame.
  void unlock();
  /// Without the host's wish: a frame that waits stays, a locked one is lost.
  void release_lock() {
    if (locked_) unlock();
  }
  void drop();
  /// What a script's end leaves behind: raw settings of the board, no frame.
  void reinitialise();

  std::uint32_t size() const { return static_cast<std::uint32_t>(blob_.size()); }
  /// Empty when offset + length reaches beyond size().
  ConstByteSpan read(std::uint32_t offset, std::uint32_t length) const;
  /// (bytes) or (width, height, bytes per pixel); of the last frame when none waits.
  const Bytes& shape() const { return shape_; }

  void enable(bool on);
  void set_raw(bool on) {
    raw_ = on;
    update_request();
  }
  void set_raw_limit(std::uint32_t width, std::uint32_t height);

 private:
  void update_request();

  std::size_t capacity_;
  StreamRequest raw_default_;
  bool enabled_ = false;
  bool locked_ = false;
  bool stalled_ = false;
  bool raw_ = false;
  std::uint32_t max_width_ = 0;
  std::uint32_t max_height_ = 0;
  StreamRequest request_;
  Bytes blob_;
  Bytes shape_;
};

}  // namespace omv::camera
