// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames with timestamps into an AVI: the grid, the muxer, and when to sync.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/result.h"
#include "omv/recording/avi/frame_grid.h"
#include "omv/recording/avi/muxer.h"

namespace omv::avi {

inline constexpr Rate kFineRate{100, 1};  ///< for frames that come at no fixed rate

struct RecordingStats {
  std::uint64_t frames = 0;
  std::uint64_t slots = 0;  ///< empty ones included
  std::uint64_t bytes = 0;
  std::uint64_t syncs = 0;
  Nanoseconds length{0};
  GridCounts grid;
};

/// The first frame is time 0 of the file. Not synchronised.
class Recording {
 public:
  /// `sync_interval`: in time of the frames; 0: only finish() syncs. Errors and `output` as Muxer::begin.
  static Result<Recording> begin(MuxerSettings settings, Nanoseconds sync_interval, Output& output);

  /// True when the frame was stored, false when it was dropped because its time is taken (FrameGrid). Without a time it
  /// follows the frame before. The file is complete after the first frame, and after the first one of each sync
  /// interval. Errors as Muxer::add_frame.
  Result<bool> add_frame(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration, std::uint64_t bytes);

  /// Completes the file now, whatever the interval.
  void sync();

  /// Nothing has come since the last sync.
  bool is_synced() const { return muxer_.slots() == 0 || synced_at_ == grid_.length(); }

  /// Time passes without a frame, until `until` of the clock that frames have.
  Result<void> pass(Nanoseconds until);

  /// Lets the last frame last as long as it says, and completes the file. A file without a frame is complete too.
  Result<void> finish();

  RecordingStats stats() const;

 private:
  Recording(Muxer muxer, Rate rate, Nanoseconds sync_interval)
      : muxer_(std::move(muxer)), grid_(rate), sync_interval_(sync_interval) {}

  void sync_if_due();

  Muxer muxer_;
  FrameGrid grid_;
  Nanoseconds sync_interval_;
  std::optional<Nanoseconds> synced_at_;
};

}  // namespace omv::avi
