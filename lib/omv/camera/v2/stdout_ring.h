// SPDX-License-Identifier: LGPL-2.1-or-later
// The console text of an emulated camera (spec: protocol-v2, section 10, "stdout").
#pragma once

#include <string>
#include <string_view>

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
  bool more_than_half_full() const { return text_.size() > capacity_ / 2; }

 private:
  void put(std::string_view piece);

  std::size_t capacity_;
  std::string text_;
};

}  // namespace omv::camera
