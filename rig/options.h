// SPDX-License-Identifier: LGPL-2.1-or-later
// Every option of a rig file, described once: reading, messages, schema, reference and completion come from here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "omv/base/result.h"
#include "rig/document.h"
#include "rig/model.h"

namespace omv::rig {

enum class Kind {
  boolean,
  integer,
  number,
  text,
  choice,   ///< one of Option::choices
  choices,  ///< several of them
  duration,
  size,
  rate,
  reference,   ///< name of a section of the kind Option::refers_to
  references,  ///< several of them; one may stand without a list
  command,     ///< program and arguments
  schedule,    ///< one rule, or several in a list
  area,        ///< [x, y, width, height]
  areas,
};

/// A choice is its index. monostate: unset.
struct Choice {
  std::size_t index = 0;
};
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Choice, Duration, std::uint64_t,
                           std::vector<std::string>, Schedule, std::vector<Area>>;

/// How a value gets into the member of a section's struct, and out of it.
struct Binding {
  void (*store)(Section& section, Value value) = nullptr;
  Value (*load)(const Section& section) = nullptr;
};

/// In the unit of the kind's Value: nanoseconds, bytes, a second. Both included; both 0: any number.
struct Range {
  double least = 0;
  double most = 0;
};

enum class SectionKind { general, storage, camera, trigger, record, retain, notify };

struct Option {
  std::string_view key;
  Kind kind = Kind::text;
  std::string_view preset;   ///< as TOML; empty: unset
  std::string_view example;  ///< as TOML; another value than the preset
  std::string_view help;     ///< a sentence without its full stop
  Range range;
  std::span<const std::string_view> choices;
  unsigned types = 0;          ///< bits of the types of sections that have it; 0: all
  std::string_view otherwise;  ///< what unset means
  bool required = false;       ///< of the sections that have it
  SectionKind refers_to = SectionKind::camera;
  Result<void> (*valid)(std::string_view text) = nullptr;  ///< of texts; the error says half a sentence
  std::string_view needs;                                  ///< without which it does nothing: "'hook'"
  bool (*idle)(const Section& section) = nullptr;          ///< true when it does nothing in this section
  Binding bind;
};

enum class Form { single, named, repeated };  ///< [rig], [camera.NAME], [[retain]]

struct SectionInfo {
  SectionKind kind;
  std::string_view name;
  Form form;
  std::string_view help;
  std::span<const Option> options;
  std::span<const std::string_view> types;  ///< the choices of its option "type", whose bits Option::types has
};

std::span<const SectionInfo> sections();
const SectionInfo& section_info(SectionKind kind);

/// The bit of a type in Option::types.
template <typename Type>
constexpr unsigned bit(Type type) {
  return 1u << static_cast<unsigned>(type);
}

/// Whether a section of the type with this index has the option.
constexpr bool applies(const Option& option, std::size_t type) {
  return option.types == 0 || (option.types >> type & 1) != 0;
}

/// Whether the option means something in a section of its kind.
bool is_active(const Option& option, const Section& section);

/// The option's value as it stands in a file; empty for an unset one.
std::string value_text(const Option& option, const Value& value);

/// What the option takes, in words: "a duration from 0s to 1h".
std::string wanted_text(const Option& option);

/// An error says what the option takes and shows its example; no key or section is in it.
Result<Value> read_value(const Option& option, const Node& node);

namespace detail {

template <typename T>
struct MemberOf;
template <typename S, typename M>
struct MemberOf<M S::*> {
  using Owner = S;
  using Type = M;
};

inline void assign(Area& member, Value&& value) { member = std::get<std::vector<Area>>(value).at(0); }
template <typename M>
void assign(M& member, Value&& value) {
  if constexpr (std::is_enum_v<M>)
    member = static_cast<M>(std::get<Choice>(value).index);
  else
    member = std::get<M>(std::move(value));
}
template <typename M>
void assign(std::optional<M>& member, Value&& value) {
  assign(member.emplace(), std::move(value));
}

inline Value value_of(const Area& member) { return std::vector<Area>{member}; }
template <typename M>
Value value_of(const M& member) {
  if constexpr (std::is_enum_v<M>)
    return Choice{static_cast<std::size_t>(member)};
  else
    return member;
}
template <typename M>
Value value_of(const std::optional<M>& member) {
  return member ? value_of(*member) : Value();
}
}  // namespace detail

/// For Option::idle: a lambda that takes the section as what it is.
template <typename S, bool (*Idle)(const S& section)>
bool idle(const Section& section) {
  return Idle(static_cast<const S&>(section));
}

/// The binding of a member: member<&Camera::quality>().
template <auto Member>
constexpr Binding member() {
  using Owner = typename detail::MemberOf<decltype(Member)>::Owner;
  return {
      [](Section& section, Value value) { detail::assign(static_cast<Owner&>(section).*Member, std::move(value)); },
      [](const Section& section) { return detail::value_of(static_cast<const Owner&>(section).*Member); },
  };
}

}  // namespace omv::rig
