// SPDX-License-Identifier: LGPL-2.1-or-later
// Which characters of a value can't be a part of a file name.
#include "omv/storage/safe_name.h"

namespace omv::storage {

namespace {

constexpr std::string_view kRefused = "/\\:*?\"<>|\x7F";

bool is_refused(char c) { return static_cast<unsigned char>(c) < 0x20 || kRefused.find(c) != std::string_view::npos; }

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view cut_down(std::string_view value) {
  if (value.size() <= kMaxValueBytes) return value;
  std::size_t end = kMaxValueBytes;
  while (end > 0 && continues_character(value[end])) --end;
  return value.substr(0, end == 0 ? kMaxValueBytes : end);
}

}  // namespace

std::string safe_name(std::string_view value) {
  std::string name(cut_down(value));
  for (char& c : name)
    if (is_refused(c)) c = '_';
  if (name.empty()) return "_";
  if (name.front() == '.') name.front() = '_';
  return name;
}

}  // namespace omv::storage
