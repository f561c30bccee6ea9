// SPDX-License-Identifier: LGPL-2.1-or-later
// A channel that an emulated script registers (spec: protocol-v2, section 10, "dynamic").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::camera {

/// The methods of the script's object. Which of them exist is what flags() says: READ: size, shape and read; WRITE:
/// write; LOCK: lock and unlock. Used by the thread that serves the camera.
class DynamicChannel {
 public:
  virtual ~DynamicChannel() = default;

  /// More than 13 bytes are cut off.
  virtual std::string_view name() const = 0;
  /// READ, WRITE and LOCK of channel_flag; DYNAMIC is added.
  virtual std::uint8_t flags() const = 0;

  /// The channel's bit in the answer to POLL.
  virtual bool poll() { return size() > 0; }
  virtual std::uint32_t size() { return 0; }
  /// Up to four numbers.
  virtual std::vector<std::uint32_t> shape() { return {}; }
  /// At most `count` bytes from `offset` on, fewer or none when there are no more.
  virtual Bytes read(std::uint32_t offset, std::size_t count) { return (void)offset, (void)count, Bytes(); }
  /// False: refused, the host hears FAILED. So for the others.
  virtual bool write(std::uint32_t offset, ConstByteSpan data) { return (void)offset, (void)data, false; }
  virtual bool lock() { return true; }
  virtual void unlock() {}
  virtual bool ioctl(std::uint32_t request, ConstByteSpan arguments) { return (void)request, (void)arguments, false; }

  /// True once after something has happened that the host is to be told (an event without payload).
  virtual bool take_notification() { return false; }
};

}  // namespace omv::camera
