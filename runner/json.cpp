// SPDX-License-Identifier: LGPL-2.1-or-later
// json-glib with owners.
#include "runner/json.h"

namespace omv::json {

namespace {

using Text = std::unique_ptr<gchar, decltype(&g_free)>;

Text valid(const std::string& text) { return {g_utf8_make_valid(text.c_str(), -1), g_free}; }

}  // namespace

Object::Object() : builder_(json_builder_new()) { json_builder_begin_object(builder_.get()); }

JsonBuilder* Object::member(const char* name) {
  json_builder_set_member_name(builder_.get(), name);
  return builder_.get();
}

Object& Object::add(const char* name, const std::string& value) {
  json_builder_add_string_value(member(name), valid(value).get());
  return *this;
}

Object& Object::add(const char* name, bool value) {
  json_builder_add_boolean_value(member(name), value);
  return *this;
}

Object& Object::add(const char* name, double value) {
  json_builder_add_double_value(member(name), value);
  return *this;
}

Object& Object::add(const char* name, JsonNode* value) {
  json_builder_add_value(member(name), value);
  return *this;
}

JsonNode* Object::take() {
  json_builder_end_object(builder_.get());
  return json_builder_get_root(builder_.get());
}

Array::Array() : builder_(json_builder_new()) { json_builder_begin_array(builder_.get()); }

Array& Array::add(JsonNode* value) {
  json_builder_add_value(builder_.get(), value);
  return *this;
}

JsonNode* Array::take() {
  json_builder_end_array(builder_.get());
  return json_builder_get_root(builder_.get());
}

JsonNode* null_node() { return json_node_new(JSON_NODE_NULL); }

JsonNode* text_node(const std::string& text) { return json_node_init_string(json_node_alloc(), valid(text).get()); }

std::string to_text(JsonNode* node, bool pretty) {
  const Text text(json_to_string(node, pretty ? 1 : 0), g_free);
  json_node_unref(node);
  return text.get();
}

}  // namespace omv::json
