// SPDX-License-Identifier: LGPL-2.1-or-later
// The preview of an emulated camera: one frame, its lock, and the dump that ends it
// (spec: protocol-usbdbg, section 3).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/camera/frame_provider.h"
#include "omv/camera/usbdbg/usbdbg.h"

namespace omv::camera::usbdbg {

class FrameSlot {
 public:
  /// `swaps_rgb565`: the firmware sends it big endian.
  FrameSlot(std::uint64_t buffer_size, bool swaps_rgb565);

  bool enabled() const { return enabled_; }
  /// 0 also drops a lock, and the frame with it.
  void enable(bool on);
  /// Holds a frame that was not dumped yet: new ones are dropped.
  bool occupied() const { return shape_.has_value(); }
  bool locked() const { return locked_; }
  /// What the firmware makes of pictures: small ones raw, all others JPEG.
  const StreamRequest& request() const { return request_; }

  /// Nothing is stored when the protocol has no word for the frame or it does not fit.
  void store(const CapturedFrame& frame);
  /// What waits, locked from now on; all 0: nothing, or the host has locked it before.
  FrameShape lock();
  /// A script's end: a frame that nobody has locked is gone.
  void reinitialise();

  /// `count` bytes are asked for. They come whatever their number is, but only the one that the shape says frees the
  /// frame.
  void begin_dump(std::uint32_t count);
  bool dumping() const { return left_ > 0; }
  /// The next bytes of the dump; empty when it is over.
  ConstByteSpan output() const;
  void sent(std::size_t count);
  void abort_dump() { left_ = 0; }

 private:
  void drop();

  std::uint64_t capacity_;
  bool swaps_rgb565_;
  StreamRequest request_;
  bool enabled_ = false;
  bool locked_ = false;
  std::optional<FrameShape> shape_;
  std::uint64_t announced_ = 0;  // bytes, by the shape
  Bytes data_;
  std::uint32_t left_ = 0;  // of the dump
  std::size_t at_ = 0;
  bool frees_ = false;  // at its end
};

}  // namespace omv::camera::usbdbg
