// SPDX-License-Identifier: LGPL-2.1-or-later
// Work that is done side by side and finished in order, bounded by the bytes it holds, by threads that outlive its
// owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace omv::storage {

struct WriteQueueOptions {
  std::uint64_t max_bytes = 0;  ///< held by items that are not finished
  std::size_t threads = 1;
};

/// An item has two halves: its work, which runs on one of several threads, and what the work returns, which runs on one
/// thread, in the order of add(). add() and wait_until_done() belong to one thread, the rest may be called from any.
/// Destroying the queue waits for nothing: what was added is finished by its threads, which then end.
class WriteQueue {
 public:
  using Finish = std::function<void()>;
  using Work = std::function<Finish()>;
  enum class Added { yes, full, interrupted };

  /// Stands for everything that a queue has to finish, and may outlive the queue.
  struct State;
  using Completion = std::shared_ptr<State>;

  /// Nothing is finished before `predecessor` (may be null) has finished everything.
  explicit WriteQueue(const WriteQueueOptions& options, Completion predecessor = nullptr);
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;
  ~WriteQueue();

  /// `bytes` are what the item holds until it is finished. One item is always taken, however large. Without room:
  /// waits for it, or with `wait` false returns full at once.
  Added add(std::uint64_t bytes, Work work, bool wait);

  /// Waits until everything is finished; false: interrupted.
  bool wait_until_done();

  /// Ends waiting in the two above at once, until it is taken back.
  void interrupt(bool interrupted);

  Completion completion() const { return state_; }
  std::uint64_t bytes() const;  ///< held now
  std::size_t size() const;     ///< items not finished

 private:
  static void finish_all(const Completion& state);

  Completion state_;
};

}  // namespace omv::storage
