// SPDX-License-Identifier: LGPL-2.1-or-later
// What a script's text has to look like before a camera gets it.
#pragma once

#include <string_view>

#include "omv/base/result.h"

namespace omv::camera {

/// Errc::invalid for text that no camera takes as a whole.
inline Result<void> check_script(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return Error{Errc::invalid, "the script contains a NUL character"};
  return {};
}

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A byte order mark is for editors; MicroPython takes it for a name.
inline std::string_view without_bom(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

}  // namespace omv::camera
