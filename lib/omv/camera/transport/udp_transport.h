// SPDX-License-Identifier: LGPL-2.1-or-later
// UDP: one packet per datagram, to a camera and from one (spec: protocol-v2, section 12, "UDP").
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "omv/camera/transport/transport.h"

namespace omv::camera {

/// How many bytes at the front of `bytes` (not empty) make up one datagram: from 1 to bytes.size(). That is all a
/// transport has to know of the protocol it carries; for Protocol V2 it is first_packet_size().
using DatagramCut = std::size_t (*)(ConstByteSpan bytes);

/// The transports made here keep the contract of Transport, and besides:
/// - write() sends one datagram and returns its size; what is behind it waits for the next call;
/// - read() hands out one datagram at a time, in several calls if `into` is too small; none is ever truncated;
/// - datagrams may get lost, which nobody notices here.
/// No camera there: the system learns it from an ICMP message after the first write, and the next call of either
/// direction says Errc::closed.

/// A name with several addresses is tried at the first IPv4 one, which is what cameras have, else at the first.
/// Errc::timeout and Errc::cancelled from resolving the name, Errc::io with the system's reason.
Result<std::unique_ptr<Transport>> connect_udp(const std::string& host, std::uint16_t port, DatagramCut cut,
                                               Time deadline, std::shared_ptr<Cancellation> cancellation);

/// The camera's end: answers the last sender; before there is one, and when that one is gone, what is written is lost.
/// Sends in bursts with pauses between them, so that a host's receive buffer is not flooded.
struct UdpPort {
  std::unique_ptr<Transport> camera;
  std::uint16_t port;
};

/// `host` is an address or name of this machine; port 0 takes a free one.
Result<UdpPort> bind_udp(const std::string& host, std::uint16_t port, DatagramCut cut,
                         std::shared_ptr<Cancellation> cancellation);

}  // namespace omv::camera
