// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a recording is being played: which frame is on show, and when the next is due.
#pragma once

#include <cstddef>
#include <optional>

#include "omv/base/clock.h"
#include "omv/base/result.h"
#include "omv/convert/frame_reader.h"
#include "omv/convert/selection.h"

namespace omv::convert {

struct PlayOptions {
  Selection selection;
  double speed = 1;  ///< times the recording's own; 0: every frame, each as soon as the one before it is shown
  bool loop = false;
  bool paused = false;
};

/// Knows no clock: `now` is an argument, and never goes back. Frames whose successor is due already are passed over,
/// and counted. Not synchronised.
class PlayHead {
 public:
  /// The first selected frame is on show. `reader` has not been read from yet, and outlives this. Errc::end: no frame
  /// is selected.
  static Result<PlayHead> begin(FrameReader& reader, const PlayOptions& options, Time now);

  const TimedFrame& frame() const { return frame_; }
  double speed() const { return options_.speed; }
  bool is_paused() const { return options_.paused; }
  bool is_at_end() const { return is_at_end_; }  ///< the last frame has had its time; never of a loop
  std::size_t passed_over() const { return passed_over_; }

  /// When the frame on show gives way; nullopt while paused, and at the end.
  std::optional<Time> due() const;

  // Each of these tells whether another frame is on show.

  /// To the frame that is to be seen at `now`. A loop begins again.
  Result<bool> advance(Time now);

  /// One frame on or back, and pauses. At the ends nothing changes.
  Result<bool> step_on();
  Result<bool> step_back();

  /// To the first frame at so much more (or less) than the time of the one on show, within the selection. Behind the
  /// last frame is the end.
  Result<bool> jump(Nanoseconds by, Time now);

  void set_paused(bool paused, Time now);
  void set_speed(double speed, Time now);

 private:
  PlayHead(FrameReader& reader, const PlayOptions& options) : reader_(&reader), options_(options) {}

  void anchor(Time now);
  Result<bool> read_next();
  Result<bool> read_first();
  Result<void> go_back(std::size_t frames);

  FrameReader* reader_;
  PlayOptions options_;
  TimedFrame frame_;
  TimedFrame next_;  // what is being read, until it is known to be selected
  bool has_read_ = false;
  bool is_at_end_ = false;
  std::size_t passed_over_ = 0;
  Time anchor_now_{0};  // when the frame of anchor_time_ came on show
  Nanoseconds anchor_time_{0};
};

}  // namespace omv::convert
