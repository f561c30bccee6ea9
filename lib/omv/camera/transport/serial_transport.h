// SPDX-License-Identifier: LGPL-2.1-or-later
// Serial ports and pseudo-terminals (spec: protocol-v2, section 12, "USB CDC-ACM").
#pragma once

#include <memory>
#include <string>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

/// Opens a port raw, 8N1, at 921600 baud (which is what turns the protocol on), with DTR and RTS set and exclusively;
/// closing it drops DTR. Pseudo-terminals have no modem lines and work all the same.
/// Errors say what to do: no such device, no permission (and which group would have it), in use.
Result<std::unique_ptr<Transport>> open_serial(const std::string& path, std::shared_ptr<Cancellation> cancellation);

/// The camera's end of a pseudo-terminal, and the path that a host opens as its serial port.
struct PseudoTerminal {
  std::unique_ptr<Transport> camera;
  std::string path;
};

/// Hosts may open and close the path any number of times; the camera's end does not notice.
Result<PseudoTerminal> open_pseudo_terminal(std::shared_ptr<Cancellation> cancellation);

}  // namespace omv::camera
