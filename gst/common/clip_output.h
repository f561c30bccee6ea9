// SPDX-License-Identifier: LGPL-2.1-or-later
// Clips of a ring on a source pad: caps, segment, facts, frames with times of their own.
#pragma once

#include <gst/gst.h>

#include <optional>
#include <vector>

#include "common/capture_time.h"
#include "common/ring_input.h"
#include "omv/recording/clips/clip_ring.h"

namespace omv::gst {

/// Each clip has a segment whose stream time begins at 0, and buffers whose timestamps do (where frames are delivered
/// in another order than shown, decode timestamps do). Running time goes on from clip to clip as if nothing lay
/// between, so that one muxer may take all of them. In front of a clip's first frame: caps if they are other ones, the
/// segment, a serialized event omv-clip with the facts known so far, codec headers. Posts omv-clip-started and
/// omv-clip-done. Streaming thread only; holds no lock while pushing or posting.
class ClipOutput final : public clips::ClipTarget<HeldFrame> {
 public:
  /// Both outlive this object.
  ClipOutput(GstElement* element, GstPad* source_pad) : element_(element), source_pad_(source_pad) {}
  ClipOutput(const ClipOutput&) = delete;
  ClipOutput& operator=(const ClipOutput&) = delete;
  ~ClipOutput() override;

  void begin(const clips::Clip& clip) override;
  void frame(const clips::Clip& clip, const clips::RingFrame& frame, const HeldFrame& held) override;
  void end(const clips::Clip& clip) override;

  /// Tags, which follow the first segment: until then the last event of each scope, as pads keep them. Takes ownership.
  void push_tags(GstEvent* event);

  /// Pushes EOS, once in a stream.
  void push_eos();

  /// Another stream begins, which has tags and an end of its own.
  void new_stream();

  /// Downstream was flushed: running time begins at 0.
  void flush();

  /// What the last push said; nothing is pushed after a failure until flush().
  GstFlowReturn flow() const { return flow_; }

 private:
  void begin_stream(const clips::Clip& clip, const clips::RingFrame& frame, const HeldFrame& held);
  void push_format(const HeldFrame& held);
  void push_segment();
  void push_headers(const RingFormat& format);
  GstBuffer* stamped(const clips::RingFrame& frame, const HeldFrame& held) const;
  void post(GstStructure* structure);
  void forget_tags();

  GstElement* element_;
  GstPad* source_pad_;
  GstFlowReturn flow_ = GST_FLOW_OK;
  bool had_segment_ = false;
  bool had_eos_ = false;
  std::vector<GstEvent*> waiting_;  // tags, for the first segment
  GstCaps* caps_ = nullptr;         // downstream's
  std::uint32_t format_ = 0;        // of the last frame
  CaptureTime capture_time_;

  std::optional<clips::Clip> before_;
  Time base_{0};   // running time of the clip's first frame
  Time start_{0};  // the ring's time of it
  Time shift_{0};  // how far it is decoded ahead
  std::optional<Time> wall_clock_;
};

}  // namespace omv::gst
