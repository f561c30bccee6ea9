// SPDX-License-Identifier: LGPL-2.1-or-later
// json-glib reads, GValue holds.
#include "common/camera_trigger.h"

#include <json-glib/json-glib.h>

#include <algorithm>
#include <atomic>
#include <cctype>

namespace omv::gst {

namespace {

constexpr int kMaxDepth = 8;
constexpr std::int64_t kMaxNewNames = 512;  // of all cameras together
constexpr const char* kName = "trigger";
constexpr const char* kTicks = "ticks_ms";
constexpr const char* kEnd = "end";

struct Unref {
  void operator()(JsonParser* parser) const { g_object_unref(parser); }
};

// What gst_structure_to_string() can write and read again.
bool is_field_name(const char* name) {
  const std::string_view text(name);
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), allowed);
}

// A field name stays in memory until the process ends: a camera must not make up new ones for ever.
bool may_be_field(const char* name) {
  static std::atomic<std::int64_t> left = kMaxNewNames;
  return is_field_name(name) && (g_quark_try_string(name) != 0 || left.fetch_sub(1) > 0);
}

bool set_value(JsonNode* node, int depth, GValue* value);

void set_members(JsonObject* object, int depth, GstStructure* structure) {
  JsonObjectIter members;
  const gchar* name = nullptr;
  JsonNode* member = nullptr;
  json_object_iter_init_ordered(&members, object);
  while (json_object_iter_next_ordered(&members, &name, &member)) {
    GValue value = G_VALUE_INIT;
    if (may_be_field(name) && set_value(member, depth, &value)) gst_structure_take_value(structure, name, &value);
  }
}

void set_elements(JsonArray* array, int depth, GValue* list) {
  for (guint i = 0; i < json_array_get_length(array); ++i) {
    GValue value = G_VALUE_INIT;
    if (set_value(json_array_get_element(array, i), depth, &value)) gst_value_array_append_and_take_value(list, &value);
  }
}

// False: nothing to be stored.
bool set_value(JsonNode* node, int depth, GValue* value) {
  if (depth == 0) return false;
  switch (json_node_get_node_type(node)) {
    case JSON_NODE_VALUE: json_node_get_value(node, value); return true;
    case JSON_NODE_ARRAY:
      g_value_init(value, GST_TYPE_ARRAY);
      set_elements(json_node_get_array(node), depth - 1, value);
      return true;
    case JSON_NODE_OBJECT: {
      GstStructure* structure = gst_structure_new_empty("object");
      set_members(json_node_get_object(node), depth - 1, structure);
      g_value_init(value, GST_TYPE_STRUCTURE);
      g_value_take_boxed(value, structure);
      return true;
    }
    default: return false;
  }
}

std::optional<std::uint32_t> ticks_of(JsonObject* object) {
  JsonNode* node = json_object_get_member(object, kTicks);
  if (node == nullptr || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
    return std::nullopt;
  const gint64 ticks = json_node_get_int(node);
  if (ticks < 0 || ticks > G_MAXUINT32) return std::nullopt;
  return static_cast<std::uint32_t>(ticks);
}

const gchar* name_of(JsonObject* object) {
  JsonNode* node = json_object_get_member(object, kName);
  const bool is_text =
      node != nullptr && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
  return is_text ? json_node_get_string(node) : nullptr;
}

}  // namespace

Result<CameraRecord> parse_record(std::string_view json) {
  if (json.empty()) return Error{Errc::invalid, "not a JSON object"};
  const std::unique_ptr<JsonParser, Unref> parser(json_parser_new_immutable());
  GError* error = nullptr;
  if (!json_parser_load_from_data(parser.get(), json.data(), static_cast<gssize>(json.size()), &error)) {
    const std::string why = error->message;
    g_clear_error(&error);
    return Error{Errc::invalid, "not JSON: " + why};
  }
  JsonNode* root = json_parser_get_root(parser.get());
  if (root == nullptr || !JSON_NODE_HOLDS_OBJECT(root)) return Error{Errc::invalid, "not a JSON object"};
  JsonObject* object = json_node_get_object(root);
  CameraRecord record;
  record.ticks = ticks_of(object);
  const gchar* name = name_of(object);
  record.is_end = json_object_has_member(object, kEnd) != FALSE;
  if (name == nullptr && (record.ticks || record.is_end)) return record;
  if (name == nullptr) return Error{Errc::invalid, "without any of trigger (a name), ticks_ms and end"};
  record.trigger.reset(gst_structure_new_empty("omv-trigger"));
  set_members(object, kMaxDepth, record.trigger.get());
  gst_structure_remove_field(record.trigger.get(), kName);
  gst_structure_set(record.trigger.get(), "source", G_TYPE_STRING, name, nullptr);
  return record;
}

}  // namespace omv::gst
