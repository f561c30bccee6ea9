// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers in the order of their coming.
#include "common/path_queue.h"

#include <utility>

namespace omv::gst {

PathQueue::Place::Place(PathQueue& queue, std::string path) : queue_(queue), path_(std::move(path)) {
  const std::lock_guard hold(queue_.mutex_);
  number_ = queue_.next_++;
  queue_.places_[path_].push_back(number_);
}

PathQueue::Place::~Place() {
  const std::lock_guard hold(queue_.mutex_);
  const auto found = queue_.places_.find(path_);
  std::erase(found->second, number_);
  if (found->second.empty()) queue_.places_.erase(found);
  queue_.changed_.notify_all();
}

Result<void> PathQueue::Place::wait() {
  std::unique_lock hold(queue_.mutex_);
  const auto is_first = [this] { return queue_.places_[path_].front() == number_; };
  queue_.changed_.wait(hold, [&] { return queue_.given_up_ || is_first(); });
  if (is_first()) return {};
  return Error{Errc::cancelled, path_ + ": the clip before is still being written there"};
}

void PathQueue::give_up() {
  const std::lock_guard hold(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

}  // namespace omv::gst
