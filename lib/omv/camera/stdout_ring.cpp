// SPDX-License-Identifier: LGPL-2.1-or-later
// A string is ring enough for two kilobytes.
#include "omv/camera/stdout_ring.h"

#include <algorithm>

namespace omv::camera {

void StdoutRing::print(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) put(text.substr(0, end));
    if (end < text.size()) put("\r\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void StdoutRing::put(std::string_view piece) {
  if (piece.size() > capacity_ - text_.size()) text_.clear();
  text_.append(piece.substr(piece.size() - std::min(piece.size(), capacity_)));
  if (text_.size() > capacity_ / 2) rushed_ = true;
}

Bytes StdoutRing::read(std::size_t count) {
  count = std::min(count, text_.size());
  const ConstByteSpan taken = as_bytes(text_).first(count);
  Bytes out(taken.begin(), taken.end());
  text_.erase(0, count);
  return out;
}

}  // namespace omv::camera
