// SPDX-License-Identifier: LGPL-2.1-or-later
// A queue and its thread.
#include "runner/files/disk_thread.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "runner/guarded.h"

namespace omv::runner {

struct DiskThread::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> works;
  bool is_ending = false;
  bool has_ended = false;

  void run() {
    std::unique_lock hold(mutex);
    for (;;) {
      changed.wait(hold, [this] { return is_ending || !works.empty(); });
      if (works.empty()) break;
      const std::function<void()> work = std::move(works.front());
      works.pop_front();
      hold.unlock();
      guarded(work);
      hold.lock();
    }
    has_ended = true;
    changed.notify_all();
  }
};

DiskThread::DiskThread() : shared_(std::make_shared<Shared>()) {
  std::thread([shared = shared_] { shared->run(); }).detach();
}

DiskThread::~DiskThread() { (void)finish(Time(0)); }

void DiskThread::post(std::function<void()> work) {
  const std::lock_guard hold(shared_->mutex);
  shared_->works.push_back(std::move(work));
  shared_->changed.notify_all();
}

bool DiskThread::finish(Time patience) {
  std::unique_lock hold(shared_->mutex);
  shared_->is_ending = true;
  shared_->changed.notify_all();
  return shared_->changed.wait_for(hold, patience, [this] { return shared_->has_ended; });
}

}  // namespace omv::runner
