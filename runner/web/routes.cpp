// SPDX-License-Identifier: LGPL-2.1-or-later
// The one table of what the page answers.
#include <array>
#include <optional>

#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

/// A star in a pattern stands for one name, which never has a '/' in it.
struct Route {
  const char* method;
  const char* pattern;
  void (*handle)(Site& site, const Request& request);
};

constexpr std::array kRoutes = {
    Route{"GET", "/", get_page},
    Route{"GET", "/page.css", get_style},
    Route{"GET", "/page.js", get_script},
    Route{"GET", "/icon.svg", get_icon},
    Route{"GET", "/login", get_login},
    Route{"POST", "/login", post_login},
    Route{"POST", "/logout", post_logout},
    Route{"GET", "/healthz", get_health},
    Route{"GET", "/metrics", get_metrics},
    Route{"POST", "/trigger/*", post_trigger},
    Route{"GET", "/api/status", get_status},
    Route{"GET", "/api/cameras/*/picture.jpg", get_picture},
    Route{"GET", "/api/cameras/*/live.mjpg", get_live},
    Route{"GET", "/api/files", get_files},
    Route{"GET", "/api/files/*", get_file},
    Route{"DELETE", "/api/files/*", delete_file},
    Route{"GET", "/api/files/*/content", get_content},
    Route{"GET", "/api/files/*/preview", get_preview},
    Route{"PUT", "/api/files/*/pin", put_pin},
    Route{"DELETE", "/api/files/*/pin", delete_pin},
};

using Names = std::vector<std::string>;

std::string_view take_segment(std::string_view& path) {
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), segment.size() + 1));
  return segment;
}

/// None for what is no name: empty, or with an escaped '/' or NUL in it.
std::optional<std::string> unescaped_name(std::string_view segment) {
  const std::unique_ptr<gchar, decltype(&g_free)> plain(
      g_uri_unescape_segment(segment.data(), segment.data() + segment.size(), "/"), g_free);
  if (plain == nullptr || *plain == '\0') return std::nullopt;
  return plain.get();
}

std::optional<Names> match(std::string_view pattern, std::string_view path) {
  if (!path.starts_with('/') || path.ends_with('/') != pattern.ends_with('/')) return std::nullopt;
  Names names;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (expected == segment && expected != "*") continue;
    const auto name = expected == "*" ? unescaped_name(segment) : std::nullopt;
    if (!name) return std::nullopt;
    names.push_back(*name);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return names;
}

/// HEAD is answered as GET; the HTTP library leaves the body out.
bool is_method(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && std::string_view(route.method) == "GET");
}

void refuse_method(SoupServerMessage* message, const std::string& allowed) {
  const Request request(message, {});
  request.set_header("Allow", allowed);
  request.answer_error(SOUP_STATUS_METHOD_NOT_ALLOWED, "this takes " + allowed + " only");
}

}  // namespace

void dispatch(Site& site, SoupServerMessage* message) {
  const std::string_view method = soup_server_message_get_method(message);
  const std::string_view path = g_uri_get_path(soup_server_message_get_uri(message));
  std::string allowed;
  for (const Route& route : kRoutes) {
    auto names = match(route.pattern, path);
    if (!names) continue;
    if (is_method(route, method)) return route.handle(site, Request(message, std::move(*names)));
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (!allowed.empty()) return refuse_method(message, allowed);
  Request(message, {}).answer_error(SOUP_STATUS_NOT_FOUND, "there is nothing here");
}

}  // namespace omv::runner::web
