// SPDX-License-Identifier: LGPL-2.1-or-later
// A line of pattern and the rest as a value from outside: no name leads out of its directory.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/storage/name_pattern.h"
#include "omv/storage/safe_name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using omv::storage::NameField;
using omv::storage::NamePattern;
using omv::storage::NameValues;

void check_value(std::string_view value) {
  const std::string name = omv::storage::safe_name(value);
  const bool is_one_name = !name.empty() && name.size() <= omv::storage::kMaxValueBytes && name.front() != '.' &&
                           name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
  if (!is_one_name) __builtin_trap();
}

void check_pattern(std::string_view text, std::string_view value) {
  constexpr std::array kFields = {NameField{"source"}, NameField{"clip", true}};
  const auto pattern = NamePattern::parse(text, kFields);
  if (!pattern) {
    if (pattern.error().message.empty()) __builtin_trap();
    return;
  }
  NameValues values;
  values.wall_clock = std::chrono::seconds(1'700'000'000);
  values.index = value.size();
  values.fields["source"] = std::string(value);
  const auto path = pattern->expand(values);
  if (!path) return;
  const std::string prefix = pattern->directory() == "." ? "" : pattern->directory();
  if (!path->starts_with(prefix) || path->find('\0') != std::string::npos) __builtin_trap();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = omv::as_text({data, size});
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view value = text.substr(std::min(end + 1, text.size()));
  check_value(value);
  check_pattern(text.substr(0, end), value);
  return 0;
}
