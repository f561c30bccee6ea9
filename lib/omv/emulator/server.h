// SPDX-License-Identifier: LGPL-2.1-or-later
// Emulated cameras on a TCP port, on a pseudo-terminal, and inside of this process.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "omv/camera/transport/tcp_transport.h"
#include "omv/emulator/emulator.h"

namespace omv::emulator {

/// Serves one host at a time, on threads of its own. A newcomer replaces a host that has not said anything for two
/// seconds (hosts of this library ask at least four times a second); else it is sent away after as long.
/// While the camera is unplugged nothing listens on the port.
/// Destruction stops it at once, whatever it does.
class TcpServer {
 public:
  /// Binds `host` ("127.0.0.1", "0.0.0.0", "::1"); port 0 takes a free one. Errc::io when that is not possible.
  static Result<std::unique_ptr<TcpServer>> start(std::unique_ptr<Emulator> emulator, const std::string& host,
                                                  std::uint16_t port, CameraObserver observer = {});
  ~TcpServer();

  std::uint16_t port() const { return port_; }
  const std::string& address() const { return address_; }  ///< "tcp://127.0.0.1:5555"
  Emulator& emulator() { return *emulator_; }
  const Emulator& emulator() const { return *emulator_; }

 private:
  TcpServer(std::unique_ptr<Emulator> emulator, std::string host, camera::TcpListener listener,
            CameraObserver observer);

  void accept_hosts();
  std::shared_ptr<camera::Cancellation> begin_accept();
  Result<std::unique_ptr<camera::Transport>> next_host(const std::shared_ptr<camera::Cancellation>& cancellation);
  Result<void> stay_away(const camera::Cancellation& cancellation);
  bool make_way();
  bool wait_for_end();
  void serve(camera::Transport& link);
  void pause();

  std::unique_ptr<Emulator> emulator_;
  std::string host_;
  std::uint16_t port_;
  std::string address_;
  std::optional<camera::TcpListener> listener_;  // while plugged in; used by acceptor_ only
  CameraObserver observer_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool serving_ = false;
  Time connected_at_{0};
  std::shared_ptr<camera::Cancellation> accepting_;  // of the connection that is waited for
  std::shared_ptr<camera::Cancellation> current_;    // of the one being served

  std::thread server_;    // used by acceptor_ only
  std::thread acceptor_;  // last: everything above exists when it starts
};

/// Serves whoever opens the path, again and again; hosts come and go unnoticed. A reset by the host leaves the path.
/// A camera that was unplugged comes back under another path; the symbolic link is away meanwhile and follows.
/// Destruction stops it at once.
class PtyServer {
 public:
  /// Makes a pseudo-terminal and, if asked to, a symbolic link to it that exists as long as the server does. An
  /// existing symbolic link is replaced, anything else at that path is Errc::io.
  static Result<std::unique_ptr<PtyServer>> start(std::unique_ptr<Emulator> emulator,
                                                  const std::optional<std::string>& link);
  ~PtyServer();

  std::string path() const;  ///< the present one, or that of the unplugged camera before; any thread
  Emulator& emulator() { return *emulator_; }
  const Emulator& emulator() const { return *emulator_; }

 private:
  PtyServer(std::unique_ptr<Emulator> emulator, std::shared_ptr<camera::Cancellation> cancellation,
            std::unique_ptr<camera::Transport> transport, std::string path);

  void run();
  bool return_elsewhere();
  Result<void> make_link(const std::string& link);
  void remove_link();

  std::unique_ptr<Emulator> emulator_;
  std::shared_ptr<camera::Cancellation> cancellation_;
  std::unique_ptr<camera::Transport> transport_;
  mutable std::mutex mutex_;
  std::string path_;  // written by thread_ under mutex_
  std::string link_;
  std::thread thread_;
};

/// A camera inside of this process, for `emulator:` URIs: the host's end of a pipe to it. The camera lives on a thread
/// of its own until the transport is destroyed.
///
/// With the option `name` the camera outlives the transport: who connects under that name again gets the same camera,
/// script, counters and faults included (other options are ignored then). Errc::io while it is unplugged, Errc::busy
/// while somebody else is connected.
Result<std::unique_ptr<camera::Transport>> connect_emulator(const EmulatorOptions& options,
                                                            std::shared_ptr<camera::Cancellation> cancellation);

/// The camera of that name, to inject faults; null when there is none (yet). Any thread.
std::shared_ptr<Emulator> named_emulator(std::string_view name);
/// The next who connects under that name gets a new camera. Any thread.
void forget_emulator(std::string_view name);

}  // namespace omv::emulator
