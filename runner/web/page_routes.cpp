// SPDX-License-Identifier: LGPL-2.1-or-later
// The page itself, and the way in.
#include "runner/web/page_files.h"
#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

constexpr const char* kHtml = "text/html; charset=utf-8";

void go_to(const Request& request, const char* place) {
  request.set_header("Location", place);
  request.answer(SOUP_STATUS_SEE_OTHER, "text/plain", "");
}

}  // namespace

void get_page(Site&, const Request& request) { request.answer(SOUP_STATUS_OK, kHtml, page_html()); }

void get_style(Site&, const Request& request) { request.answer(SOUP_STATUS_OK, "text/css; charset=utf-8", page_css()); }

void get_script(Site&, const Request& request) {
  request.answer(SOUP_STATUS_OK, "text/javascript; charset=utf-8", page_js());
}

void get_icon(Site&, const Request& request) { request.answer(SOUP_STATUS_OK, "image/svg+xml", icon_svg()); }

void get_login(Site& site, const Request& request) {
  if (!site.access.needs_token()) return go_to(request, "/");
  request.answer(SOUP_STATUS_OK, kHtml, login_html());
}

void post_login(Site& site, const Request& request) {
  std::string token;
  for (const auto& [key, value] : request.form())
    if (key == "token") token = value;
  if (!site.access.is_token(token)) {
    ++site.refused;
    return go_to(request, "/login#wrong");
  }
  request.set_header("Set-Cookie",
                     site.access.session_cookie(wall_seconds(), request.header("Origin").starts_with("https:")));
  go_to(request, "/");
}

void post_logout(Site& site, const Request& request) {
  request.set_header("Set-Cookie", site.access.end_cookie());
  go_to(request, site.access.needs_token() ? "/login" : "/");
}

}  // namespace omv::runner::web
