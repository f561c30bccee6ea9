// SPDX-License-Identifier: LGPL-2.1-or-later
// One pass over the headers, then the statistics of the intervals.
#include "recording_summary.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace omv::tool {

namespace {

using imageio::Chunk;
using imageio::FileStream;
using imageio::Microseconds;

constexpr std::uint32_t kAbsurdInterval = 0x80000000;

// Finds the row of a format and size without searching all rows: a recording may change with every frame.
class PictureCounter {
 public:
  explicit PictureCounter(std::vector<PictureCount>& rows) : rows_(rows) {}

  void add(const Chunk& chunk) {
    const auto key = std::tuple(chunk.info.format, chunk.info.width, chunk.info.height);
    const auto [row, is_new] = row_of_.try_emplace(key, rows_.size());
    if (is_new) rows_.push_back({chunk.info});
    PictureCount& picture = rows_[row->second];
    ++picture.frames;
    picture.bytes += chunk.payload_bytes;
  }

 private:
  std::vector<PictureCount>& rows_;
  std::map<std::tuple<PixelFormat, std::uint32_t, std::uint32_t>, std::size_t> row_of_;
};

Microseconds median_of(std::vector<Microseconds> intervals) {
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>((intervals.size() - 1) / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

std::optional<IntervalSummary> summarize_intervals(const std::vector<Microseconds>& intervals) {
  if (intervals.empty()) return std::nullopt;
  const auto [min, max] = std::minmax_element(intervals.begin(), intervals.end());
  const Microseconds sum = std::accumulate(intervals.begin(), intervals.end(), Microseconds(0));
  return IntervalSummary{*min, median_of(intervals), *max,
                         static_cast<double>(sum.count()) / static_cast<double>(intervals.size())};
}

// intervals[n] is the time between frames n and n + 1.
GapSummary find_gaps(const std::vector<Microseconds>& intervals, Microseconds median) {
  GapSummary gaps;
  gaps.threshold = 2 * median;
  if (median == Microseconds(0)) return gaps;
  for (std::size_t n = 0; n < intervals.size(); ++n) {
    if (intervals[n] <= gaps.threshold) continue;
    ++gaps.count;
    if (intervals[n] <= gaps.longest) continue;
    gaps.longest = intervals[n];
    gaps.frame_behind_longest = n + 1;
  }
  return gaps;
}

// "V2.0"
std::string version_name(imageio::Version version) {
  const int number = static_cast<int>(version);
  return "V" + std::to_string(number / 10) + "." + std::to_string(number % 10);
}

}  // namespace

std::optional<double> RecordingSummary::mean_rate() const {
  if (!intervals || intervals->mean_us == 0) return std::nullopt;
  return 1e6 / intervals->mean_us;
}

void summarize_timing(RecordingSummary& summary, Microseconds last) {
  std::vector<Microseconds> intervals;
  intervals.reserve(summary.points.size());
  for (std::size_t n = 1; n < summary.points.size(); ++n)
    intervals.push_back(summary.points[n].time - summary.points[n - 1].time);
  summary.duration = summary.points.back().time + last;
  summary.intervals = summarize_intervals(intervals);
  if (summary.intervals) summary.gaps = find_gaps(intervals, summary.intervals->median);
}

Result<RecordingSummary> summarize(FileStream& stream) {
  RecordingSummary summary;
  const imageio::Version version = *stream.version();
  summary.version = version_name(version);
  summary.time_digits = version == imageio::Version::v2_1 ? 6 : 3;
  PictureCounter pictures(summary.pictures);
  Microseconds last{0};
  for (;; ++summary.frames) {
    const auto chunk = stream.chunk(summary.frames);
    if (!chunk && chunk.error().code == Errc::end) break;
    if (!chunk) return chunk.error();
    pictures.add(*chunk);
    summary.payload_bytes += chunk->payload_bytes;
    if (chunk->raw_interval >= kAbsurdInterval) ++summary.absurd_intervals;
    // The last frame lasts as long as the one before it.
    last = chunk->interval;
    const Microseconds time = summary.points.empty() ? Microseconds(0) : summary.points.back().time + last;
    summary.points.push_back({time, chunk->payload_bytes});
  }
  OMV_TRY(summary.file_bytes, stream.size());
  OMV_TRY(summary.damage, stream.damage());
  if (summary.frames > 0) summarize_timing(summary, last);
  return summary;
}

}  // namespace omv::tool
