// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole seconds first, so that nothing overflows 64 bits.
#include "omv/recording/avi/rate.h"

#include <limits>

namespace omv::avi {

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

struct Position {
  std::uint64_t slot;      // whole slots
  std::uint64_t part;      // of the next one
  std::uint64_t of_parts;  // parts in a slot
};

// time * numerator / (denominator * 1e9)
Position locate(Rate rate, Nanoseconds time) {
  const auto nanoseconds = static_cast<std::uint64_t>(time.count());
  const std::uint64_t whole = nanoseconds / kSecond * rate.numerator;
  const std::uint64_t of_parts = rate.denominator * kSecond;
  const std::uint64_t rest = whole % rate.denominator * kSecond + nanoseconds % kSecond * rate.numerator;
  return {whole / rate.denominator + rest / of_parts, rest % of_parts, of_parts};
}

}  // namespace

std::uint64_t nearest_slot(Rate rate, Nanoseconds time) {
  const Position at = locate(rate, time);
  return at.slot + (at.part >= at.of_parts - at.part ? 1 : 0);
}

std::uint64_t slot_before(Rate rate, Nanoseconds time) { return locate(rate, time).slot; }

// slot * denominator * 1e9 / numerator
Nanoseconds slot_time(Rate rate, std::uint64_t slot) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::uint64_t groups = slot / rate.numerator;  // of `denominator` seconds each
  if (groups >= kMost / kSecond / rate.denominator) return Nanoseconds::max();
  const std::uint64_t rest = slot % rate.numerator * rate.denominator;
  const std::uint64_t part = rest % rate.numerator * kSecond;
  const std::uint64_t fraction = (part + rate.numerator / 2) / rate.numerator;
  return Nanoseconds((groups * rate.denominator + rest / rate.numerator) * kSecond + fraction);
}

}  // namespace omv::avi
