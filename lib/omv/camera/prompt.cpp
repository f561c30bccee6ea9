// SPDX-License-Identifier: LGPL-2.1-or-later
// Marks of MicroPython, then the share of printable characters.
#include "omv/camera/prompt.h"

#include <algorithm>

namespace omv::camera {

namespace {

constexpr std::size_t kFewest = 8;  // bytes that make a text

bool is_text(unsigned char c) { return (c >= 0x20 && c < 0x7F) || c == '\r' || c == '\n' || c == '\t'; }

}  // namespace

bool looks_like_prompt(ConstByteSpan bytes) {
  const std::string_view text = as_text(bytes);
  for (const std::string_view mark : {">>> ", "MicroPython", "MPY: "})
    if (text.find(mark) != std::string_view::npos) return true;
  const auto readable = static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), is_text));
  return bytes.size() >= kFewest && readable * 10 >= bytes.size() * 9;
}

Error explain_babble(ConstByteSpan bytes) {
  if (looks_like_prompt(bytes))
    return {Errc::unsupported,
            "a MicroPython prompt or another text console answers instead of a camera's debug protocol: the port must "
            "be opened at 921600 baud, and by nobody else"};
  return {Errc::unsupported, "what is connected sends bytes that belong to no protocol of a camera"};
}

}  // namespace omv::camera
