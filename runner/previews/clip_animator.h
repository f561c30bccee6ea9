// SPDX-License-Identifier: LGPL-2.1-or-later
// A GIF beside each clip, made when there is time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "rig/model.h"
#include "runner/log.h"
#include "runner/previews/animation.h"

namespace omv::runner {

/// What the preview beside a file is called.
std::string preview_path_of(const std::string& path);

/// One thread, the nicest of all, that makes one animation after the other, and never more than kMostWaiting behind:
/// further clips stay without. What waits when this goes is left; restarts make up for it. Any thread.
class ClipAnimator {
 public:
  static constexpr std::size_t kMostWaiting = 200;

  /// Called on its thread with each recording that has got an animation.
  using OnMade = std::function<void(const std::string& recording)>;

  explicit ClipAnimator(Log& log, OnMade on_made = nullptr);
  ClipAnimator(const ClipAnimator&) = delete;
  ClipAnimator& operator=(const ClipAnimator&) = delete;
  ~ClipAnimator();

  /// A clip is finished. Nothing happens when its record wants no preview.
  void add(const rig::Record& record, Recording clip);

  /// Animations so far.
  std::uint64_t made() const { return made_; }

 private:
  struct Job {
    Recording clip;
    AnimationOptions options;
  };

  void run();
  void make(const Job& job);
  void try_to_make(const Job& job);

  Log& log_;
  const OnMade on_made_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Job> jobs_;
  std::atomic<bool> ending_ = false;
  std::atomic<std::uint64_t> made_ = 0;
  std::thread thread_;
};

}  // namespace omv::runner
