// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules of access: hosts, sites, tokens, sessions.
#include "runner/web/access.h"

#include <glib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>

namespace omv::runner::web {

namespace {

using Text = std::unique_ptr<gchar, decltype(&g_free)>;

constexpr std::string_view kBearer = "Bearer ";

std::string hmac(std::string_view key, std::string_view text) {
  const Text hex(g_compute_hmac_for_data(G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(key.data()), key.size(),
                                         reinterpret_cast<const guchar*>(text.data()), text.size()),
                 g_free);
  return hex.get();
}

/// Compares digests, which are of one length and say nothing by where they differ.
bool is_same_secret(std::string_view a, std::string_view b) {
  constexpr std::string_view kKey = "omv comparison";
  const std::string left = hmac(kKey, a);
  const std::string right = hmac(kKey, b);
  unsigned difference = left.size() != right.size() ? 1 : 0;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]));
  return difference == 0;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool is_of_host(std::string_view origin, std::string_view host) {
  const std::string site = lower(origin);
  return site == "http://" + lower(host) || site == "https://" + lower(host);
}

/// The value of a cookie in "a=1; b=2".
std::string_view cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
    const std::string_view pair = one.substr(std::min(one.find_first_not_of(' '), one.size()));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  const std::string name = lower(without_port(host));
  if (name == "localhost" || name == "[::1]") return true;
  return name.starts_with("127.") && g_hostname_is_ip_address(name.c_str()) != 0;
}

bool is_public(std::string_view method, std::string_view path) {
  constexpr std::array<std::string_view, 4> kFiles = {"/healthz", "/page.css", "/icon.svg", "/login"};
  if (method == "POST") return path == "/login";
  return is_safe(method) && std::find(kFiles.begin(), kFiles.end(), path) != kFiles.end();
}

Access::Access(std::string token, std::uint16_t port)
    : token_(std::move(token)), cookie_name_("omv-" + std::to_string(port)) {}

Verdict Access::judge(const RequestFacts& facts, Seconds now) const {
  if (facts.local_socket) return Verdict::allowed;
  if (!needs_token() && !is_loopback_host(facts.host)) return Verdict::wrong_host;
  if (is_foreign(facts)) return Verdict::cross_site;
  if (is_public(facts.method, facts.path) || is_known(facts, now)) return Verdict::allowed;
  return Verdict::no_token;
}

bool Access::is_foreign(const RequestFacts& facts) const {
  const bool is_own = facts.fetch_site.empty() || facts.fetch_site == "same-origin" || facts.fetch_site == "none";
  const bool is_link = facts.method == "GET" && facts.path == "/" && facts.fetch_mode == "navigate";
  if (!is_own && !is_link) return true;
  return !is_safe(facts.method) && !facts.origin.empty() && !is_of_host(facts.origin, facts.host);
}

bool Access::is_known(const RequestFacts& facts, Seconds now) const {
  if (facts.local_socket || !needs_token()) return true;
  const std::string_view bearer = facts.authorization;
  if (bearer.starts_with(kBearer)) return is_token(bearer.substr(kBearer.size()));
  return is_session(cookie_value(facts.cookie, cookie_name_), now);
}

bool Access::is_token(std::string_view text) const { return needs_token() && is_same_secret(text, token_); }

std::string Access::signature(std::string_view expiry) const {
  return hmac(token_, "omv session " + std::string(expiry));
}

bool Access::is_session(std::string_view value, Seconds now) const {
  const std::size_t dot = value.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view expiry = value.substr(0, dot);
  std::int64_t until = 0;
  const auto [end, failed] = std::from_chars(expiry.data(), expiry.data() + expiry.size(), until);
  if (failed != std::errc() || end != expiry.data() + expiry.size()) return false;
  return is_same_secret(value.substr(dot + 1), signature(expiry)) && now.count() < until;
}

std::string Access::session_cookie(Seconds now, bool secure) const {
  const std::string expiry = std::to_string((now + kSessionTime).count());
  return cookie_name_ + "=" + expiry + "." + signature(expiry) +
         "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(kSessionTime.count()) +
         (secure ? "; Secure" : "");
}

std::string Access::end_cookie() const { return cookie_name_ + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"; }

}  // namespace omv::runner::web
