// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may ask what: the rules against other sites, rebound names and missing tokens. Without HTTP library, without I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace omv::runner::web {

/// What of a request decides. Header fields that it does not have are empty.
struct RequestFacts {
  std::string method;
  std::string path;
  std::string host;
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string fetch_mode;  ///< Sec-Fetch-Mode
  std::string authorization;
  std::string cookie;
  bool local_socket = false;  ///< over the rig's own socket, whose permissions are the guard
};

enum class Verdict {
  allowed,
  wrong_host,  ///< a name that is not this machine's: a page of elsewhere whose name was made to point here
  cross_site,  ///< a browser asks for the page of another site
  no_token,    ///< neither token nor session; or wrong ones
};

/// The rules of one page. Immutable: any thread.
///
/// - Without a token the Host field has to be a loopback address or localhost, so that no foreign name leads here. With
///   one any host will do: the session belongs to a name, and a foreign name has none.
/// - Browsers say by Sec-Fetch-Site, or at least by Origin, which site a request comes from. Other sites may link to
///   the page, and nothing else: they can neither change nor embed anything.
/// - A token comes as `Authorization: Bearer TOKEN`, or has been exchanged for a session: a cookie with a time of
/// expiry
///   and its HMAC-SHA256 with the token as key. It says nothing of the token, outlives restarts, and ends with the
///   token.
class Access {
 public:
  using Seconds = std::chrono::seconds;
  static constexpr Seconds kSessionTime = std::chrono::hours(30 * 24);

  /// `token` empty: none is needed. `port` becomes part of the cookie's name: cookies are shared by all ports of a
  /// host.
  Access(std::string token, std::uint16_t port);

  bool needs_token() const { return !token_.empty(); }

  /// `now` is seconds since 1970.
  Verdict judge(const RequestFacts& facts, Seconds now) const;

  /// True for whoever may see everything; what is public does not need it.
  bool is_known(const RequestFacts& facts, Seconds now) const;

  /// Takes as long for a wrong token as for the right one.
  bool is_token(std::string_view text) const;

  /// The value of Set-Cookie that begins a session, and the one that ends it.
  std::string session_cookie(Seconds now, bool secure) const;
  std::string end_cookie() const;

 private:
  bool is_foreign(const RequestFacts& facts) const;
  bool is_session(std::string_view value, Seconds now) const;
  std::string signature(std::string_view expiry) const;

  std::string token_;
  std::string cookie_name_;
};

/// "localhost", "127.0.0.1", "[::1]:8080" …
bool is_loopback_host(std::string_view host);

/// What everybody gets: the way in, and whether the rig is well.
bool is_public(std::string_view method, std::string_view path);

}  // namespace omv::runner::web
