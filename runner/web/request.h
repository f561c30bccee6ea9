// SPDX-License-Identifier: LGPL-2.1-or-later
// One request and its answer: what handlers see of the HTTP library.
#pragma once

#include <libsoup/soup.h>

#include <json-glib/json-glib.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "omv/base/result.h"
#include "runner/web/access.h"

namespace omv::runner::web {

/// Belongs to the server's thread and lives as long as its handler runs. Answered exactly once, by answer…() or by
/// whoever takes the message over.
class Request {
 public:
  /// Requests and forms that are larger are refused.
  static constexpr std::size_t kMaxBody = 16 * 1024;
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  /// `names`: what the stars of the route's pattern stood for, unescaped.
  Request(SoupServerMessage* message, std::vector<std::string> names) : message_(message), names_(std::move(names)) {}

  SoupServerMessage* message() const { return message_; }
  const std::string& name(std::size_t index) const { return names_[index]; }

  std::string header(const char* field) const;

  /// Pairs behind the '?'; of one key, the last.
  std::optional<std::string> query(const char* key) const;
  Pairs query_pairs() const;

  std::string_view body() const;

  /// The pairs of a form (application/x-www-form-urlencoded), in order.
  Pairs form() const;

  void answer(guint status, const char* type, std::string_view text) const;
  void answer_json(guint status, JsonNode* node) const;                ///< takes the node
  void answer_error(guint status, const std::string& sentence) const;  ///< {"error": sentence}
  void answer_error(const Error& error) const;                         ///< with the status that its code means
  void set_header(const char* field, const std::string& value) const;

 private:
  SoupServerMessage* message_;
  std::vector<std::string> names_;
};

/// True for messages of the rig's own socket.
bool is_of_local_socket(SoupServerMessage* message);

RequestFacts facts_of(SoupServerMessage* message);

/// "key=value&…" with %XX and '+'.
Request::Pairs parse_pairs(std::string_view text);

/// What every answer says: nothing is kept, embedded, guessed or run that is not the page's own.
void set_common_headers(SoupServerMessage* message);

/// Seconds since 1970: what sessions are measured by.
std::chrono::seconds wall_seconds();

}  // namespace omv::runner::web
