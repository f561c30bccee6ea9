// SPDX-License-Identifier: LGPL-2.1-or-later
// The ring: holds frames of any kind, and gives them out as clips when a trigger asks.
#pragma once

#include <deque>
#include <utility>

#include "omv/recording/clips/clip_machine.h"

namespace omv::clips {

/// Takes clips as they become known: begin, then each frame once and in order, then end. The next clip begins after
/// that. Calls come from within the ring's own functions; the ring must not be called from them.
template <typename Payload>
class ClipTarget {
 public:
  virtual ~ClipTarget() = default;

  /// Facts as far as they are known: number, start, first sequence, continues, what the pre-roll is, triggers so far.
  virtual void begin(const Clip& clip) = 0;
  virtual void frame(const Clip& clip, const RingFrame& frame, const Payload& payload) = 0;
  virtual void end(const Clip& clip) = 0;
};

/// Holds payloads beside the frames of a ClipMachine, which decides. A payload is moved in, handed out by reference and
/// destroyed when the ring forgets its frame: it should be a counted reference to the frame's bytes.
///
///     class Writer final : public ClipTarget<BufferPtr> { ... };
///     ClipRing<BufferPtr> ring(settings, writer);
///     ring.push({.time = running_time, .bytes = size, .key = is_key, .format = caps_number}, std::move(buffer));
///     ring.trigger({.source = "door", .time = running_time});
///
/// Not synchronised: one thread at a time. Whoever wants no lock around its target collects what it is told and acts
/// afterwards.
template <typename Payload>
class ClipRing : private ClipMachine::Listener {
 public:
  ClipRing(const ClipSettings& settings, ClipTarget<Payload>& target) : target_(target), machine_(settings, *this) {}
  ClipRing(const ClipRing&) = delete;
  ClipRing& operator=(const ClipRing&) = delete;
  ~ClipRing() override = default;

  void push(const Frame& frame, Payload payload) {
    payloads_.push_back(std::move(payload));
    machine_.push(frame);
  }

  /// What each of these does is said in ClipMachine.
  void trigger(const Trigger& trigger) { machine_.trigger(trigger); }
  void advance(Time time) { machine_.advance(time); }
  void change(const ClipSettings& settings) { machine_.change(settings); }
  void flush() { machine_.flush(); }
  void end_of_stream() { machine_.end_of_stream(); }
  void stop() { machine_.stop(); }

  State state() const { return machine_.state(); }
  bool is_done() const { return machine_.is_done(); }
  RingStats stats() const { return machine_.stats(); }

 private:
  void on_begin(const Clip& clip) override { target_.begin(clip); }
  void on_frame(const Clip& clip, const RingFrame& frame) override {
    target_.frame(clip, frame, payloads_[frame.sequence - first_]);
  }
  void on_end(const Clip& clip) override { target_.end(clip); }
  void on_forget() override {
    payloads_.pop_front();
    ++first_;
  }

  ClipTarget<Payload>& target_;
  std::deque<Payload> payloads_;
  std::uint64_t first_ = 0;  // sequence number of the first payload
  ClipMachine machine_;
};

}  // namespace omv::clips
