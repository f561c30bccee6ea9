// SPDX-License-Identifier: LGPL-2.1-or-later
// An emulated camera behind a UDP port (spec: protocol-v2, section 12, "UDP").
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "omv/camera/transport/udp_transport.h"
#include "omv/emulator/emulator.h"

namespace omv::emulator {

/// `options` as a camera's UDP script has them after every SYNC: no acknowledgements, payloads of at most 1400 bytes
/// unless the options say otherwise, and no more than fits into a datagram.
EmulatorOptions udp_defaults(EmulatorOptions options);

/// Answers whoever has sent the last datagram; hosts come and go unnoticed. Destruction stops it at once.
class UdpServer {
 public:
  /// Binds `host` ("127.0.0.1", "0.0.0.0", "::1"); port 0 takes a free one. Errc::io when that is not possible.
  /// Errc::invalid for a camera that speaks usbdbg, which has no packets.
  /// The emulator should have been made from udp_defaults().
  static Result<std::unique_ptr<UdpServer>> start(std::unique_ptr<Emulator> emulator, const std::string& host,
                                                  std::uint16_t port);
  ~UdpServer();

  std::uint16_t port() const { return port_; }
  std::string address() const { return transport_->describe(); }  ///< "udp://127.0.0.1:5555"
  Emulator& emulator() { return *emulator_; }
  const Emulator& emulator() const { return *emulator_; }

 private:
  UdpServer(std::unique_ptr<Emulator> emulator, camera::UdpPort port,
            std::shared_ptr<camera::Cancellation> cancellation);

  void run();

  std::unique_ptr<Emulator> emulator_;
  std::shared_ptr<camera::Cancellation> cancellation_;
  std::unique_ptr<camera::Transport> transport_;
  std::uint16_t port_;
  std::thread thread_;  // last: everything above exists when it starts
};

}  // namespace omv::emulator
