// SPDX-License-Identifier: LGPL-2.1-or-later
// Quoting for sh, and within it for the parser of launch lines.
#include "rig/element.h"

#include <algorithm>

namespace omv::rig {

namespace {

bool is_plain(char c) {
  constexpr std::string_view kPlain = "_-./:,=+@%!";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kPlain.find(c) != std::string_view::npos;
}

// The parser of launch lines wants values with spaces and quotes in quotes of its own.
std::string launch_value(std::string_view value) {
  if (value.find_first_of(" \t\n\"\\") == std::string_view::npos) return std::string(value);
  std::string text = "\"";
  for (const char c : value) text += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  return text + "\"";
}

}  // namespace

Element& Element::set(std::string_view property, std::string_view value) {
  text_ += " " + std::string(property) + "=" + shell_word(launch_value(value));
  return *this;
}

Element& Element::set_text(std::string_view property, std::string_view value) {
  return value.empty() ? *this : set(property, value);
}

Element& Element::set_number(std::string_view property, std::int64_t value) {
  return value == 0 ? *this : set(property, std::to_string(value));
}

Element& Element::set_size(std::string_view property, std::uint64_t value) {
  return value == 0 ? *this : set(property, std::to_string(value));
}

Element& Element::set_time(std::string_view property, Duration value) { return set_number(property, value.count()); }

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string shell_pipeline(std::string_view pipeline) {
  // Quotes in it are for a shell already.
  if (pipeline.find_first_of("'\"") != std::string_view::npos) return std::string(pipeline);
  std::string text;
  while (!pipeline.empty()) {
    const std::size_t start = std::min(pipeline.find_first_not_of(" \t\n"), pipeline.size());
    const std::size_t end = std::min(pipeline.find_first_of(" \t\n", start), pipeline.size());
    if (end > start) text += (text.empty() ? "" : " ") + shell_word(pipeline.substr(start, end - start));
    pipeline.remove_prefix(end);
  }
  return text;
}

std::string rectangle_text(const Area& area) {
  return "<" + std::to_string(area.x) + "," + std::to_string(area.y) + "," + std::to_string(area.width) + "," +
         std::to_string(area.height) + ">";
}

}  // namespace omv::rig
