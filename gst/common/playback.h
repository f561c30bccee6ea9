// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frame of an indexed recording is shown next: segments, seeks, snapping, trick modes, loops. Knows no pads.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <optional>

#include "omv/recording/imageio_index.h"

namespace omv::gst {

/// The parts of a seek event that outlive its segment.
struct Seek {
  GstSeekFlags flags = GST_SEEK_FLAG_NONE;
  GstClockTime trick_interval = 0;     ///< least distance between frames in trick modes; 0: not given
  std::optional<std::uint64_t> frame;  ///< the first frame to show, where the seek names it; times may be ambiguous
};

inline bool has_flag(GstSeekFlags flags, GstSeekFlags flag) {
  return (static_cast<guint>(flags) & static_cast<guint>(flag)) != 0;
}

inline GstClockTime to_gst(imageio::Microseconds time) { return static_cast<GstClockTime>(time.count()) * GST_USECOND; }
inline imageio::Microseconds from_gst(GstClockTime time) {
  return imageio::Microseconds(static_cast<std::int64_t>(time / GST_USECOND));
}

/// Playback position over an index that the caller locks and lends for each call.
/// Times of frames are stream times; a loop adds an offset to them.
class Playback {
 public:
  Playback() { gst_segment_init(&segment, GST_FORMAT_TIME); }

  GstSegment segment;

  /// The frame to be shown next; nullopt when reverse playback has passed frame 0.
  std::optional<std::uint64_t> frame() const { return frame_; }

  /// Time that the loop has added so far.
  imageio::Microseconds loop_offset() const { return loop_offset_; }

  bool is_segment_seek() const { return has_flag(seek_.flags, GST_SEEK_FLAG_SEGMENT); }

  /// Goes to segment.position as `seek` wants it: the frame that is on screen at that time, or the neighbour
  /// that the snap flags name; a key-unit seek moves the segment's bound to that frame. Walks the index.
  Result<void> go_to(imageio::Index& index, const ByteSource& source, const Seek& seek);

  /// The frame [start, start + duration) lies behind the end of the segment in playing direction.
  bool is_past_segment(imageio::Microseconds start, imageio::Microseconds duration) const;

  /// Moves to the frame after (rate < 0: before) the one shown at `shown`, over those a trick mode leaves out.
  Result<void> advance(imageio::Index& index, const ByteSource& source, imageio::Microseconds shown);

  /// Push mode: the frame after this one.
  void count_frame() { frame_ = frame_.value_or(0) + 1; }

  /// Begins the next round of a loop. The gap is the first frame's stored interval (spec: imageio, section 4), or the
  /// last frame's duration where none is stored. False: segments, reverse playback and empty recordings do not loop.
  bool start_next_round(const imageio::Index& index);

 private:
  imageio::Microseconds trick_step() const;
  void snap_segment(const imageio::Index& index);
  Result<void> advance_forward(imageio::Index& index, const ByteSource& source, imageio::Microseconds from);
  void advance_backward(const imageio::Index& index, imageio::Microseconds from);

  Seek seek_;
  std::optional<std::uint64_t> frame_ = 0;
  imageio::Microseconds loop_offset_{0};
};

}  // namespace omv::gst
