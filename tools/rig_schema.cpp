// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of options as JSON Schema.
#include <string>

#include "rig.h"
#include "rig/options.h"
#include "runner/json.h"

namespace omv::tool {

namespace {

using rig::Form;
using rig::Kind;
using rig::Option;
using rig::SectionInfo;

JsonNode* typed(const char* type) { return json::Object().add("type", type).take(); }

JsonNode* texts_of(std::span<const std::string_view> texts) {
  json::Array array;
  for (const std::string_view text : texts) array.add(json::text_node(std::string(text)));
  return array.take();
}

JsonNode* one_of_texts(const Option& option) {
  return json::Object().add("type", "string").add("enum", texts_of(option.choices)).take();
}

JsonNode* list_of(JsonNode* items) {
  return json::Object().add("type", "array").add("items", items).add("minItems", 1).take();
}

// A value alone stands for a list of one.
JsonNode* one_or_more(JsonNode* alone, JsonNode* element) {
  return json::Array().add(alone).add(list_of(element)).take();
}

JsonNode* rectangle() {
  JsonNode* number = json::Object().add("type", "integer").add("minimum", 0).add("maximum", 65535).take();
  return json::Object().add("type", "array").add("items", number).add("minItems", 4).add("maxItems", 4).take();
}

void add_pattern(json::Object& schema, const char* pattern) { schema.add("type", "string").add("pattern", pattern); }

void add_range(json::Object& schema, const Option& option, const char* type) {
  schema.add("type", type);
  if (option.range.least != option.range.most)
    schema.add("minimum", option.range.least).add("maximum", option.range.most);
}

constexpr const char* kDurationPattern = R"(^\s*([0-9]*\.?[0-9]*\s*(w|d|h|min|s|ms|us|ns)\s*)+$)";
constexpr const char* kSizePattern = R"(^\s*[0-9]*\.?[0-9]*\s*(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB|PB|PiB)\s*$)";
constexpr const char* kRatePattern = R"(^\s*[0-9]*\.?[0-9]*\s*/(s|min|h|d)\s*$)";
constexpr const char* kSchedulePattern = R"(^\s*(every|at)\s)";

JsonNode* schedule() {
  json::Object schema;
  add_pattern(schema, kSchedulePattern);
  return schema.take();
}

void add_kind(json::Object& schema, const Option& option) {
  switch (option.kind) {
    case Kind::boolean: schema.add("type", "boolean"); return;
    case Kind::integer: add_range(schema, option, "integer"); return;
    case Kind::number: add_range(schema, option, "number"); return;
    case Kind::text:
    case Kind::reference: schema.add("type", "string"); return;
    case Kind::choice: schema.add("type", "string").add("enum", texts_of(option.choices)); return;
    case Kind::choices: schema.add("anyOf", one_or_more(one_of_texts(option), one_of_texts(option))); return;
    case Kind::duration: add_pattern(schema, kDurationPattern); return;
    case Kind::size: add_pattern(schema, kSizePattern); return;
    case Kind::rate: add_pattern(schema, kRatePattern); return;
    case Kind::references: schema.add("anyOf", one_or_more(typed("string"), typed("string"))); return;
    case Kind::command: schema.add("type", "array").add("items", typed("string")).add("minItems", 1); return;
    case Kind::schedule: schema.add("anyOf", one_or_more(schedule(), schedule())); return;
    case Kind::area: schema.add("$ref", "#/$defs/rectangle"); return;
    case Kind::areas:
      schema.add("type", "array").add("minItems", 1);
      schema.add("items", json::Object().add("$ref", "#/$defs/rectangle").take());
      return;
  }
}

std::string types_text(const SectionInfo& info, const Option& option) {
  std::string text;
  for (std::size_t type = 0; type < info.types.size(); ++type)
    if (option.types != 0 && rig::applies(option, type))
      text += (text.empty() ? "" : ", ") + std::string(info.types[type]);
  return text.empty() ? "" : " (" + text + ")";
}

JsonNode* option_schema(const SectionInfo& info, const Option& option) {
  json::Object schema;
  add_kind(schema, option);
  std::string help = std::string(option.help) + types_text(info, option) + ".";
  if (!option.preset.empty()) help += " Default: " + std::string(option.preset) + ".";
  if (!option.otherwise.empty()) help += " Unset: " + std::string(option.otherwise) + ".";
  schema.add("description", help + " Example: " + std::string(option.key) + " = " + std::string(option.example));
  return schema.take();
}

// Keys that a type does not have are false there.
JsonNode* type_rule(const SectionInfo& info, std::size_t type) {
  json::Object properties;
  json::Array required;
  for (const Option& option : info.options) {
    if (!rig::applies(option, type))
      properties.add(std::string(option.key).c_str(), json_node_init_boolean(json_node_alloc(), FALSE));
    else if (option.required)
      required.add(json::text_node(std::string(option.key)));
  }
  JsonNode* constant = json::Object().add("const", std::string(info.types[type])).take();
  JsonNode* condition = json::Object().add("properties", json::Object().add("type", constant).take()).take();
  JsonNode* rule = json::Object().add("properties", properties.take()).add("required", required.take()).take();
  return json::Object().add("if", condition).add("then", rule).take();
}

JsonNode* section_schema(const SectionInfo& info) {
  json::Object properties;
  for (const Option& option : info.options)
    properties.add(std::string(option.key).c_str(), option_schema(info, option));
  json::Object schema;
  schema.add("type", "object").add("description", std::string(info.help)).add("properties", properties.take());
  schema.add("additionalProperties", false);
  if (info.types.empty()) return schema.take();
  json::Array rules;
  for (std::size_t type = 0; type < info.types.size(); ++type) rules.add(type_rule(info, type));
  return schema.add("required", json::Array().add(json::text_node("type")).take()).add("allOf", rules.take()).take();
}

JsonNode* in_its_form(const SectionInfo& info) {
  JsonNode* section = section_schema(info);
  if (info.form == Form::single) return section;
  if (info.form == Form::repeated) return json::Object().add("type", "array").add("items", section).take();
  JsonNode* names = json::Object().add("pattern", "^[A-Za-z0-9_][A-Za-z0-9_-]{0,47}$").take();
  return json::Object().add("type", "object").add("propertyNames", names).add("additionalProperties", section).take();
}

}  // namespace

std::string rig_schema() {
  json::Object sections;
  for (const SectionInfo& info : rig::sections()) sections.add(std::string(info.name).c_str(), in_its_form(info));
  json::Object schema;
  schema.add("$schema", "https://json-schema.org/draft/2020-12/schema").add("title", "A rig of `omv rig`");
  schema.add("type", "object").add("properties", sections.take()).add("additionalProperties", false);
  JsonNode* required = json::Array().add(json::text_node("camera")).add(json::text_node("record")).take();
  schema.add("required", required).add("$defs", json::Object().add("rectangle", rectangle()).take());
  return json::to_text(schema.take(), true) + "\n";
}

}  // namespace omv::tool
