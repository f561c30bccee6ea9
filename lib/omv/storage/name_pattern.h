// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns of file names: date and time of the capture, running numbers, and named values.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "omv/base/result.h"

namespace omv::storage {

/// A field of a pattern, %{name}, besides those that every pattern knows.
struct NameField {
  std::string_view name;
  bool is_number = false;  ///< numbers take a width: %{name:05d}
};

using NameValue = std::variant<std::uint64_t, std::string>;

/// What is known of a file when it gets its name.
struct NameValues {
  std::chrono::nanoseconds wall_clock{0};  ///< of the capture, since 1970 (UTC)
  std::optional<std::chrono::nanoseconds> running_time;
  std::uint64_t index = 0;
  std::map<std::string, NameValue, std::less<>> fields;  ///< missing ones read as 0 or "_"
};

/// A pattern is literal text with
///   %Y %m %H …        conversions of strftime and date(1) with their flags (%-d), of the capture in local time
///   %{index}          the number of the file; %{index:05d} or %{index:05} with at least five digits
///   %05d              the same, as multifilesink writes it. %d alone is the day of the month when the pattern has
///   other
///                     conversions of date or time, else the number
///   %{ms}             milliseconds of the capture's second, three digits
///   %{running-time}   0000h12m34s567, which sorts; "none" without a timestamp
///   %{NAME}           a field that was declared when the pattern was parsed
///   %%                a percent sign
/// Behind the first conversion there is no "..".
/// Values are safe_name()s: no value leads out of its directory, whatever it is. Immutable; any thread.
class NamePattern {
 public:
  /// Errc::invalid tells what is wrong at which character, and the fields there are.
  static Result<NamePattern> parse(std::string_view text, std::span<const NameField> fields = {});

  const std::string& text() const { return text_; }

  /// What stands in front of the first conversion, up to its last '/': the directory of all files of the pattern, or
  /// above all of them. "." when there is none; without a '/' at its end.
  const std::string& directory() const { return directory_; }

  /// True when a field of this name ("index" for %05d too) is in the pattern.
  bool has(std::string_view field) const;

  /// True for paths that some values may have made.
  bool may_have_made(std::string_view path) const;

  /// The path for these values. Errc::limit when it, or a name in it, is longer than file systems allow.
  Result<std::string> expand(const NameValues& values) const;

 private:
  enum class Kind { literal, date, index, ms, running_time, number, text };
  struct Part {
    Kind kind = Kind::literal;
    std::string text;  // literal, the conversion for strftime, or the name of the field
    int width = 0;
    char fill = ' ';
  };
  class Parser;

  static std::string expand_part(const Part& part, const NameValues& values);

  std::string text_;
  std::string directory_;
  std::vector<Part> parts_;
};

}  // namespace omv::storage
