// SPDX-License-Identifier: LGPL-2.1-or-later
// The one file that knows toml++.
#include "rig/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <optional>
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

  // The line itself; of a header everything up to the next one. False when there is nothing left in it.
  bool blank(std::uint32_t line) { return blank_at(start_of(line)); }

  // And what follows, up to the next header or setting.
  void blank_statement(std::uint32_t line) {
    std::size_t start = start_of(line);
    do {
      blank_at(start);
      start = behind(start);
    } while (start < text_.size() && !begins_anew_at(start));
  }

  bool begins_anew(std::uint32_t line) const { return begins_anew_at(start_of(line)); }

  std::string_view before(std::uint32_t line) const { return std::string_view(text_).substr(0, start_of(line)); }

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

  std::size_t end_of(std::size_t start) const { return std::min(text_.find('\n', start), text_.size()); }

  // Where the next line starts.
  std::size_t behind(std::size_t start) const { return std::min(end_of(start) + 1, text_.size()); }

  // A header, or a setting: what does not stand in the middle of a list.
  bool begins_anew_at(std::size_t start) const {
    const std::string_view text = std::string_view(text_).substr(start, end_of(start) - start);
    const std::size_t equals = text.find('=');
    const bool is_header = first_of(start) == '[' && text.find(',') == std::string_view::npos;
    return is_header || (equals != std::string_view::npos && text.find_first_of("\"'{") > equals);
  }

  bool blank_at(std::size_t start) {
    if (first_of(start) == '\0') return false;
    const bool is_header = first_of(start) == '[';
    do start = blank_one(start);
    while (is_header && start < text_.size() && first_of(start) != '[');
    return true;
  }

  // '\0' for a line that is empty.
  char first_of(std::size_t start) const {
    const std::size_t at = text_.find_first_not_of(" \t\r", start);
    return at >= end_of(start) ? '\0' : text_[at];
  }

  std::size_t blank_one(std::size_t start) {
    const std::size_t end = end_of(start);
    std::fill(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.begin() + static_cast<std::ptrdiff_t>(end),
              ' ');
    return behind(start);
  }

  std::string& text_;
};

// A parser notices a bracket that is not closed only where something follows that can't be in it, or at the end.
std::optional<Position> unclosed_before(const Lines& lines, std::string_view text, const toml::parse_error& error) {
  const std::uint32_t line = error.source().begin.line;
  const bool at_end = error.description().find("end-of-file") != std::string_view::npos;
  if (at_end) return find_nesting(text, kMaxNesting).unclosed;
  return lines.begins_anew(line) ? find_nesting(lines.before(line), kMaxNesting).unclosed : std::nullopt;
}

struct Mistake {
  Diagnostic diagnostic;
  bool goes_on = false;  // over lines that follow
};

Mistake explain(const Lines& lines, std::string_view text, const toml::parse_error& error) {
  if (const auto place = unclosed_before(lines, text, error))
    return {{*place, Severity::error, syntax_message(text, place->line, "this is not closed")}, true};
  const Position at = position_of(error.source());
  return {{at, Severity::error, syntax_message(text, at.line, error.description())}, false};
}

// The text, or where and why it is no TOML.
std::variant<Table, Mistake> parse(std::string& text) {
  try {
    return convert_table(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return explain(Lines(text), text, error);
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
    if (const auto deep = find_nesting(rest, kMaxNesting).too_deep) {
      report.error(*deep, "brackets or dotted names are nested more than " + std::to_string(kMaxNesting) + " deep");
      return {{}, false};
    }
    auto parsed = parse(rest);
    if (auto* root = std::get_if<Table>(&parsed)) {
      document.root = std::move(*root);
      return document;
    }
    const auto& [mistake, goes_on] = std::get<Mistake>(parsed);
    report.error(mistake.at, mistake.message);
    document.whole = false;
    if (goes_on)
      Lines(rest).blank_statement(mistake.at.line);
    else if (!Lines(rest).blank(mistake.at.line))
      break;
  }
  return document;
}

}  // namespace omv::rig
