// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of the protocols.
#include "omv/camera/protocol.h"

namespace omv::camera {

const char* to_string(Protocol protocol) {
  switch (protocol) {
    case Protocol::automatic: return "auto";
    case Protocol::v2: return "v2";
    case Protocol::usbdbg: return "usbdbg";
  }
  return "";
}

}  // namespace omv::camera
