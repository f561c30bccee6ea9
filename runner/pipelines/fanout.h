// SPDX-License-Identifier: LGPL-2.1-or-later
// From a camera to everything that takes its frames.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <mutex>
#include <vector>

#include "omv/base/clock.h"

namespace omv::runner {

/// Takes frames on the camera's streaming thread.
class FrameTaker {
 public:
  virtual ~FrameTaker() = default;

  /// Waits for nothing. The timestamp of the buffer is its running time; both are shared with others.
  virtual void take(GstBuffer* frame, GstCaps* caps) = 0;
};

struct FrameCounts {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  Time last{0};  ///< when the last one came, as Timebase::now() has it
};

/// Any thread. Outlives the pipelines of its camera, and those who take.
class Fanout {
 public:
  void add(FrameTaker* taker);
  void remove(FrameTaker* taker);  ///< it is not called any more when this returns

  void put(GstBuffer* frame, GstCaps* caps, Time now);
  FrameCounts counts() const;
  GstCaps* caps() const;  ///< of the last frame, a reference for the caller; NULL: none yet

  Fanout() = default;
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;
  ~Fanout() { gst_clear_caps(&caps_); }

 private:
  mutable std::mutex mutex_;
  std::vector<FrameTaker*> takers_;
  FrameCounts counts_;
  GstCaps* caps_ = nullptr;
};

}  // namespace omv::runner
