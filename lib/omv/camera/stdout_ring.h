// SPDX-License-Identifier: LGPL-2.1-or-later
// The console text of an emulated camera (spec: protocol-v2, section 10, "stdout"; protocol-usbdbg, section 5).
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "omv/base/bytes.h"

namespace omv::camera {

class StdoutRing {
 public:
  /// One byte of `size` is never used.
  explicit StdoutRing(std::size_t size) : capacity_(size - 1) {}

  /// LF becomes CR LF. What does not fit throws everything older away; of a piece that is too long itself the tail
  /// stays. A line and its end are separate pieces.
  void print(std::string_view text);
  /// Takes at most `count` bytes out.
  Bytes read(std::size_t count);

  std::size_t size() const { return text_.size(); }
  /// True when it has been more than half full since the last call.
  bool take_rush() { return std::exchange(rushed_, false); }
  void clear() { text_.clear(); }

 private:
  void put(std::string_view piece);

  std::size_t capacity_;
  std::string text_;
  bool rushed_ = false;
};

}  // namespace omv::camera
