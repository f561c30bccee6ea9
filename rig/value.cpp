// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of options: from a file, as text, and what they may be in words.
#include <algorithm>
#include <cmath>
#include <optional>

#include "rig/options.h"
#include "rig/suggest.h"
#include "rig/units.h"

namespace omv::rig {

namespace {

constexpr std::size_t kMaxTextBytes = 64 * 1024;
constexpr std::size_t kMaxElements = 1000;

// A number of the option's range in its unit.
std::string amount_text(const Option& option, double value) {
  switch (option.kind) {
    case Kind::duration: return duration_text(Duration(std::llround(value)));
    case Kind::size: return size_text(static_cast<std::uint64_t>(std::llround(value)));
    case Kind::rate: return rate_text(value);
    default: return plain_number(value);
  }
}

bool has_range(const Option& option) { return option.range.least != option.range.most; }

std::string range_text(const Option& option) {
  if (!has_range(option)) return "";
  return " from " + amount_text(option, option.range.least) + " to " + amount_text(option, option.range.most);
}

// `why` is half a sentence; of a text it tells what the option takes, too.
Error wrong(const Option& option, const Node& node, const std::string& why = "") {
  std::string message = "is " + describe(node) + (why.empty() ? "" : ": " + why) + "; ";
  if (why.empty() || option.kind != Kind::text) message += "it is " + wanted_text(option) + ", ";
  return {Errc::invalid, message + "as in " + std::string(option.key) + " = " + std::string(option.example)};
}

bool in_range(const Option& option, double value) {
  if (!has_range(option)) return std::isfinite(value);
  return value >= option.range.least && value <= option.range.most;
}

std::optional<double> number_of(const Node& node) {
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  return std::nullopt;
}

Result<Value> read_integer(const Option& option, const Node& node) {
  const auto* value = std::get_if<std::int64_t>(&node.value);
  if (value == nullptr || !in_range(option, static_cast<double>(*value))) return wrong(option, node);
  return Value(*value);
}

Result<Value> read_number(const Option& option, const Node& node) {
  const auto value = number_of(node);
  if (!value || !in_range(option, *value)) return wrong(option, node);
  return Value(*value);
}

Result<std::string> read_string(const Option& option, const Node& node) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) return wrong(option, node);
  if (text->size() > kMaxTextBytes) return wrong(option, node, "more than 64 KiB");
  if (text->find('\0') != std::string::npos) return wrong(option, node, "it has a NUL");
  return *text;
}

Result<Value> read_text(const Option& option, const Node& node) {
  OMV_TRY(std::string text, read_string(option, node));
  if (option.valid != nullptr)
    if (const auto valid = option.valid(text); !valid) return wrong(option, node, valid.error().message);
  return Value(std::move(text));
}

// Of a unit that is written behind the number. A bare 0 has none to be wrong about, but says nothing either.
template <typename Parse>
Result<Value> read_amount(const Option& option, const Node& node, Parse parse) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr && number_of(node)) return wrong(option, node, "the unit is missing");
  if (text == nullptr) return wrong(option, node);
  const auto value = parse(*text);
  if (!value) return wrong(option, node, value.error().message);
  if constexpr (std::is_same_v<std::decay_t<decltype(*value)>, Duration>) {
    if (!in_range(option, static_cast<double>(value->count()))) return wrong(option, node);
  } else {
    if (!in_range(option, static_cast<double>(*value))) return wrong(option, node);
  }
  return Value(*value);
}

Result<std::size_t> choice_of(const Option& option, const Node& node) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr) return wrong(option, node);
  const auto found = std::find(option.choices.begin(), option.choices.end(), *text);
  if (found != option.choices.end()) return static_cast<std::size_t>(found - option.choices.begin());
  const std::string cure = did_you_mean(*text, option.choices);
  return Error{Errc::invalid, "is " + describe(node) + cure + "; it is " + wanted_text(option) + ", as in " +
                                  std::string(option.key) + " = " + std::string(option.example)};
}

// A value alone stands for a list of one.
std::vector<const Node*> elements_of(const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  if (list == nullptr) return {&node};
  std::vector<const Node*> elements;
  for (const Node& element : *list) elements.push_back(&element);
  return elements;
}

Result<Value> read_texts(const Option& option, const Node& node) {
  if (option.kind == Kind::command && !std::holds_alternative<List>(node.value)) return wrong(option, node);
  const auto elements = elements_of(node);
  if (elements.empty()) return wrong(option, node, "the list is empty");
  if (elements.size() > kMaxElements) return wrong(option, node, "that is too much");
  std::vector<std::string> texts;
  for (const Node* element : elements) {
    if (option.kind == Kind::choices) {
      OMV_TRY(const std::size_t index, choice_of(option, *element));
      texts.emplace_back(option.choices[index]);
    } else {
      OMV_TRY(std::string text, read_string(option, *element));
      texts.push_back(std::move(text));
    }
    const bool twice = std::count(texts.begin(), texts.end(), texts.back()) > 1;
    if (twice && option.kind != Kind::command) return wrong(option, node, "'" + texts.back() + "' is there twice");
  }
  if (option.kind == Kind::command && texts.front().empty()) return wrong(option, node, "the program has no name");
  return Value(std::move(texts));
}

Result<Value> read_schedule(const Option& option, const Node& node) {
  const auto elements = elements_of(node);
  if (elements.empty()) return wrong(option, node, "the list is empty");
  if (elements.size() > kMaxElements) return wrong(option, node, "that is too much");
  Schedule schedule;
  for (const Node* element : elements) {
    OMV_TRY(const std::string text, read_string(option, *element));
    auto rule = parse_schedule_rule(text);
    if (!rule) return wrong(option, *element, rule.error().message);
    schedule.rules.push_back(*std::move(rule));
  }
  return Value(std::move(schedule));
}

std::optional<Area> area_of(const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  if (list == nullptr || list->size() != 4) return std::nullopt;
  std::array<std::int64_t, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto* number = std::get_if<std::int64_t>(&(*list)[i].value);
    const std::int64_t least = i < 2 ? 0 : 1;
    if (number == nullptr || *number < least || *number > 65535) return std::nullopt;
    numbers[i] = *number;
  }
  return Area{numbers[0], numbers[1], numbers[2], numbers[3]};
}

Result<Value> read_areas(const Option& option, const Node& node) {
  const auto* list = std::get_if<List>(&node.value);
  if (list == nullptr || list->empty() || list->size() > kMaxElements) return wrong(option, node);
  std::vector<Area> areas;
  for (const Node& element : *list) {
    const auto area = area_of(element);
    if (!area) return wrong(option, node, "no rectangle: " + describe(element));
    areas.push_back(*area);
  }
  return Value(std::move(areas));
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    constexpr std::string_view kEscaped = "\"\\\n\t\r\b\f";
    constexpr std::string_view kLetters = "\"\\ntrbf";
    const std::size_t index = kEscaped.find(c);
    if (index != std::string_view::npos)
      out += std::string("\\") + kLetters[index];
    else if (static_cast<unsigned char>(c) < ' ' || c == '\x7F')
      out += "\\u00" + std::string(1, "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]) +
             "0123456789ABCDEF"[c & 0xF];
    else
      out += c;
  }
  return out + "\"";
}

template <typename Items, typename Text>
std::string list_of(const Items& items, Text text) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + text(item);
  return "[" + out + "]";
}

std::string area_text(const Area& area) {
  return "[" + std::to_string(area.x) + ", " + std::to_string(area.y) + ", " + std::to_string(area.width) + ", " +
         std::to_string(area.height) + "]";
}

}  // namespace

std::string wanted_text(const Option& option) {
  switch (option.kind) {
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number" + range_text(option);
    case Kind::number: return "a number" + range_text(option);
    case Kind::text: return "a text";
    case Kind::choice: return list_text(option.choices);
    case Kind::choices: return "a list of " + list_text(option.choices);
    case Kind::duration: return "a duration" + range_text(option);
    case Kind::size: return "a size" + range_text(option);
    case Kind::rate: return "a rate" + range_text(option);
    case Kind::reference: return "the name of a " + std::string(section_info(option.refers_to).name);
    case Kind::references: return "a list of names of " + std::string(section_info(option.refers_to).name) + "s";
    case Kind::command: return "a list of a program and its arguments";
    case Kind::schedule: return "a schedule, or a list of them";
    case Kind::area: return "a rectangle [x, y, width, height] in pixels";
    case Kind::areas: return "a list of rectangles [x, y, width, height] in pixels";
  }
  return "";
}

Result<Value> read_value(const Option& option, const Node& node) {
  switch (option.kind) {
    case Kind::boolean:
      if (const auto* value = std::get_if<bool>(&node.value)) return Value(*value);
      return wrong(option, node);
    case Kind::integer: return read_integer(option, node);
    case Kind::number: return read_number(option, node);
    case Kind::text:
    case Kind::reference: return read_text(option, node);
    case Kind::choice: {
      OMV_TRY(const std::size_t index, choice_of(option, node));
      return Value(Choice{index});
    }
    case Kind::duration: return read_amount(option, node, parse_duration);
    case Kind::size: return read_amount(option, node, parse_size);
    case Kind::rate: return read_amount(option, node, parse_rate);
    case Kind::choices:
    case Kind::references:
    case Kind::command: return read_texts(option, node);
    case Kind::schedule: return read_schedule(option, node);
    case Kind::area:
      if (const auto area = area_of(node)) return Value(std::vector<Area>{*area});
      return wrong(option, node);
    case Kind::areas: return read_areas(option, node);
  }
  return wrong(option, node);
}

std::string value_text(const Option& option, const Value& value) {
  struct Write {
    const Option& option;
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool on) const { return on ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const {
      return option.kind == Kind::rate ? in_quotes(rate_text(number)) : plain_number(number);
    }
    std::string operator()(const std::string& text) const { return text.empty() ? "" : in_quotes(text); }
    std::string operator()(Choice choice) const { return in_quotes(option.choices[choice.index]); }
    std::string operator()(Duration duration) const { return in_quotes(duration_text(duration)); }
    std::string operator()(std::uint64_t size) const { return in_quotes(size_text(size)); }
    std::string operator()(const std::vector<std::string>& texts) const {
      return texts.empty() ? "" : list_of(texts, [](const std::string& text) { return in_quotes(text); });
    }
    std::string operator()(const Schedule& schedule) const {
      return schedule.empty()
                 ? ""
                 : list_of(schedule.rules, [](const auto& rule) { return in_quotes(schedule_rule_text(rule)); });
    }
    std::string operator()(const std::vector<Area>& areas) const {
      if (areas.empty()) return "";
      return option.kind == Kind::area ? area_text(areas.front()) : list_of(areas, area_text);
    }
  };
  return std::visit(Write{option}, value);
}

}  // namespace omv::rig
