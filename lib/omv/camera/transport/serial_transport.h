// SPDX-License-Identifier: LGPL-2.1-or-later
// Serial ports and pseudo-terminals (spec: protocol-v2, section 12, "USB CDC-ACM").
#pragma once

#include <memory>
#include <string>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

/// Opens a port raw, 8N1, with DTR and RTS set and exclusively; closing it drops DTR, which takes a camera back to its
/// REPL. Pseudo-terminals have no modem lines and work all the same. Errors say what to do: no such device, no
/// permission (which group to join, which udev rule to install), Errc::busy with the names of the programs that have
/// it.
///
/// The line coding is 921600 baud, and nothing else is tried (spec: protocol-usbdbg, section 1). On USB the rate sets
/// no speed, it switches the protocol on; 12000000 would do that for legacy firmware only, and leave newer cameras in
/// their REPL; a driver that can't do the lower of the two rates can't do the higher one either.
///
/// No flow control: RTS stays set, which suits a UART whose other side waits for it as well as one without that wire.
///
/// USB transfers (the kernel's cdc_acm driver): each write() of up to 20 packets (1280 bytes at full speed) is one
/// transfer of its own, so that what has to be a separate transfer only needs a separate write(). No zero-length packet
/// follows one that is a multiple of 64 bytes: cameras count bytes and do not wait for the end of a transfer. In the
/// other direction a transfer ends with a short packet or two full ones; that a camera owes a zero-length packet behind
/// a single full one is its own USB stack's business, and bytes that got stuck for its lack arrive with the next ones.
Result<std::unique_ptr<Transport>> open_serial(const std::string& path, std::shared_ptr<Cancellation> cancellation);

/// The camera's end of a pseudo-terminal, and the path that a host opens as its serial port.
struct PseudoTerminal {
  std::unique_ptr<Transport> camera;
  std::string path;
};

/// Hosts may open and close the path any number of times; the camera's end does not notice.
Result<PseudoTerminal> open_pseudo_terminal(std::shared_ptr<Cancellation> cancellation);

}  // namespace omv::camera
