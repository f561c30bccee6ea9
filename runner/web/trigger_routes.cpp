// SPDX-License-Identifier: LGPL-2.1-or-later
// POST /trigger/NAME: what comes with it, and what becomes of it.
#include <json-glib/json-glib.h>

#include <algorithm>

#include "runner/json.h"
#include "runner/web/site.h"

namespace omv::runner::web {

namespace {

constexpr std::size_t kMaxDetails = 32;
constexpr std::size_t kMaxKey = 64;
constexpr std::size_t kMaxValue = 1024;
constexpr std::size_t kMaxOrigin = 32;

struct ParserDeleter {
  void operator()(JsonParser* parser) const { g_object_unref(parser); }
};

Error wrong(const std::string& what) { return {Errc::invalid, what}; }

/// An object whose members are texts, numbers or truth values.
Result<TriggerDetails> details_of_json(std::string_view text) {
  const std::unique_ptr<JsonParser, ParserDeleter> parser(json_parser_new());
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), nullptr))
    return wrong("the body is not JSON");
  JsonNode* root = json_parser_get_root(parser.get());
  if (root == nullptr || !JSON_NODE_HOLDS_OBJECT(root)) return wrong("the body is not a JSON object");
  JsonObject* object = json_node_get_object(root);
  TriggerDetails details;
  GList* members = json_object_get_members(object);
  const std::unique_ptr<GList, decltype(&g_list_free)> owner(members, g_list_free);
  for (const GList* member = members; member != nullptr; member = member->next) {
    const auto* key = static_cast<const char*>(member->data);
    JsonNode* value = json_object_get_member(object, key);
    if (!JSON_NODE_HOLDS_VALUE(value)) return wrong("'" + std::string(key) + "' is not a text or a number");
    const bool is_text = json_node_get_value_type(value) == G_TYPE_STRING;
    details.emplace_back(key, is_text ? json_node_get_string(value) : json::to_text(json_node_copy(value), false));
  }
  return details;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A key becomes the name of a field of the trigger's facts, which has to stay one. These are the rig's own.
bool is_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKey || !is_letter(key.front())) return false;
  if (key == "origin" || key == "source" || key == "running-time") return false;
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

Result<void> check(const TriggerDetails& details) {
  if (details.size() > kMaxDetails) return wrong("there are more than " + std::to_string(kMaxDetails) + " details");
  for (const auto& [key, value] : details) {
    if (!is_key(key))
      return wrong("a key is not a word of 1 to " + std::to_string(kMaxKey) +
                   " letters, digits, '-' and '_' that begins with a letter, or is origin, source or running-time");
    if (value.size() > kMaxValue) return wrong("'" + key + "' has more than " + std::to_string(kMaxValue) + " bytes");
    if (!g_utf8_validate(value.data(), static_cast<gssize>(value.size()), nullptr))
      return wrong("values have to be UTF-8");
  }
  return {};
}

/// From behind the '?' and from the body, which is a form or JSON.
Result<TriggerDetails> details_of(const Request& request) {
  TriggerDetails details = request.query_pairs();
  const bool is_json = request.header("Content-Type").starts_with("application/json");
  if (is_json && !request.body().empty()) {
    OMV_TRY(const TriggerDetails more, details_of_json(request.body()));
    details.insert(details.end(), more.begin(), more.end());
  } else if (!is_json) {
    const TriggerDetails more = request.form();
    details.insert(details.end(), more.begin(), more.end());
  }
  OMV_CHECK(check(details));
  return details;
}

/// Who asks: a word of their own in the field X-Omv-Origin.
std::string origin_of(const Request& request) {
  const std::string origin = request.header("X-Omv-Origin");
  const bool is_word = !origin.empty() && origin.size() <= kMaxOrigin &&
                       origin.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
  return is_word ? origin : "http";
}

}  // namespace

void post_trigger(Site& site, const Request& request) {
  const auto details = details_of(request);
  if (!details) return request.answer_error(SOUP_STATUS_BAD_REQUEST, details.error().message);
  const auto raised = site.control.raise(request.name(0), origin_of(request), *details);
  if (!raised) return request.answer_error(raised.error());
  request.answer_json(SOUP_STATUS_OK, json::Object()
                                          .add("trigger", request.name(0))
                                          .add("result", *raised == Raised::taken ? "taken" : "held-off")
                                          .take());
}

}  // namespace omv::runner::web
