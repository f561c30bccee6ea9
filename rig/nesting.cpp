// SPDX-License-Identifier: LGPL-2.1-or-later
// A walk over TOML that knows strings, comments, brackets and dots, and nothing else.
#include "rig/nesting.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace omv::rig {

namespace {

class Walk {
 public:
  Walk(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  Nesting find() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      count(c);
      if (open_.size() > most_ || dots_ >= most_) return {position(at_), std::nullopt};
      ++at_;
    }
    if (!open_.empty()) return {std::nullopt, position(open_.front())};
    return {std::nullopt, unclosed_string_ ? std::optional(position(*unclosed_string_)) : std::nullopt};
  }

 private:
  void count(char c) {
    if (c == '[' || c == '{') open_.push_back(at_);
    if ((c == ']' || c == '}') && !open_.empty()) open_.pop_back();
    if (c == '.')
      ++dots_;
    else if (c == '=' || c == ',' || c == '\n' || c == '[' || c == ']' || c == '{' || c == '}')
      dots_ = 0;
  }

  // A string of one line ends there at the latest; what follows in a broken one no parser reads.
  void skip_string(char quote) {
    const std::string triple(3, quote);
    if (text_.substr(at_, 3) == triple) return skip_long_string(quote, triple);
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_)
      if (quote == '"' && text_[at_] == '\\') ++at_;
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
  }

  void skip_long_string(char quote, const std::string& end) {
    const std::size_t start = at_;
    for (at_ += 3; at_ < text_.size() && text_.substr(at_, 3) != end; ++at_)
      if (quote == '"' && text_[at_] == '\\') ++at_;
    if (at_ >= text_.size()) unclosed_string_ = start;
    at_ = std::min(at_ + 3, text_.size());
    while (at_ < text_.size() && text_[at_] == quote) ++at_;  // up to two of them belong to the string
  }

  Position position(std::size_t at) const {
    const std::string_view before = text_.substr(0, at);
    const std::size_t line_start = before.rfind('\n') + 1;
    const auto is_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return {
        static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
        static_cast<std::uint32_t>(
            std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(), is_character) + 1)};
  }

  std::string_view text_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;  // where brackets are that are not closed yet
  std::optional<std::size_t> unclosed_string_;
  std::size_t dots_ = 0;
};

}  // namespace

Nesting find_nesting(std::string_view text, std::size_t most) { return Walk(text, most).find(); }

}  // namespace omv::rig
