// SPDX-License-Identifier: LGPL-2.1-or-later
// One thread serves; a datagram socket has nothing to accept.
#include "omv/emulator/udp_server.h"

#include <algorithm>
#include <utility>

#include "omv/camera/v2/packet.h"

namespace omv::emulator {

namespace {

constexpr std::uint16_t kUdpPayload = 1400;
constexpr std::uint16_t kLargestUdpPayload = 65507 - camera::packet_size(1) + 1;  // IPv4's datagram

}  // namespace

EmulatorOptions udp_defaults(EmulatorOptions options) {
  options.max_payload = std::min(options.max_payload.value_or(kUdpPayload), kLargestUdpPayload);
  options.ack = false;
  return options;
}

Result<std::unique_ptr<UdpServer>> UdpServer::start(std::unique_ptr<Emulator> emulator, const std::string& host,
                                                    std::uint16_t port) {
  if (emulator->protocol() == camera::Protocol::usbdbg)
    return Error{Errc::invalid, "udp: firmware before 5 speaks usbdbg, which has no packets to send as datagrams"};
  auto cancellation = std::make_shared<camera::Cancellation>();
  OMV_TRY(camera::UdpPort bound, camera::bind_udp(host, port, camera::first_packet_size, cancellation));
  return std::unique_ptr<UdpServer>(new UdpServer(std::move(emulator), std::move(bound), std::move(cancellation)));
}

UdpServer::UdpServer(std::unique_ptr<Emulator> emulator, camera::UdpPort port,
                     std::shared_ptr<camera::Cancellation> cancellation)
    : emulator_(std::move(emulator)),
      cancellation_(std::move(cancellation)),
      transport_(std::move(port.camera)),
      port_(port.port),
      thread_([this] { run(); }) {}

// While the camera is unplugged nobody takes what hosts send, and the first of it waits in the socket.
void UdpServer::run() {
  while (true) {
    const Error why = emulator_->serve(*transport_);
    if (why.code == Errc::end) continue;
    if (!emulator_->away_until() || !emulator_->await_return(*cancellation_)) return;
  }
}

UdpServer::~UdpServer() {
  cancellation_->cancel();
  thread_.join();
}

}  // namespace omv::emulator
