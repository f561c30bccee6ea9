// SPDX-License-Identifier: LGPL-2.1-or-later
// Places frames on the grid, and syncs by the length of the file.
#include "omv/recording/avi/recording.h"

#include <utility>

namespace omv::avi {

Result<Recording> Recording::begin(MuxerSettings settings, Nanoseconds sync_interval, Output& output) {
  const Rate rate = settings.rate;
  OMV_TRY(Muxer muxer, Muxer::begin(std::move(settings), output));
  return Recording(std::move(muxer), rate, sync_interval);
}

Result<bool> Recording::add_frame(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration,
                                  std::uint64_t bytes) {
  const FrameGrid::Place place = grid_.place(time, duration);
  if (!place.stored) return false;
  OMV_CHECK(muxer_.add_empty(place.empty));
  OMV_CHECK(muxer_.add_frame(bytes, place.time));
  sync_if_due();
  return true;
}

Result<void> Recording::pass(Nanoseconds until) {
  OMV_CHECK(muxer_.add_empty(grid_.pass(until)));
  sync_if_due();
  return {};
}

void Recording::sync_if_due() {
  if (sync_interval_ == Nanoseconds(0)) return;
  if (synced_at_ && grid_.length() - *synced_at_ < sync_interval_) return;
  sync();
}

void Recording::sync() {
  if (is_synced()) return;
  muxer_.sync(grid_.end());
  synced_at_ = grid_.length();
}

Result<void> Recording::finish() {
  OMV_CHECK(muxer_.add_empty(grid_.finish()));
  muxer_.finish(grid_.end());
  synced_at_ = grid_.length();
  return {};
}

RecordingStats Recording::stats() const {
  return {muxer_.frames(), muxer_.slots(), muxer_.bytes(), muxer_.syncs(), grid_.length(), grid_.counts()};
}

}  // namespace omv::avi
