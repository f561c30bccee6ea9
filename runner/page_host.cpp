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
  general_ = general;
  told_.clear();
  try_all();
}

void PageHost::try_all() {
  retry_.reset();
  web::ServerOptions wanted;
  bool is_all = true;
  wanted.page_clients = static_cast<std::size_t>(general_.page_clients);
  if (auto socket = web::make_socket_path(general_.name_of_rig); socket)
    wanted.socket = *std::move(socket);
  else
    complain("omv trigger does not reach this rig: " + socket.error().message);
  if (auto token = token_of(general_); token) {
    wanted.token = *std::move(token);
    wanted.listen = general_.listen;
  } else {
    complain("there is no status page: " + token.error().message);
    is_all = false;
  }
  const bool runs = server_ && is_same(wanted, running_);
  if (!runs) is_all = start(wanted) && is_all;
  if (!is_all) retry_ = loop_.after(kRetry, [this] { try_all(); });
}

// Once, however often it is tried.
void PageHost::complain(const std::string& why) {
  if (told_.insert(why).second) log_.error("page", why);
}

// For those who are connected to the other one: they are hung up only for good reason.
bool PageHost::can_start(const web::ServerOptions& options) {
  return web::Server::start(control_, options).has_value();
}

// A port that is taken leaves the socket, and the other way round. False: not all of it runs.
bool PageHost::start(const web::ServerOptions& wanted) {
  web::ServerOptions socket_alone = wanted;
  socket_alone.listen.clear();
  web::ServerOptions page_alone = wanted;
  page_alone.socket.clear();
  if (server_ && is_same(running_, socket_alone) && !can_start(page_alone)) return false;
  if (server_ && is_same(running_, page_alone) && !can_start(socket_alone)) return false;
  server_.reset();
  if (try_to_start(wanted)) return true;
  const bool is_both = !wanted.listen.empty() && !wanted.socket.empty();
  if (is_both && !try_to_start(socket_alone)) try_to_start(page_alone);
  return false;
}

bool PageHost::try_to_start(const web::ServerOptions& options) {
  if (options.listen.empty() && options.socket.empty()) return true;
  auto server = web::Server::start(control_, options);
  if (!server) {
    complain(server.error().message);
    return false;
  }
  server_ = *std::move(server);
  running_ = options;
  if (!options.listen.empty()) log_.info("page", "the status page is at http://" + options.listen + "/");
  if (!options.socket.empty()) log_.debug("page", "omv trigger finds this rig at " + options.socket);
  return true;
}

}  // namespace omv::runner
