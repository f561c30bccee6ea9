// SPDX-License-Identifier: LGPL-2.1-or-later
// The scripts of firmware/ that capture, as they were when the library was built.
#pragma once

#include <string_view>

namespace omv::camera {

std::string_view capture_template();         ///< firmware/stream.py
std::string_view legacy_capture_template();  ///< firmware/legacy/stream.py

}  // namespace omv::camera
