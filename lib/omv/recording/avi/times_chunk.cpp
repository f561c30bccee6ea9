// SPDX-License-Identifier: LGPL-2.1-or-later
// 'omvt', version, count, first frame, capture time, then eight bytes a frame, and eight of the end.
#include "omv/recording/avi/times_chunk.h"

#include <algorithm>
#include <limits>

#include "omv/recording/avi/layout.h"

namespace omv::avi {

namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHead = 28;
constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();

constexpr Nanoseconds kLongest = std::chrono::years(70);

bool are_possible(const std::vector<Nanoseconds>& times) {
  if (times.empty()) return true;
  return std::is_sorted(times.begin(), times.end()) && times.front() >= Nanoseconds(0) && times.back() <= kLongest;
}

}  // namespace

Bytes make_times_chunk(const FrameTimes& times) {
  Bytes chunk;
  const std::size_t bytes = kHead + 8 * (times.times.size() + (times.end ? 1 : 0));
  chunk.reserve(kChunkHeader + bytes);
  append_le<std::uint32_t>(chunk, kJunk);
  append_le<std::uint32_t>(chunk, static_cast<std::uint32_t>(bytes));
  append_le<std::uint32_t>(chunk, kTimes);
  append_le<std::uint32_t>(chunk, kVersion);
  append_le<std::uint32_t>(chunk, static_cast<std::uint32_t>(times.times.size()));
  append_le<std::uint64_t>(chunk, times.first_frame);
  append_le<std::int64_t>(chunk, times.captured ? times.captured->count() : kUnknown);
  for (const Nanoseconds time : times.times) append_le<std::int64_t>(chunk, time.count());
  if (times.end) append_le<std::int64_t>(chunk, times.end->count());
  return chunk;
}

std::optional<FrameTimes> read_times_chunk(ConstByteSpan payload) {
  if (payload.size() < kHead || load_le<std::uint32_t>(payload.data()) != kTimes) return std::nullopt;
  const auto version = load_le<std::uint32_t>(payload.data() + 4);
  const auto count = load_le<std::uint32_t>(payload.data() + 8);
  if (version != kVersion || count > (payload.size() - kHead) / 8) return std::nullopt;
  FrameTimes times;
  times.first_frame = load_le<std::uint64_t>(payload.data() + 12);
  if (const auto captured = load_le<std::int64_t>(payload.data() + 20); captured != kUnknown)
    times.captured = Nanoseconds(captured);
  const std::uint8_t* at = payload.data() + kHead;
  for (std::size_t i = 0; i < count; ++i, at += 8) times.times.emplace_back(load_le<std::int64_t>(at));
  const bool has_end = payload.data() + payload.size() - at >= 8;
  if (has_end) times.end = Nanoseconds(load_le<std::int64_t>(at));
  if (!are_possible(times.times) || (has_end && !are_possible({*times.end}))) return std::nullopt;
  return times;
}

}  // namespace omv::avi
