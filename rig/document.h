// SPDX-License-Identifier: LGPL-2.1-or-later
// The text of a rig file as a tree whose every key and value knows its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rig/report.h"

namespace omv::rig {

struct Entry;
struct Node;
using List = std::vector<Node>;
using Table = std::vector<Entry>;  ///< in the order of the file

/// Values of TOML that no option takes.
enum class OtherValue { date, time, date_time };

struct Node {
  Position at;
  std::variant<std::string, std::int64_t, double, bool, List, Table, OtherValue> value;
};

struct Entry {
  std::string key;
  Position at;
  Node value;
};

/// "the string \"high\"", "120", "a list of 3": as messages show a value. Short, whatever it is.
std::string describe(const Node& node);

inline constexpr std::size_t kMaxFileBytes = 1u << 20;
inline constexpr std::size_t kMaxNesting = 16;  ///< brackets within brackets, and names in one dotted key

/// What there is of a file. After a mistake of TOML reading goes on behind its line, at a mistake in a header behind
/// its section, so that one report tells as many mistakes as can be told; `whole` is false then. Any bytes will do:
/// UTF-8 with or without a mark, LF or CRLF is TOML, and everything else a mistake, as is more than kMaxFileBytes.
struct Document {
  Table root;
  bool whole = true;
};

Document parse_document(std::string_view text, Report& report);

}  // namespace omv::rig
