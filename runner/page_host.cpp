// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of the page from the rig file, its token and the place of its socket.
#include "runner/page_host.h"

#include <utility>

#include "rig/reader.h"
#include "runner/web/control_socket.h"

namespace omv::runner {

namespace {

constexpr std::size_t kLeastToken = 12;

Result<std::string> token_of(const rig::General& general) {
  if (general.token_file.empty()) return general.token;
  OMV_TRY(const std::string text, rig::read_text_file(general.token_file));
  std::string token = text.substr(0, text.find_first_of("\r\n"));
  if (token.size() < kLeastToken)
    return Error{Errc::invalid, general.token_file + ": the first line is no token of 12 characters at least"};
  return token;
}

bool is_same(const web::ServerOptions& a, const web::ServerOptions& b) {
  return a.listen == b.listen && a.token == b.token && a.socket == b.socket && a.page_clients == b.page_clients;
}

}  // namespace

void PageHost::apply(const rig::General& general) {
  web::ServerOptions wanted;
  wanted.page_clients = static_cast<std::size_t>(general.page_clients);
  if (auto socket = web::make_socket_path(general.name_of_rig); socket)
    wanted.socket = *std::move(socket);
  else
    log_.warning("page", "omv trigger does not reach this rig: " + socket.error().message);
  if (auto token = token_of(general); token) {
    wanted.token = *std::move(token);
    wanted.listen = general.listen;
  } else {
    log_.error("page", "there is no status page: " + token.error().message);
  }
  if (server_ && is_same(wanted, running_)) return;
  start(wanted);
}

// A port that is taken leaves the socket, and the other way round.
void PageHost::start(const web::ServerOptions& wanted) {
  server_.reset();
  last_error_.clear();
  web::ServerOptions socket_alone = wanted;
  socket_alone.listen.clear();
  web::ServerOptions page_alone = wanted;
  page_alone.socket.clear();
  const bool is_both = !wanted.listen.empty() && !wanted.socket.empty();
  if (try_to_start(wanted) || !is_both || try_to_start(socket_alone)) return;
  try_to_start(page_alone);
}

bool PageHost::try_to_start(const web::ServerOptions& options) {
  if (options.listen.empty() && options.socket.empty()) return true;
  auto server = web::Server::start(control_, options);
  if (!server) {
    if (server.error().message != last_error_) log_.error("page", server.error().message);
    last_error_ = server.error().message;
    return false;
  }
  server_ = *std::move(server);
  running_ = options;
  if (!options.listen.empty()) log_.info("page", "the status page is at http://" + options.listen + "/");
  if (!options.socket.empty()) log_.debug("page", "omv trigger finds this rig at " + options.socket);
  return true;
}

}  // namespace omv::runner
