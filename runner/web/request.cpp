// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests and answers in terms of libsoup.
#include "runner/web/request.h"

#include <gio/gunixsocketaddress.h>

#include <algorithm>
#include <memory>

#include "runner/json.h"

namespace omv::runner::web {

namespace {

std::string field_of(SoupServerMessage* message, const char* field) {
  const char* value = soup_message_headers_get_list(soup_server_message_get_request_headers(message), field);
  return value == nullptr ? "" : value;
}

/// Up to the first character that can't be; '+' is a space.
std::string unescaped(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced)
    if (c == '+') c = ' ';
  const std::unique_ptr<gchar, decltype(&g_free)> plain(g_uri_unescape_string(spaced.c_str(), nullptr), g_free);
  return plain == nullptr ? spaced : plain.get();
}

guint status_of(Errc code) {
  switch (code) {
    case Errc::invalid: return SOUP_STATUS_NOT_FOUND;
    case Errc::limit: return SOUP_STATUS_BAD_REQUEST;
    case Errc::busy: return SOUP_STATUS_CONFLICT;
    case Errc::closed: return SOUP_STATUS_SERVICE_UNAVAILABLE;
    case Errc::full: return SOUP_STATUS_INSUFFICIENT_STORAGE;
    default: return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  }
}

}  // namespace

std::string Request::header(const char* field) const { return field_of(message_, field); }

Request::Pairs parse_pairs(std::string_view text) {
  Request::Pairs pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(unescaped(pair.substr(0, equals)), unescaped(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return pairs;
}

Request::Pairs Request::query_pairs() const {
  const char* text = g_uri_get_query(soup_server_message_get_uri(message_));
  return text == nullptr ? Pairs() : parse_pairs(text);
}

std::optional<std::string> Request::query(const char* key) const {
  std::optional<std::string> found;
  for (auto& [name, value] : query_pairs())
    if (name == key) found = std::move(value);
  return found;
}

std::string_view Request::body() const {
  const SoupMessageBody* body = soup_server_message_get_request_body(message_);
  return {body->data == nullptr ? "" : body->data, body->data == nullptr ? 0 : static_cast<std::size_t>(body->length)};
}

Request::Pairs Request::form() const { return parse_pairs(body()); }

void Request::set_header(const char* field, const std::string& value) const {
  soup_message_headers_replace(soup_server_message_get_response_headers(message_), field, value.c_str());
}

void Request::answer(guint status, const char* type, std::string_view text) const {
  soup_server_message_set_status(message_, status, nullptr);
  soup_server_message_set_response(message_, type, SOUP_MEMORY_COPY, text.data(), text.size());
}

void Request::answer_json(guint status, JsonNode* node) const {
  answer(status, "application/json", json::to_text(node, false) + "\n");
}

void Request::answer_error(guint status, const std::string& sentence) const {
  answer_json(status, json::Object().add("error", sentence).take());
}

void Request::answer_error(const Error& error) const { answer_error(status_of(error.code), error.message); }

bool is_of_local_socket(SoupServerMessage* message) {
  return G_IS_UNIX_SOCKET_ADDRESS(soup_server_message_get_remote_address(message));
}

RequestFacts facts_of(SoupServerMessage* message) {
  return {.method = soup_server_message_get_method(message),
          .path = g_uri_get_path(soup_server_message_get_uri(message)),
          .host = field_of(message, "Host"),
          .origin = field_of(message, "Origin"),
          .fetch_site = field_of(message, "Sec-Fetch-Site"),
          .fetch_mode = field_of(message, "Sec-Fetch-Mode"),
          .authorization = field_of(message, "Authorization"),
          .cookie = field_of(message, "Cookie"),
          .local_socket = is_of_local_socket(message)};
}

std::chrono::seconds wall_seconds() { return std::chrono::seconds(g_get_real_time() / G_USEC_PER_SEC); }

void set_common_headers(SoupServerMessage* message) {
  constexpr std::pair<const char*, const char*> kFields[] = {
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
       "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "same-origin"},  // with less, a form says Origin: null, and is taken for a stranger's
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
  };
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  for (const auto& [field, value] : kFields) soup_message_headers_replace(headers, field, value);
}

}  // namespace omv::runner::web
