// SPDX-License-Identifier: LGPL-2.1-or-later
// Which part of a recording a conversion takes: times, numbers, a shard of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "omv/base/result.h"
#include "omv/convert/frame_reader.h"

namespace omv::convert {

/// Frames [first, end) whose times are in [start, stop).
struct Selection {
  std::size_t first = 0;
  std::optional<std::size_t> end;
  Nanoseconds start{0};
  std::optional<Nanoseconds> stop;

  bool is_before(std::size_t index, Nanoseconds time) const { return index < first || time < start; }
  bool is_behind(std::size_t index, Nanoseconds time) const {
    return (end && index >= *end) || (stop && time >= *stop);
  }
};

/// Part `index`, from 1 on, of `count`.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
};

/// "A..B": frames from A to the one before B, counted from 0; either may be left out. Errc::invalid.
Result<void> parse_frames(std::string_view text, Selection& into);

/// "i/n", 1/1 to 100000/100000. Errc::invalid.
Result<Shard> parse_shard(std::string_view text);

/// "90", "90.5", "90s", "1500ms", "1:30", "0:01:30.5". Errc::invalid.
Result<Nanoseconds> parse_time(std::string_view text);

/// The frames of a shard: together the shards have every selected frame once, in order, and none has more than one
/// frame more than another. A shard may be empty: first == end then.
Selection shard_of(const Timeline& timeline, const Selection& selection, const Shard& shard);

}  // namespace omv::convert
