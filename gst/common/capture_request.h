// SPDX-License-Identifier: LGPL-2.1-or-later
// What a capturing element's properties ask of the camera.
#pragma once

#include <string>

#include "omv/camera/host_event.h"

namespace omv::gst {

/// Values of the properties of the same names; empty: unset.
struct CaptureRequest {
  std::string script;  ///< path of a file
  std::string script_text;
  std::string pixformat;
  std::string framesize;
  int quality = 0;    ///< 0: unset
  int framerate = 0;  ///< 0: unset
  bool raw = false;   ///< stream=raw
};

/// True when the built-in script runs, which has no end.
bool is_built_in(const CaptureRequest& request);

/// Reads the script file, or writes a script. Errors name the property, its value and what it may be: a file that
/// cannot be read, is empty, holds a NUL or is larger than a camera's heap; properties that exclude each other.
Result<camera::HostOptions> host_options(const CaptureRequest& request);

}  // namespace omv::gst
