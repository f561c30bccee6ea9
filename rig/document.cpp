// SPDX-License-Identifier: LGPL-2.1-or-later
// The one file that knows toml++.
#include "rig/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <type_traits>
#include <utility>

#include "rig/nesting.h"
#include "rig/syntax_message.h"

namespace omv::rig {

namespace {

constexpr std::size_t kMaxSyntaxErrors = 20;
constexpr std::size_t kShownCharacters = 40;

Position position_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

Node convert(const toml::node& node);

Table convert_table(const toml::table& table) {
  Table entries;
  for (const auto& [key, value] : table)
    entries.push_back({std::string(key.str()), position_of(key.source()), convert(value)});
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
  return entries;
}

List convert_list(const toml::array& array) {
  List nodes;
  for (const toml::node& element : array) nodes.push_back(convert(element));
  return nodes;
}

Node convert(const toml::node& node) {
  const Position at = position_of(node.source());
  switch (node.type()) {
    case toml::node_type::table: return {at, convert_table(*node.as_table())};
    case toml::node_type::array: return {at, convert_list(*node.as_array())};
    case toml::node_type::string: return {at, node.as_string()->get()};
    case toml::node_type::integer: return {at, node.as_integer()->get()};
    case toml::node_type::floating_point: return {at, node.as_floating_point()->get()};
    case toml::node_type::boolean: return {at, node.as_boolean()->get()};
    case toml::node_type::date: return {at, OtherValue::date};
    case toml::node_type::time: return {at, OtherValue::time};
    default: return {at, OtherValue::date_time};
  }
}

// Replaces lines by empty ones, so that all others keep their numbers.
class Lines {
 public:
  explicit Lines(std::string& text) : text_(text) {}

  // The line itself; of a header everything up to the next one.
  void blank(std::uint32_t line) {
    std::size_t start = start_of(line);
    const bool is_header = first_of(start) == '[';
    do start = blank_one(start);
    while (is_header && start < text_.size() && first_of(start) != '[');
  }

 private:
  std::size_t start_of(std::uint32_t line) const {
    std::size_t start = 0;
    for (; line > 1; --line) {
      const std::size_t end = text_.find('\n', start);
      if (end == std::string::npos) break;
      start = end + 1;
    }
    return start;
  }

  char first_of(std::size_t start) const {
    const std::size_t at = text_.find_first_not_of(" \t", start);
    return at == std::string::npos ? '\0' : text_[at];
  }

  std::size_t blank_one(std::size_t start) {
    const std::size_t end = std::min(text_.find('\n', start), text_.size());
    std::fill(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.begin() + static_cast<std::ptrdiff_t>(end),
              ' ');
    return std::min(end + 1, text_.size());
  }

  std::string& text_;
};

// The text, or where and why it is no TOML.
std::variant<Table, Diagnostic> parse(std::string_view text) {
  try {
    return convert_table(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return Diagnostic{position_of(error.source()), Severity::error,
                      syntax_message(text, error.source().begin.line, error.description())};
  }
}

std::string shortened(const std::string& text) {
  std::size_t end = std::min(text.size(), kShownCharacters);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string shown;
  for (const char c : text.substr(0, end)) shown += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  return shown + (end < text.size() ? "…" : "");
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace

std::string describe(const Node& node) {
  struct Describe {
    std::string operator()(const std::string& text) const { return "\"" + shortened(text) + "\""; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const List& list) const { return "a list of " + std::to_string(list.size()); }
    std::string operator()(const Table&) const { return "a table"; }
    std::string operator()(OtherValue value) const {
      return value == OtherValue::date ? "a date" : value == OtherValue::time ? "a time" : "a date with time";
    }
  };
  return std::visit(Describe{}, node.value);
}

Document parse_document(std::string_view text, Report& report) {
  if (text.size() > kMaxFileBytes) {
    report.error({}, "the file has " + std::to_string(text.size()) + " bytes; a rig file has at most " +
                         std::to_string(kMaxFileBytes));
    return {{}, false};
  }
  std::string rest(text);
  Document document;
  for (std::size_t tries = 0; tries < kMaxSyntaxErrors; ++tries) {
    if (const auto deep = find_deep_nesting(rest, kMaxNesting)) {
      report.error(*deep, "brackets or dotted names are nested more than " + std::to_string(kMaxNesting) + " deep");
      return {{}, false};
    }
    auto parsed = parse(rest);
    if (auto* root = std::get_if<Table>(&parsed)) {
      document.root = std::move(*root);
      return document;
    }
    auto& mistake = std::get<Diagnostic>(parsed);
    report.error(mistake.at, mistake.message);
    document.whole = false;
    Lines(rest).blank(mistake.at.line);
  }
  return document;
}

}  // namespace omv::rig
