// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that work on jobs side by side while their results are taken in the order of submission.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace omv {

/// submit() from one thread, next() from another (or the same); close() and cancel() from any. The destructor cancels
/// and joins: a job that runs is waited for.
template <typename Output>
class OrderedPool {
 public:
  using Job = std::function<Output()>;

  explicit OrderedPool(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;
  ~OrderedPool() {
    cancel();
    for (std::thread& thread : threads_) thread.join();
  }

  std::size_t threads() const { return threads_.size(); }

  /// Jobs whose results have not been taken yet: those that wait, run, or are done.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return slots_.size();
  }

  /// False after close() or cancel(). Never waits: whoever submits watches size().
  bool submit(Job job) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    slots_.push_back(std::make_shared<Slot>(Slot{std::move(job), std::nullopt}));
    waiting_.push_back(slots_.back());
    work_.notify_one();
    return true;
  }

  /// The result of the oldest job, waiting for it. nullopt: closed and all taken, or cancelled.
  std::optional<Output> next() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return cancelled_ || is_oldest_done() || (closed_ && slots_.empty()); });
    if (cancelled_ || slots_.empty()) return std::nullopt;
    std::optional<Output> output = std::move(slots_.front()->output);
    slots_.pop_front();
    return output;
  }

  /// No more jobs; those that were submitted are finished and can be taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    work_.notify_all();
    done_.notify_all();
  }

  /// Forgets the jobs that have not begun and all results.
  void cancel() {
    const std::lock_guard lock(mutex_);
    closed_ = cancelled_ = true;
    waiting_.clear();
    slots_.clear();
    work_.notify_all();
    done_.notify_all();
  }

 private:
  struct Slot {
    Job job;
    std::optional<Output> output;
  };

  bool is_oldest_done() const { return !slots_.empty() && slots_.front()->output.has_value(); }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::shared_ptr<Slot> slot = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      Output output = slot->job();
      slot->job = nullptr;  // what the job holds goes now, not when its result is taken
      lock.lock();
      slot->output.emplace(std::move(output));
      done_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Slot>> waiting_;  // not begun
  std::deque<std::shared_ptr<Slot>> slots_;    // not taken, oldest first
  std::vector<std::thread> threads_;
  bool closed_ = false;
  bool cancelled_ = false;
};

}  // namespace omv
