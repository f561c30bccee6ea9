// SPDX-License-Identifier: LGPL-2.1-or-later
// Emulated cameras on a TCP port, on a pseudo-terminal, and inside of this process.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "omv/camera/transport/tcp_transport.h"
#include "omv/emulator/emulator.h"

namespace omv::emulator {

/// Serves one host at a time, on threads of its own. A newcomer replaces a host that has not said anything for two
/// seconds (hosts of this library ask at least four times a second); else it is sent away after as long.
/// Destruction stops it at once, whatever it does.
class TcpServer {
 public:
  /// Binds `host` ("127.0.0.1", "0.0.0.0", "::1"); port 0 takes a free one. Errc::io when that is not possible.
  static Result<std::unique_ptr<TcpServer>> start(std::unique_ptr<Emulator> emulator, const std::string& host,
                                                  std::uint16_t port, CameraObserver observer = {});
  ~TcpServer();

  std::uint16_t port() const { return listener_.port(); }
  std::string address() const { return listener_.describe(); }  ///< "tcp://127.0.0.1:5555"
  const Emulator& emulator() const { return *emulator_; }

 private:
  TcpServer(std::unique_ptr<Emulator> emulator, camera::TcpListener listener, CameraObserver observer);

  void accept_hosts();
  std::shared_ptr<camera::Cancellation> begin_accept();
  bool make_way();
  bool wait_for_end();
  void serve(camera::Transport& link);
  void pause();

  std::unique_ptr<Emulator> emulator_;
  camera::TcpListener listener_;
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
/// Destruction stops it at once.
class PtyServer {
 public:
  /// Makes a pseudo-terminal and, if asked to, a symbolic link to it that exists as long as the server does. An
  /// existing symbolic link is replaced, anything else at that path is Errc::io.
  static Result<std::unique_ptr<PtyServer>> start(std::unique_ptr<Emulator> emulator,
                                                  const std::optional<std::string>& link);
  ~PtyServer();

  const std::string& path() const { return path_; }
  const Emulator& emulator() const { return *emulator_; }

 private:
  PtyServer(std::unique_ptr<Emulator> emulator, std::shared_ptr<camera::Cancellation> cancellation,
            std::unique_ptr<camera::Transport> transport, std::string path);

  Result<void> make_link(const std::string& link);

  std::unique_ptr<Emulator> emulator_;
  std::shared_ptr<camera::Cancellation> cancellation_;
  std::unique_ptr<camera::Transport> transport_;
  std::string path_;
  std::string link_;  // to be removed
  std::thread thread_;
};

/// A camera inside of this process, for `emulator:` URIs: the host's end of a pipe to it. The camera lives on a thread
/// of its own until the transport is destroyed.
Result<std::unique_ptr<camera::Transport>> connect_emulator(const EmulatorOptions& options,
                                                            std::shared_ptr<camera::Cancellation> cancellation);

}  // namespace omv::emulator
