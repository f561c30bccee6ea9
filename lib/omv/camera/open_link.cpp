// SPDX-License-Identifier: LGPL-2.1-or-later
// One function per kind of address.
#include "omv/camera/open_link.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "omv/camera/discovery.h"
#include "omv/camera/transport/serial_transport.h"
#include "omv/camera/transport/tcp_transport.h"
#include "omv/camera/transport/udp_transport.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kUdpPayload = 1400;
constexpr Time kUdpAnswerTimeout = 300ms;  // several times what a camera on a radio link takes
constexpr std::uint16_t kUartPayload = 4082;

using OpenResult = Result<std::unique_ptr<Transport>>;

struct Opener {
  Time deadline;
  std::shared_ptr<Cancellation> cancellation;

  // A port that can't be opened is often the wrong one.
  OpenResult operator()(const SerialAddress& address) const {
    OpenResult port = open_serial(address.path, cancellation);
    if (port) return port;
    const std::string there = list_serial_ports(find_serial_ports());
    return Error{port.error().code, port.error().message + (there.empty() ? "" : "; there is " + there)};
  }
  OpenResult operator()(const SerialNumberAddress& address) const {
    OMV_TRY(const SerialPort port, find_port(address.id, find_serial_ports()));
    return open_serial(port.path, cancellation);
  }
  OpenResult operator()(const TcpAddress& address) const {
    return connect_tcp(address.host, address.port, deadline, cancellation);
  }
  OpenResult operator()(const UdpAddress& address) const {
    return connect_udp(address.host, address.port, first_packet_size, deadline, cancellation);
  }
  OpenResult operator()(const EmulatorAddress&) const {
    return Error{Errc::unsupported, "the emulator is not behind a link"};
  }
};

// What is not a UART: USB (ttyACM), pseudo-terminals (pts/3) and links to them.
bool is_uart(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::canonical(path, failed);
  const std::string name = (failed ? std::filesystem::path(path) : real).filename().string();
  return name.starts_with("tty") && !name.starts_with("ttyACM");
}

}  // namespace

OpenResult open_link(const DeviceAddress& address, Time connect_timeout, std::shared_ptr<Cancellation> cancellation) {
  return std::visit(Opener{Clock::steady()->now() + connect_timeout, std::move(cancellation)}, address);
}

Result<DeviceAddress> find_first_camera() {
  const auto ports = find_serial_ports();
  if (!ports.empty() && ports.front().is_camera()) return DeviceAddress(SerialAddress{ports.front().path});
  const std::string others = list_serial_ports(ports);
  return Error{Errc::io, (others.empty() ? "no serial port of this machine is a camera"
                                         : "none of the serial ports is a camera that is known: " + others) +
                             "; connect one, or set device to /dev/ttyACM0, tcp://host:port, udp://host or emulator:"};
}

HostOptions tuned_for(const DeviceAddress& address, HostOptions options) {
  options.ack = false;
  if (std::holds_alternative<UdpAddress>(address)) {
    options.max_payload = std::min(options.max_payload, kUdpPayload);
    options.answer_timeout = std::min(options.answer_timeout, kUdpAnswerTimeout);
  }
  if (const auto* serial = std::get_if<SerialAddress>(&address); serial != nullptr && is_uart(serial->path)) {
    options.max_payload = std::min(options.max_payload, kUartPayload);
    options.ack = true;
  }
  return options;
}

Protocol protocol_for(const DeviceAddress& address, Protocol wanted) {
  const bool is_udp = std::holds_alternative<UdpAddress>(address);
  return is_udp && wanted == Protocol::automatic ? Protocol::v2 : wanted;
}

}  // namespace omv::camera
