// SPDX-License-Identifier: LGPL-2.1-or-later
// When to walk, and what is said of it.
#include "runner/files/recovery.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

constexpr WallTime kGranularity = std::chrono::seconds(1);  // of times of files, generously
constexpr std::chrono::seconds kLastPatience{2};            // with a walk that was given up

}  // namespace

// Its thread holds it, until the disk lets go of that.
struct Recovery::Thread {
  RecoveryWalk walk;
  std::mutex mutex;
  std::condition_variable changed;
  bool has_ended = false;

  // What there is no memory for is found by the next one.
  void run() {
    try {
      look_through(walk);
    } catch (const std::exception&) {
    }
    const std::lock_guard hold(mutex);
    has_ended = true;
    changed.notify_all();
  }

  void wait_a_moment() {
    std::unique_lock hold(mutex);
    changed.wait_for(hold, kLastPatience, [this] { return has_ended; });
  }
};

Recovery::~Recovery() {
  const std::shared_ptr<Thread> last = current_;
  stop();
  if (last) last->wait_a_moment();
}

void Recovery::start(const rig::Rig& rig) {
  stop();
  rig_ = rig;
  is_started_ = true;
  backoff_ = Backoff(pace_.first, pace_.longest);
  begin();
}

void Recovery::follow(const rig::Rig& rig) {
  if (!is_started_) return start(rig);
  rig_ = rig;
}

void Recovery::stop() {
  if (current_) current_->walk.cancelled = true;
  current_.reset();
  next_.reset();
  told_.clear();
  is_started_ = is_wanted_ = must_try_again_ = false;
}

void Recovery::look_again() {
  if (!is_started_) return;
  is_wanted_ = true;
  if (current_ || next_) return;
  next_ = services_.loop.after(backoff_.next(), [this] { begin(); });
}

// What it tells is heard on the loop's thread, unless it was given up by then.
void Recovery::begin() {
  next_.reset();
  is_wanted_ = must_try_again_ = false;
  current_ = std::make_shared<Thread>();
  current_->walk.rig = rig_;
  current_->walk.begun = std::chrono::duration_cast<WallTime>(wall_clock_now()) - kGranularity;
  current_->walk.expect = services_.expect;
  current_->walk.is_kept = keeper_.known();
  const std::weak_ptr<Thread> weak = current_;
  current_->walk.tell = [this, weak](const std::string& part, Result<Salvage> salvage) {
    EventLoop::post([this, weak, part, salvage = std::move(salvage)] {
      const std::shared_ptr<Thread> thread = weak.lock();
      if (thread && !thread->walk.cancelled) on_part(part, salvage);
    });
  };
  try {
    begin_thread();
  } catch (const std::system_error& error) {
    current_.reset();
    services_.log.warning("recovery", std::string("it has to wait for a thread: ") + error.what());
    look_again();
  }
}

void Recovery::begin_thread() {
  std::thread([this, thread = current_] {
    thread->run();
    EventLoop::post([this, thread] {
      if (!thread->walk.cancelled) on_end();
    });
  }).detach();
}

void Recovery::on_part(const std::string& part, const Result<Salvage>& salvage) {
  if (salvage) return on_salvage_(part, *salvage);
  if (salvage.error().code == Errc::full || salvage.error().code == Errc::io) must_try_again_ = true;
  if (told_.insert(part).second)
    services_.log.warning("recovery", "left as it is: " + salvage.error().message, {{"path", part}});
}

void Recovery::on_end() {
  current_.reset();
  services_.log.debug("recovery", "what was left unfinished has been looked through");
  if (!must_try_again_) backoff_.reset();
  if (must_try_again_ || is_wanted_) look_again();
}

}  // namespace omv::runner
