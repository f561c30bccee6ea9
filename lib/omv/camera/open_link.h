// SPDX-License-Identifier: LGPL-2.1-or-later
// From the address of a camera to a link, and to the options that suit it (spec: protocol-v2, sections 4 and 12).
#pragma once

#include <memory>

#include "omv/camera/device_address.h"
#include "omv/camera/host_event.h"
#include "omv/camera/transport/transport.h"

namespace omv::camera {

/// Opens the transport of any address but the emulator's, which is Errc::unsupported here: the library's room
/// `emulator` has its own connect_emulator(). A serial number is looked up at every call, so that a camera is found
/// again on another port. TCP and name resolution get `connect_timeout`; everything is interrupted by `cancellation`.
/// Errors as of open_serial(), connect_tcp(), connect_udp() and find_port(); one about a serial port also lists the
/// ports that are there.
Result<std::unique_ptr<Transport>> open_link(const DeviceAddress& address, Time connect_timeout,
                                             std::shared_ptr<Cancellation> cancellation);

/// The address of the first camera found among the serial ports: one with a USB id of OpenMV's own before one whose id
/// says less. Errc::io says what is there instead.
Result<DeviceAddress> find_first_camera();

/// `options` with what the link demands:
/// - UDP: no acknowledgements, payloads of at most 1400 bytes, short time-outs, as datagrams get lost;
/// - USB (and pseudo-terminals, TCP, the emulator): no acknowledgements, they would only cost round trips;
/// - a UART (/dev/ttyS0, adapters as /dev/ttyUSB0): acknowledgements, and payloads of at most 4082 bytes.
HostOptions tuned_for(const DeviceAddress& address, HostOptions options);

/// What can be spoken there: UDP exists in Protocol V2 only. Otherwise `wanted`.
Protocol protocol_for(const DeviceAddress& address, Protocol wanted);

}  // namespace omv::camera
