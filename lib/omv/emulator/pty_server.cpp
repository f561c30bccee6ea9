// SPDX-License-Identifier: LGPL-2.1-or-later
// The camera's end of a pseudo-terminal, and the link that gives it a name.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "omv/camera/transport/serial_transport.h"
#include "omv/emulator/server.h"

namespace omv::emulator {

namespace {

// Of the camera's USB port (spec: protocol-v2, section 12). Without it, a host that leaves in the middle of a frame
// would never be noticed.
constexpr Time kWriteTimeout = std::chrono::milliseconds(1500);

}  // namespace

Result<std::unique_ptr<PtyServer>> PtyServer::start(std::unique_ptr<Emulator> emulator,
                                                    const std::optional<std::string>& link) {
  auto cancellation = std::make_shared<camera::Cancellation>();
  OMV_TRY(camera::PseudoTerminal terminal, camera::open_pseudo_terminal(cancellation));
  std::unique_ptr<PtyServer> server(new PtyServer(std::move(emulator), std::move(cancellation),
                                                  std::move(terminal.camera), std::move(terminal.path)));
  if (link) OMV_CHECK(server->make_link(*link));
  server->thread_ = std::thread([camera = server.get()] { camera->run(); });
  return server;
}

PtyServer::PtyServer(std::unique_ptr<Emulator> emulator, std::shared_ptr<camera::Cancellation> cancellation,
                     std::unique_ptr<camera::Transport> transport, std::string path)
    : emulator_(std::move(emulator)),
      cancellation_(std::move(cancellation)),
      transport_(std::move(transport)),
      path_(std::move(path)) {}

PtyServer::~PtyServer() {
  cancellation_->cancel();
  if (thread_.joinable()) thread_.join();
  remove_link();
}

std::string PtyServer::path() const {
  const std::lock_guard lock(mutex_);
  return path_;
}

void PtyServer::run() {
  while (!cancellation_->cancelled()) {
    const Error why = emulator_->serve(*transport_, kWriteTimeout);
    const bool goes_on = why.code == Errc::end || (emulator_->away_until() && return_elsewhere());
    if (!goes_on) return;
  }
}

// The new terminal is opened before the old one goes, so that its name is another one.
bool PtyServer::return_elsewhere() {
  auto terminal = camera::open_pseudo_terminal(cancellation_);
  if (!terminal) return false;
  remove_link();
  transport_.reset();
  if (!emulator_->await_return(*cancellation_)) return false;
  transport_ = std::move(terminal->camera);
  {
    const std::lock_guard lock(mutex_);
    path_ = terminal->path;
  }
  return link_.empty() || make_link(std::string(link_)).has_value();
}

void PtyServer::remove_link() {
  if (!link_.empty()) ::unlink(link_.c_str());
}

Result<void> PtyServer::make_link(const std::string& link) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(link, ignored)) ::unlink(link.c_str());
  if (::symlink(path_.c_str(), link.c_str()) != 0)
    return Error{Errc::io, link + ": link to " + path_ + ": " + std::strerror(errno)};
  link_ = link;
  return {};
}

}  // namespace omv::emulator
