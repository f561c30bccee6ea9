// SPDX-License-Identifier: LGPL-2.1-or-later
// Patterns become parts when they are parsed; names are put together from those.
#include "omv/storage/name_pattern.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <ctime>

#include "omv/storage/safe_name.h"

namespace omv::storage {

namespace {

constexpr std::size_t kMaxPatternBytes = PATH_MAX - 1;
constexpr int kMaxWidth = 20;  // digits of the largest number
constexpr std::string_view kConversions = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZ";
constexpr std::string_view kDateFlags = "_-0^#";
constexpr std::string_view kDateModifiers = "EO";

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string padded(std::uint64_t number, int width, char fill) {
  const std::string digits = std::to_string(number);
  const auto wanted = static_cast<std::size_t>(width);
  return digits.size() < wanted ? std::string(wanted - digits.size(), fill) + digits : digits;
}

// Local time of a moment since 1970, rounded down to the second.
std::tm local_time(nanoseconds wall_clock) {
  const auto second = static_cast<std::time_t>(std::chrono::floor<seconds>(wall_clock).count());
  std::tm fields = {};
  localtime_r(&second, &fields);
  return fields;
}

// Parsing has let only known conversions through.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
std::string formatted(const std::string& conversion, nanoseconds wall_clock) {
  const std::tm fields = local_time(wall_clock);
  std::array<char, 256> buffer{};
  const std::size_t size = std::strftime(buffer.data(), buffer.size(), conversion.c_str(), &fields);
  return safe_name({buffer.data(), size});
}
#pragma GCC diagnostic pop

std::string in_words(std::optional<nanoseconds> running_time) {
  if (!running_time) return "none";
  const auto time = std::chrono::floor<milliseconds>(std::max(*running_time, nanoseconds(0)));
  const auto part = [](auto count, int width) { return padded(static_cast<std::uint64_t>(count), width, '0'); };
  return part(time / hours(1), 4) + "h" + part(time % hours(1) / minutes(1), 2) + "m" +
         part(time % minutes(1) / seconds(1), 2) + "s" + part(time % seconds(1) / milliseconds(1), 3);
}

std::uint64_t milliseconds_of(nanoseconds wall_clock) {
  return static_cast<std::uint64_t>((wall_clock - std::chrono::floor<seconds>(wall_clock)) / milliseconds(1));
}

Result<void> check_lengths(const std::string& path) {
  if (path.size() > kMaxPatternBytes)
    return Error{Errc::limit, "location: a path of " + std::to_string(path.size()) + " bytes is too long"};
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end - begin > NAME_MAX)
      return Error{Errc::limit, "location: the name " + path.substr(begin, 24) + "… of " + std::to_string(end - begin) +
                                    " bytes is too long"};
    begin = end + 1;
  }
  return {};
}

// For fnmatch().
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

bool has_way_up(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

// Reads a pattern from its front to its end, once.
class NamePattern::Parser {
 public:
  Parser(std::string_view text, std::span<const NameField> fields) : text_(text), fields_(fields) {}

  Result<std::vector<Part>> run() {
    while (at_ < text_.size()) {
      if (text_[at_] == '%') {
        OMV_CHECK(conversion());
      } else if (text_[at_] == '\0') {
        return wrong("a NUL");
      } else {
        literal(text_[at_++]);
      }
    }
    settle_plain_d();
    return std::move(parts_);
  }

 private:
  Error wrong(const std::string& what) const {
    std::string known = "index, ms, running-time";
    for (const NameField& field : fields_) known += ", " + std::string(field.name);
    return {Errc::invalid, "location: " + what + " at character " + std::to_string(start_ + 1) + " of " +
                               std::string(text_.substr(0, 200)) + "; %{…} knows " + known +
                               ", and %Y %m %d %H %M %S … are those of strftime"};
  }

  void literal(char c) {
    if (parts_.empty() || parts_.back().kind != Kind::literal) parts_.push_back({});
    parts_.back().text += c;
  }

  Result<void> conversion() {
    start_ = at_++;
    if (at_ == text_.size()) return wrong("a % without a conversion");
    if (text_[at_] == '%') {
      literal(text_[at_++]);
      return {};
    }
    if (text_[at_] == '{') return field();
    return is_digit(text_[at_]) && plain_number() ? Result<void>() : date();
  }

  // %05d; false and nothing taken when it is something else, such as %0d with its flag of date(1).
  bool plain_number() {
    const std::size_t before = at_;
    Part part{Kind::index, "index"};
    const bool has_width = take_width(part) && part.width > 0;
    if (has_width && at_ < text_.size() && std::string_view("diu").find(text_[at_]) != std::string_view::npos) {
      ++at_;
      parts_.push_back(std::move(part));
      return true;
    }
    at_ = before;
    return false;
  }

  Result<void> date() {
    std::string spec = "%";
    if (kDateFlags.find(text_[at_]) != std::string_view::npos) spec += text_[at_++];
    if (at_ < text_.size() && kDateModifiers.find(text_[at_]) != std::string_view::npos) spec += text_[at_++];
    if (at_ == text_.size() || text_[at_] == '\0' || kConversions.find(text_[at_]) == std::string_view::npos)
      return wrong("an unknown conversion");
    parts_.push_back({Kind::date, spec + text_[at_++]});
    return {};
  }

  Result<void> field() {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return wrong("a %{ without its }");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t colon = inside.find(':');
    Part part;
    OMV_TRY(part, field_named(inside.substr(0, colon)));
    if (colon != std::string_view::npos) OMV_CHECK(width_of(part, at_ + 1 + colon + 1, end));
    at_ = end + 1;
    parts_.push_back(std::move(part));
    return {};
  }

  Result<Part> field_named(std::string_view name) const {
    if (name == "index") return Part{Kind::index, "index"};
    if (name == "ms") return Part{Kind::ms, "ms", 3, '0'};
    if (name == "running-time") return Part{Kind::running_time, "running-time"};
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& f) { return f.name == name; });
    if (found == fields_.end()) return wrong("no field " + std::string(name.substr(0, 40)));
    return Part{found->is_number ? Kind::number : Kind::text, std::string(name)};
  }

  // The 05d of %{index:05d}, whose d may be left out.
  Result<void> width_of(Part& part, std::size_t begin, std::size_t end) {
    if (part.kind != Kind::index && part.kind != Kind::number && part.kind != Kind::ms)
      return wrong(part.text + " takes no width");
    at_ = begin;
    const bool fits = take_width(part);
    if (at_ < end && (text_[at_] == 'd' || text_[at_] == 'u')) ++at_;
    return fits && at_ == end ? Result<void>() : wrong("a width that is not 1 to " + std::to_string(kMaxWidth));
  }

  // False for a width that is too large.
  bool take_width(Part& part) {
    part.fill = at_ < text_.size() && text_[at_] == '0' ? '0' : ' ';
    part.width = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_)
      part.width = std::min(part.width * 10 + (text_[at_] - '0'), kMaxWidth + 1);
    return part.width <= kMaxWidth;
  }

  // A day without anything else of a date is what users of multifilesink mean as a number.
  void settle_plain_d() {
    const auto is_date = [](const Part& part) { return part.kind == Kind::date && part.text != "%d"; };
    if (std::any_of(parts_.begin(), parts_.end(), is_date)) return;
    for (Part& part : parts_)
      if (part.kind == Kind::date) part = Part{Kind::index, "index"};
  }

  std::string_view text_;
  std::span<const NameField> fields_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // of the conversion, for messages
  std::vector<Part> parts_;
};

Result<NamePattern> NamePattern::parse(std::string_view text, std::span<const NameField> fields) {
  if (text.empty()) return Error{Errc::invalid, "location: not set"};
  if (text.size() > kMaxPatternBytes)
    return Error{Errc::limit, "location: " + std::to_string(text.size()) + " characters are too many"};
  NamePattern pattern;
  pattern.text_ = text;
  OMV_TRY(pattern.parts_, Parser(text, fields).run());
  const std::string prefix = pattern.parts_.front().kind == Kind::literal ? pattern.parts_.front().text : "";
  const std::size_t slash = prefix.rfind('/');
  pattern.directory_ = slash == std::string::npos ? "." : slash == 0 ? "/" : prefix.substr(0, slash);
  if (has_way_up(text.substr(std::min(slash == std::string::npos ? 0 : slash + 1, text.size()))))
    return Error{Errc::invalid, "location: .. behind a conversion leads out of " + pattern.directory_};
  return pattern;
}

bool NamePattern::has(std::string_view field) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.kind != Kind::literal && part.kind != Kind::date && part.text == field;
  });
}

std::string NamePattern::expand_part(const Part& part, const NameValues& values) {
  const auto value = values.fields.find(part.text);
  const bool known = value != values.fields.end();
  switch (part.kind) {
    case Kind::literal: return part.text;
    case Kind::date: return formatted(part.text, values.wall_clock);
    case Kind::index: return padded(values.index, part.width, part.fill);
    case Kind::ms: return padded(milliseconds_of(values.wall_clock), part.width, part.fill);
    case Kind::running_time: return in_words(values.running_time);
    case Kind::number: {
      const auto* number = known ? std::get_if<std::uint64_t>(&value->second) : nullptr;
      return padded(number != nullptr ? *number : 0, part.width, part.fill);
    }
    case Kind::text: {
      const auto* text = known ? std::get_if<std::string>(&value->second) : nullptr;
      return safe_name(text != nullptr ? *text : "");
    }
  }
  return {};
}

Result<std::string> NamePattern::expand(const NameValues& values) const {
  std::string path;
  for (const Part& part : parts_) path += expand_part(part, values);
  OMV_CHECK(check_lengths(path));
  return path;
}

bool NamePattern::may_have_made(std::string_view path) const {
  std::string glob;
  bool is_open = false;  // behind a star, one more of which would cost time alone
  for (const Part& part : parts_) {
    if (part.kind != Kind::literal && !is_open) glob += '*';
    is_open = part.kind != Kind::literal;
    if (!is_open) glob += escaped(part.text);
  }
  return ::fnmatch(glob.c_str(), std::string(path).c_str(), FNM_PATHNAME) == 0;
}

}  // namespace omv::storage
