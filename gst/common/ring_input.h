// SPDX-License-Identifier: LGPL-2.1-or-later
// Buffers of a stream as frames of a ring: their times, what they look like, and what holding them costs.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <vector>

#include "common/buffer_keeper.h"
#include "omv/recording/clips/frame.h"

namespace omv::gst {

/// What a reader has to know before the first frame. Immutable once frames refer to it.
struct RingFormat {
  std::uint32_t number = 0;
  GstCaps* caps = nullptr;
  std::vector<BufferPtr> headers;  ///< codec headers that come as buffers of their own, to be sent before the frames

  RingFormat() = default;
  RingFormat(const RingFormat&) = delete;
  RingFormat& operator=(const RingFormat&) = delete;
  ~RingFormat() { gst_clear_caps(&caps); }
};

/// What a ring holds: a reference.
struct HeldFrame {
  BufferPtr buffer;
  std::shared_ptr<const RingFormat> format;
};

/// Memory that a buffer takes besides its bytes: itself, its memory's header, the ring's own entry.
inline constexpr std::uint64_t kFrameOverhead = 640;

/// One thread at a time.
class RingInput {
 public:
  RingInput() { reset(); }

  void set_caps(GstCaps* caps);
  void set_segment(GstEvent* event);

  /// Forgets the segment (flush); caps stay.
  void flush() { gst_segment_init(&segment_, GST_FORMAT_TIME); }
  void reset();

  bool has_caps() const { return format_ != nullptr; }

  /// Whether the buffer is a header (it says so, and has no time) rather than a frame; it is kept for the frames that
  /// follow. Headers that come again between frames make another format only if they say something else.
  bool take_header(GstBuffer* buffer);

  /// A frame that is to be held. `held.buffer` is null when there was no memory for a copy of it.
  clips::Frame take_frame(GstBuffer* buffer, HeldFrame& held);

  /// Running time of the end of a gap, or of a position in the stream; nullopt when that is not known.
  std::optional<Time> gap_end(GstEvent* event) const;
  std::optional<Time> running_time(GstClockTime position) const;

 private:
  std::shared_ptr<RingFormat> new_format(GstCaps* caps);
  void take_up_headers();

  GstSegment segment_;
  std::uint32_t formats_ = 0;
  std::shared_ptr<RingFormat> format_;
  bool format_is_used_ = false;     // by a frame
  std::vector<BufferPtr> headers_;  // since then
  GstClockTime nominal_duration_ = GST_CLOCK_TIME_NONE;
  BufferKeeper keeper_;
};

/// What comes to an element that has a ring. GST_FLOW_OK: a frame if `held` has a buffer, else a header that was kept.
/// In any other case the element has said why.
GstFlowReturn take_buffer(GstElement* element, RingInput& input, GstBuffer* buffer, clips::Frame& frame,
                          HeldFrame& held);

}  // namespace omv::gst
