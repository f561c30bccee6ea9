// SPDX-License-Identifier: LGPL-2.1-or-later
// The frames of one clip between the thread that has them and the one that writes them, in bounded memory.
#pragma once

#include <gst/gst.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/ring_input.h"
#include "omv/recording/clips/clip.h"

namespace omv::gst {

/// Bytes that all clips of a writer may hold together. Any thread.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t limit) : limit_(limit) {}

  bool take(std::uint64_t bytes);  ///< false: there is no room for so many
  void give_back(std::uint64_t bytes) { taken_ -= bytes; }
  std::uint64_t taken() const { return taken_; }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> taken_ = 0;
};

/// Times count from the beginning of the clip; GST_CLOCK_STIME_NONE when unknown.
struct ClipFrame {
  HeldFrame held;
  GstClockTimeDiff pts = 0;
  GstClockTimeDiff dts = GST_CLOCK_STIME_NONE;
  std::uint64_t sequence = 0;
  bool is_key = true;
  std::uint64_t memory = 0;  ///< that holding it takes
};

enum class LossReason {
  queue_full,  ///< the writer did not keep up
  disk_full,
  failed  ///< the muxer, or the disk in another way
};

/// Frames of a clip that are not in its file, one behind the other.
struct ClipLoss {
  LossReason reason = LossReason::queue_full;
  std::uint64_t first_sequence = 0;
  std::uint64_t frames = 0;
};

/// All losses of a clip; the list is bounded, the counts are not.
class ClipLosses {
 public:
  static constexpr std::size_t kMaxListed = 1000;

  /// In the order of sequences for each reason.
  void add(LossReason reason, std::uint64_t sequence);

  /// What both have, in the order of sequences.
  void merge(const ClipLosses& others);

  const std::vector<ClipLoss>& listed() const { return listed_; }
  std::uint64_t frames() const;
  std::uint64_t frames(LossReason reason) const { return frames_[static_cast<std::size_t>(reason)]; }

  bool has(std::uint64_t sequence) const;              ///< among the listed ones
  std::uint64_t before(std::uint64_t sequence) const;  ///< frames among the listed ones in front of it

 private:
  std::vector<ClipLoss> listed_;
  std::array<std::uint64_t, 3> frames_{};  // by reason
};

/// add() and end() belong to one thread and wait for nothing but a short lock, next() and what follows to another.
class ClipInput {
 public:
  explicit ClipInput(std::shared_ptr<ByteBudget> budget) : budget_(std::move(budget)) {}
  ClipInput(const ClipInput&) = delete;
  ClipInput& operator=(const ClipInput&) = delete;
  ~ClipInput();

  /// A frame for which there is no room is lost, and so is what follows it up to the next key frame.
  void add(ClipFrame frame);
  void end(clips::Clip facts);

  /// Waits for a frame; nullopt when the clip has ended and all were taken. Its bytes count until release().
  std::optional<ClipFrame> next();
  void release(ClipFrame& frame);

  /// After the end: what the clip is, and which of its frames never came out of here.
  const clips::Clip& facts() const { return *facts_; }
  const ClipLosses& losses() const { return losses_; }

 private:
  std::shared_ptr<ByteBudget> budget_;
  bool is_dropping_ = false;  // the adding thread's
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ClipFrame> frames_;
  ClipLosses losses_;
  std::optional<clips::Clip> facts_;
};

}  // namespace omv::gst
