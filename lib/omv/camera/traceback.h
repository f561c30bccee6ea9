// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracebacks as MicroPython prints them when an emulated script ends (spec: protocol-v2, section 14.8).
#pragma once

#include <string>
#include <string_view>

#include "omv/base/result.h"

namespace omv::camera {

/// "Traceback (most recent call last):\n  File \"<stdin>\", line 4, in <module>\nOSError: …\n". The line is the one of
/// `script` that takes a picture (the last if there is none): where an exception of the camera is raised.
std::string traceback(std::string_view script, std::string_view exception);

/// The same for an error of whatever makes the pictures: an OSError, unless its message names an exception.
std::string failure_traceback(std::string_view script, const Error& error);

/// That of a script that begins with a byte order mark, which is a name to MicroPython; empty for all others.
std::string stillborn_traceback(std::string_view script);

/// The traceback of a script that was stopped: in its last line, which is the end of its loop as a rule.
std::string interrupted_traceback(std::string_view script);

}  // namespace omv::camera
