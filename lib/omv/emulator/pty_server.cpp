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

Result<std::unique_ptr<PtyServer>> PtyServer::start(std::unique_ptr<Emulator> emulator,
                                                    const std::optional<std::string>& link) {
  auto cancellation = std::make_shared<camera::Cancellation>();
  OMV_TRY(camera::PseudoTerminal terminal, camera::open_pseudo_terminal(cancellation));
  std::unique_ptr<PtyServer> server(new PtyServer(std::move(emulator), std::move(cancellation),
                                                  std::move(terminal.camera), std::move(terminal.path)));
  if (link) OMV_CHECK(server->make_link(*link));
  server->thread_ = std::thread([camera = server.get()] {
    while (camera->emulator_->serve(*camera->transport_).code == Errc::end) continue;
  });
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
