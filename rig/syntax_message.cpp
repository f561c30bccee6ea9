// SPDX-License-Identifier: LGPL-2.1-or-later
// Where in a broken text a mistake is, and what to do about the usual ones.
#include "rig/syntax_message.h"

#include <algorithm>
#include <array>
#include <vector>

namespace omv::rig {

namespace {

constexpr std::size_t kMaxShown = 64;

struct Cure {
  std::string_view said;  // a part of the parser's description
  std::string_view cure;
};

constexpr std::array kCures = {
    Cure{"cannot redefine existing table", "the section is there already; put the settings of both into one"},
    Cure{"cannot redefine existing", "the key is there already; leave one of the two out"},
    Cure{"expected digit", "durations, sizes and names stand in quotes, as in \"10s\""},
    Cure{"unescaped control characters", "the string has no closing quote in its line"},
    Cure{"could not determine value type", "texts stand in quotes, as in \"10s\""},
    Cure{"expected ']'", "a header stands alone in its line, as in [camera.NAME]"},
    Cure{"expected a comment or whitespace",
         "one setting in a line; a value with a unit stands in quotes, as in \"10s\""},
    Cure{"expected '='", "a setting is KEY = VALUE"},
    Cure{"expected comma", "the elements of a list are separated by commas"},
    Cure{"expected value", "a setting is KEY = VALUE"},
    Cure{"not closed", "add the bracket or the quotes that end it"},
    Cure{"encountered end-of-file", "a bracket or a quote is not closed"},
    Cure{"utf-8", "the file has to be UTF-8"},
    Cure{"UTF-8", "the file has to be UTF-8"},
    Cure{"unknown escape sequence", "a backslash is written twice, or the string stands in 'single quotes'"},
};

std::vector<std::string_view> lines_up_to(std::string_view text, std::uint32_t line) {
  std::vector<std::string_view> lines;
  while (lines.size() < line) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxShown && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// "[camera.a] " of the last header in front of the line.
std::string section_of(const std::vector<std::string_view>& lines) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::string_view text = trimmed(*line);
    const std::size_t end = text.find(']');
    if (!text.starts_with('[') || end == std::string_view::npos || end > kMaxShown) continue;
    const std::size_t name = text.find_first_not_of('[');
    if (name < end && text.find_first_of("\"'") > end) return "[" + std::string(text.substr(name, end - name)) + "] ";
  }
  return "";
}

std::string key_of(std::string_view line) {
  const std::size_t equals = line.find('=');
  const std::string_view key = equals == std::string_view::npos ? "" : trimmed(line.substr(0, equals));
  return is_key(key) ? "'" + std::string(key) + "': " : "";
}

// "key-value pair: cannot …" without the names of the parser's functions.
std::string_view said(std::string_view description) {
  const std::size_t colon = description.find(": ");
  return colon == std::string_view::npos ? description : description.substr(colon + 2);
}

std::string without_line_ends(std::string_view text) {
  std::string clean;
  for (const char c : text.substr(0, 4 * kMaxShown)) clean += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return clean;
}

}  // namespace

std::string syntax_message(std::string_view text, std::uint32_t line, std::string_view description) {
  const auto lines = lines_up_to(text, line);
  const std::string where = lines.empty() ? "" : section_of(lines) + key_of(lines.back());
  const auto* cure = std::find_if(kCures.begin(), kCures.end(), [&](const Cure& row) {
    return description.find(row.said) != std::string_view::npos;
  });
  const std::string advice = cure == kCures.end() ? "" : "; " + std::string(cure->cure);
  return where + "not TOML: " + without_line_ends(said(description)) + advice;
}

}  // namespace omv::rig
