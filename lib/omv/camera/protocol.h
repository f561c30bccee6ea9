// SPDX-License-Identifier: LGPL-2.1-or-later
// The protocols that cameras speak.
#pragma once

namespace omv::camera {

enum class Protocol {
  automatic,  ///< of a host: find out
  v2,         ///< firmware 5.0.0 and later (spec: protocol-v2)
  usbdbg,     ///< firmware up to 4.8.1 (spec: protocol-usbdbg)
};

/// "auto", "v2", "usbdbg".
const char* to_string(Protocol protocol);

}  // namespace omv::camera
