// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers as they are typed.
#include "number_options.h"

#include <cinttypes>
#include <cstdio>

namespace omv::tool {

Result<avi::Rate> parse_rate(const char* option, const std::string& text) {
  avi::Rate rate{0, 1};
  int used = 0;
  const int fields =
      std::sscanf(text.c_str(), "%9" SCNu32 "%n/%9" SCNu32 "%n", &rate.numerator, &used, &rate.denominator, &used);
  if (fields >= 1 && static_cast<std::size_t>(used) == text.size() && rate.is_valid()) return rate;
  return Error{Errc::invalid, std::string(option) + " is '" + text + "'; it is a number like 25 or 30000/1001"};
}

}  // namespace omv::tool
