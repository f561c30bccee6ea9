// SPDX-License-Identifier: LGPL-2.1-or-later
// A pool for the first halves and a thread for the second ones, which share a state that goes with the last of them.
#include "omv/storage/write_queue.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "omv/base/ordered_pool.h"

namespace omv::storage {

namespace {

// Work runs ahead of what is finished by so many items at most: each may have files open.
constexpr std::uint64_t kMaxAhead = 32;

}  // namespace

struct WriteQueue::State {
  struct Done {
    Finish finish;
    std::uint64_t bytes = 0;
  };

  explicit State(const WriteQueueOptions& options)
      : max_bytes(options.max_bytes), pool(std::max<std::size_t>(options.threads, 1)) {}

  bool has_room(std::uint64_t more) const { return size == 0 || (bytes <= max_bytes && more <= max_bytes - bytes); }
  void wait_for_turn(std::uint64_t number);
  void take_off(std::uint64_t done_bytes);
  void wait_until_ended();

  const std::uint64_t max_bytes;
  Completion predecessor;  // the finishing thread's alone

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t bytes = 0;
  std::size_t size = 0;
  std::uint64_t added = 0;
  std::uint64_t finished = 0;
  bool interrupted = false;
  bool ended = false;

  OrderedPool<Done> pool;  // last: its threads use what is above
};

// Items begin in order, so the oldest one never waits here.
void WriteQueue::State::wait_for_turn(std::uint64_t number) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return number < finished + kMaxAhead; });
}

void WriteQueue::State::take_off(std::uint64_t done_bytes) {
  const std::lock_guard lock(mutex);
  bytes -= done_bytes;
  --size;
  ++finished;
  changed.notify_all();
}

void WriteQueue::State::wait_until_ended() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return ended; });
}

WriteQueue::WriteQueue(const WriteQueueOptions& options, Completion predecessor)
    : state_(std::make_shared<State>(options)) {
  state_->predecessor = std::move(predecessor);
  std::thread([state = state_] { finish_all(state); }).detach();
}

WriteQueue::~WriteQueue() { state_->pool.close(); }

void WriteQueue::finish_all(const Completion& state) {
  if (state->predecessor) state->predecessor->wait_until_ended();
  state->predecessor.reset();
  while (auto done = state->pool.next()) {
    done->finish();
    done->finish = nullptr;  // what it holds goes before its bytes are given back
    state->take_off(done->bytes);
  }
  const std::lock_guard lock(state->mutex);
  state->ended = true;
  state->changed.notify_all();
}

WriteQueue::Added WriteQueue::add(std::uint64_t bytes, Work work, bool wait) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (!state.has_room(bytes) && !wait) return Added::full;
  state.changed.wait(lock, [&] { return state.interrupted || state.has_room(bytes); });
  if (!state.has_room(bytes)) return Added::interrupted;
  state.bytes += bytes;
  ++state.size;
  const std::uint64_t number = state.added++;
  lock.unlock();
  state.pool.submit([&state, number, bytes, work = std::move(work)]() -> State::Done {
    state.wait_for_turn(number);
    return {work(), bytes};
  });
  return Added::yes;
}

bool WriteQueue::wait_until_done() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->interrupted || state_->size == 0; });
  return state_->size == 0;
}

void WriteQueue::interrupt(bool interrupted) {
  const std::lock_guard lock(state_->mutex);
  state_->interrupted = interrupted;
  state_->changed.notify_all();
}

std::uint64_t WriteQueue::bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->bytes;
}

std::size_t WriteQueue::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->size;
}

}  // namespace omv::storage
