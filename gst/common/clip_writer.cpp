// SPDX-License-Identifier: LGPL-2.1-or-later
// A few threads and the clips that wait for one.
#include "common/clip_writer.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "common/clip_job.h"

namespace omv::gst {

namespace {

// What a clip holds besides its frames.
constexpr std::uint64_t kBytesBeside = 16u << 10;

struct Assignment {
  ClipOpening opening;
  std::shared_ptr<ClipInput> input;
};

// False when the system has no thread to give.
template <typename Work>
bool start_thread(Work work) {
  try {
    std::thread(std::move(work)).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

struct ClipWriter::State {
  State(ClipDeskOptions options, std::shared_ptr<ClipListener> listener, std::shared_ptr<ClipCounters> counters)
      : desk(std::move(options), std::move(listener), std::move(counters)) {}

  ClipDesk desk;
  std::shared_ptr<ByteBudget> budget;

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Assignment> waiting;
  std::deque<ClipReport> refused;  // of which nobody knows yet
  bool is_telling = false;
  std::size_t threads = 0;
  std::size_t unfinished = 0;
  bool interrupted = false;
};

ClipWriter::ClipWriter(ClipDeskOptions options, std::uint64_t max_bytes, std::shared_ptr<ClipListener> listener,
                       std::shared_ptr<ClipCounters> counters)
    : budget_(std::make_shared<ByteBudget>(max_bytes)),
      state_(std::make_shared<State>(std::move(options), std::move(listener), std::move(counters))) {
  state_->budget = budget_;
  start_thread([state = state_] { state->desk.look_for_leftovers(); });
}

ClipWriter::~ClipWriter() { state_->desk.hurry(); }

void ClipWriter::begin(ClipOpening opening) {
  refused_ = {};
  if (!budget_->take(kBytesBeside)) {
    refuse(LossReason::queue_full, {Errc::limit, "queue-size: the clips before it hold all of it"});
    return;
  }
  if (assign(std::move(opening))) return;
  input_.reset();
  budget_->give_back(kBytesBeside);
  refuse(LossReason::failed, {Errc::limit, "the system has no thread to write it"});
}

// A thread that lives will come to it, where there is none to be had for it alone.
bool ClipWriter::assign(ClipOpening opening) {
  input_ = std::make_shared<ClipInput>(budget_);
  opening.turn = turns_;
  const std::lock_guard lock(state_->mutex);
  state_->waiting.push_back({std::move(opening), input_});
  if (state_->threads < kMaxClips && start_thread([state = state_] { write_all(state); })) ++state_->threads;
  if (state_->threads == 0) {
    state_->waiting.pop_back();
    return false;
  }
  ++turns_;
  ++state_->unfinished;
  return true;
}

void ClipWriter::refuse(LossReason reason, Error error) {
  refusal_ = reason;
  refused_for_ = std::move(error);
}

void ClipWriter::add(ClipFrame frame) {
  if (input_)
    input_->add(std::move(frame));
  else
    refused_.add(refusal_, frame.sequence);
}

void ClipWriter::end(clips::Clip facts) {
  if (input_) {
    input_->end(std::move(facts));
    input_.reset();
    return;
  }
  ClipReport lost;
  lost.clip = std::move(facts);
  lost.losses = std::exchange(refused_, {});
  lost.error = refused_for_;
  tell_of(std::move(lost));
}

// Listeners may call whoever has called here. Without a thread, the next one tells, or wait_until_done().
void ClipWriter::tell_of(ClipReport lost) {
  const std::lock_guard lock(state_->mutex);
  ++state_->unfinished;
  state_->refused.push_back(std::move(lost));
  if (!state_->is_telling) state_->is_telling = start_thread([state = state_] { tell_all(state); });
}

void ClipWriter::tell_all(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (!state->refused.empty()) {
    const ClipReport lost = std::move(state->refused.front());
    state->refused.pop_front();
    lock.unlock();
    state->desk.done(lost);
    lock.lock();
    --state->unfinished;
    state->changed.notify_all();
  }
  state->is_telling = false;
}

void ClipWriter::write_all(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (!state->waiting.empty()) {
    Assignment clip = std::move(state->waiting.front());
    state->waiting.pop_front();
    lock.unlock();
    write_clip(state->desk, clip.opening, *clip.input);
    state->budget->give_back(kBytesBeside);
    clip = {};
    lock.lock();
    --state->unfinished;
    state->changed.notify_all();
  }
  --state->threads;
}

bool ClipWriter::wait_until_done() {
  std::unique_lock lock(state_->mutex);
  if (!std::exchange(state_->is_telling, true)) {
    lock.unlock();
    tell_all(state_);
    lock.lock();
  }
  state_->changed.wait(lock, [this] { return state_->interrupted || state_->unfinished == 0; });
  return state_->unfinished == 0;
}

void ClipWriter::interrupt(bool interrupted) {
  const std::lock_guard lock(state_->mutex);
  state_->interrupted = interrupted;
  state_->changed.notify_all();
}

std::size_t ClipWriter::unfinished() const {
  const std::lock_guard lock(state_->mutex);
  return state_->unfinished;
}

}  // namespace omv::gst
