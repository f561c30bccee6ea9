// SPDX-License-Identifier: LGPL-2.1-or-later
// Clips on their way to the disk, several at a time, by threads that nobody waits for.
#pragma once

#include <memory>

#include "common/clip_desk.h"
#include "common/clip_input.h"

namespace omv::gst {

/// One thread gives clips and frames, and waits for nothing. Up to kMaxClips clips are written at the same time, each
/// by its own thread; more wait within the bytes that all may hold, and are lost as a whole beyond that, and when the
/// system has no thread for them at all. Destroying the writer waits for nothing either: what it was given is finished
/// by its threads, which then end.
class ClipWriter {
 public:
  static constexpr std::size_t kMaxClips = 4;

  ClipWriter(ClipDeskOptions options, std::uint64_t max_bytes, std::shared_ptr<ClipListener> listener,
             std::shared_ptr<ClipCounters> counters);
  ClipWriter(const ClipWriter&) = delete;
  ClipWriter& operator=(const ClipWriter&) = delete;
  ~ClipWriter();

  /// A clip; its frames; its end. The next one begins after that.
  void begin(ClipOpening opening);
  void add(ClipFrame frame);
  void end(clips::Clip facts);

  /// Waits until all clips that have ended are done; false: interrupted. Any thread.
  bool wait_until_done();

  /// Ends that at once, until it is taken back. Any thread.
  void interrupt(bool interrupted);

  std::uint64_t queued_bytes() const { return budget_->taken(); }
  std::size_t unfinished() const;  ///< clips

 private:
  struct State;
  bool assign(ClipOpening opening);
  void refuse(LossReason reason, Error error);
  void tell_of(ClipReport lost);
  static void tell_all(const std::shared_ptr<State>& state);
  static void write_all(const std::shared_ptr<State>& state);

  std::shared_ptr<ByteBudget> budget_;
  std::shared_ptr<State> state_;
  std::shared_ptr<ClipInput> input_;  // of the clip that is open; null when it is refused
  ClipLosses refused_;                // of a clip that is
  LossReason refusal_ = LossReason::queue_full;
  Error refused_for_;
  std::uint64_t turns_ = 0;
};

}  // namespace omv::gst
