// SPDX-License-Identifier: LGPL-2.1-or-later
// One POST by libsoup, over TCP or the rig's socket.
#include "runner/web/client.h"

#include <gio/gunixsocketaddress.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include <memory>

namespace omv::runner::web {

namespace {

constexpr guint kPatience = 10;  // seconds

struct ObjectDeleter {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, ObjectDeleter>;
using Text = std::unique_ptr<gchar, decltype(&g_free)>;

std::string escaped(std::string_view text) {
  const Text result(g_uri_escape_bytes(reinterpret_cast<const guint8*>(text.data()), text.size(), nullptr), g_free);
  return result.get();
}

std::string form_of(const TriggerDetails& details) {
  std::string form;
  for (const auto& [key, value] : details) form += (form.empty() ? "" : "&") + escaped(key) + "=" + escaped(value);
  return form;
}

Owned<SoupSession> session_for(const RigAddress& rig) {
  if (rig.socket.empty()) return Owned<SoupSession>(soup_session_new_with_options("timeout", kPatience, nullptr));
  const Owned<GSocketAddress> socket(g_unix_socket_address_new(rig.socket.c_str()));
  return Owned<SoupSession>(
      soup_session_new_with_options("timeout", kPatience, "remote-connectable", socket.get(), nullptr));
}

Result<Owned<SoupMessage>> message_for(const RigAddress& rig, std::string_view trigger, const TriggerDetails& details) {
  const std::string base = rig.socket.empty() ? rig.url : "http://localhost";
  const std::string url = base.substr(0, base.find_last_not_of('/') + 1) + "/trigger/" + escaped(trigger);
  Owned<SoupMessage> message(soup_message_new("POST", url.c_str()));
  if (message == nullptr) return Error{Errc::invalid, "'" + rig.url + "' is no address of a rig's page"};
  const std::string form = form_of(details);
  GBytes* body = g_bytes_new(form.data(), form.size());
  soup_message_set_request_body_from_bytes(message.get(), "application/x-www-form-urlencoded", body);
  g_bytes_unref(body);
  SoupMessageHeaders* headers = soup_message_get_request_headers(message.get());
  soup_message_headers_replace(headers, "X-Omv-Origin", "command");
  if (!rig.token.empty()) soup_message_headers_replace(headers, "Authorization", ("Bearer " + rig.token).c_str());
  // A token goes where it was meant to go, and nowhere else.
  soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

/// A member of the answer that is a text; empty: there is none.
std::string member(std::string_view json, const char* name) {
  const Owned<JsonParser> parser(json_parser_new());
  if (!json_parser_load_from_data(parser.get(), json.data(), static_cast<gssize>(json.size()), nullptr)) return "";
  JsonNode* root = json_parser_get_root(parser.get());
  if (root == nullptr || !JSON_NODE_HOLDS_OBJECT(root)) return "";
  const char* text = json_object_get_string_member_with_default(json_node_get_object(root), name, nullptr);
  return text == nullptr ? "" : text;
}

Error failure(const RigAddress& rig, const GError* error) {
  const std::string where = rig.socket.empty() ? rig.url : rig.socket;
  const bool is_late = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) != 0;
  return {is_late ? Errc::timeout : Errc::closed, "no rig answers at " + where + ": " + error->message};
}

Errc code_of(guint status) {
  switch (status) {
    case SOUP_STATUS_BAD_REQUEST:
    case SOUP_STATUS_NOT_FOUND: return Errc::invalid;
    case SOUP_STATUS_SERVICE_UNAVAILABLE: return Errc::closed;
    default: return Errc::io;
  }
}

}  // namespace

Result<Raised> post_trigger(const RigAddress& rig, std::string_view trigger, const TriggerDetails& details) {
  OMV_TRY(const Owned<SoupMessage> message, message_for(rig, trigger, details));
  const Owned<SoupSession> session = session_for(rig);
  g_autoptr(GError) error = nullptr;
  g_autoptr(GBytes) answer = soup_session_send_and_read(session.get(), message.get(), nullptr, &error);
  if (answer == nullptr) return failure(rig, error);
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(answer, &size));
  const std::string_view text(data == nullptr ? "" : data, size);
  const guint status = soup_message_get_status(message.get());
  if (status == SOUP_STATUS_OK) return member(text, "result") == "taken" ? Raised::taken : Raised::held_off;
  const std::string sentence = member(text, "error");
  return Error{code_of(status), sentence.empty() ? "the rig answered with status " + std::to_string(status) : sentence};
}

}  // namespace omv::runner::web
