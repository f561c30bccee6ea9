// SPDX-License-Identifier: LGPL-2.1-or-later
// What it means when a port says things that belong to no protocol.
#pragma once

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv::camera {

/// MicroPython's prompt or banner, or other text: a camera whose serial port is no debug port at the moment.
bool looks_like_prompt(ConstByteSpan bytes);

/// Errc::unsupported with what the user can do about it.
Error explain_babble(ConstByteSpan bytes);

}  // namespace omv::camera
