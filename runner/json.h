// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON as commands and the status page write it: objects member by member, values as nodes that are handed on.
#pragma once

#include <json-glib/json-glib.h>

#include <chrono>
#include <concepts>
#include <memory>
#include <string>

namespace omv::json {

struct BuilderDeleter {
  void operator()(JsonBuilder* builder) const { g_object_unref(builder); }
};
using BuilderPtr = std::unique_ptr<JsonBuilder, BuilderDeleter>;

/// One object, in the order in which its members are added.
class Object {
 public:
  Object();

  /// Paths are bytes, JSON is UTF-8: what is not becomes U+FFFD.
  Object& add(const char* name, const std::string& value);
  Object& add(const char* name, const char* value) { return add(name, std::string(value)); }
  Object& add(const char* name, bool value);
  template <std::integral T>
  Object& add(const char* name, T value) {
    json_builder_add_int_value(member(name), static_cast<gint64>(value));
    return *this;
  }
  Object& add(const char* name, double value);
  /// As a number; `name` tells the unit.
  template <typename Rep, typename Period>
  Object& add(const char* name, std::chrono::duration<Rep, Period> value) {
    return add(name, value.count());
  }
  /// Takes the node.
  Object& add(const char* name, JsonNode* value);

  /// The whole object, for the caller; nothing is added after that.
  JsonNode* take();

 private:
  JsonBuilder* member(const char* name);

  BuilderPtr builder_;
};

/// An array of nodes.
class Array {
 public:
  Array();
  Array& add(JsonNode* value);  ///< takes the node
  JsonNode* take();             ///< the whole array, for the caller; nothing is added after that

 private:
  BuilderPtr builder_;
};

JsonNode* null_node();
JsonNode* text_node(const std::string& text);

/// Takes the node. Pretty: one member per line, indented by two spaces.
std::string to_text(JsonNode* node, bool pretty);

}  // namespace omv::json
