// SPDX-License-Identifier: LGPL-2.1-or-later
// One session after the other, until the end is the end.
#include "omv/camera/live_camera.h"

#include <algorithm>
#include <utility>

#include "omv/camera/transport/fd_transport.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kLastWordsTime = 1s;  // from a script's end to its last text
constexpr int kMaxDoublings = 30;

Time now() { return Clock::steady()->now(); }

Time growing_delay(Time first, Time longest, int tries) {
  Time delay = first;
  for (int i = 0; i < std::min(tries, kMaxDoublings) && delay < longest; ++i) delay *= 2;
  return std::min(delay, longest);
}

}  // namespace

LiveCamera::LiveCamera(LiveOptions options, Opener open, FrameAllocator allocate, LiveListener& listener)
    : options_(std::move(options)),
      open_(std::move(open)),
      allocate_(std::move(allocate)),
      listener_(listener),
      thread_([this] { run(); }) {}

LiveCamera::~LiveCamera() {
  stopping_ = true;
  cancellation_->cancel();
  thread_.join();
}

void LiveCamera::wake() {
  if (serving_) cancellation_->cancel();
}

LiveStats LiveCamera::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void LiveCamera::run() {
  Error why;
  do why = keep();
  while (!stopping_ && wait_before_retry(why));
  if (!stopping_) listener_.on_end(why);
}

// From the opening of the link to its end.
Error LiveCamera::keep() {
  auto transport = open_(cancellation_, was_found_);
  if (!transport) return std::move(transport).error();
  begin_session();
  const Protocol protocol = std::exchange(known_protocol_, std::nullopt).value_or(options_.protocol);
  Connection link(*std::move(transport), make_host_session(protocol, options_.session, allocate_));
  serving_ = true;
  Error why = serve(link);
  serving_ = false;
  if (stopping_) cancellation_->reset();
  link.farewell();
  publish(link.session().stats());
  return why;
}

void LiveCamera::begin_session() {
  const std::lock_guard lock(mutex_);
  earlier_ = stats_.session;
  is_found_ = holding_ = false;
  console_ = ScriptConsole();
  script_ = Script::awaited;
  last_words_due_ = restart_due_ = frame_due_ = kNever;
}

// False when there is nothing to be waited for.
bool LiveCamera::wait_before_retry(const Error& why) {
  // A late wake() interrupts the opening of the next link.
  if (why.code == Errc::cancelled) {
    cancellation_->reset();
    return !stopping_;
  }
  if (why.code == Errc::end || !options_.reconnect || !was_found_) return false;
  if (is_found_) listener_.on_lost(why);
  is_found_ = false;
  const Time due = now() + growing_delay(options_.reconnect_delay, options_.reconnect_delay_max, tries_++);
  while (!stopping_ && now() < due) {
    (void)wait_for(-1, 0, due, *cancellation_);
    cancellation_->reset();
  }
  return !stopping_;
}

Error LiveCamera::serve(Connection& link) {
  while (true) {
    if (const bool full = !listener_.has_room(); full != holding_) link.session().hold(holding_ = full, now());
    if (const auto due = check_due(link); !due) return due.error();
    auto event = link.next_event(next_due());
    publish(link.session().stats());
    if (event) {
      if (const auto taken = take(*std::move(event), link); !taken) return taken.error();
      continue;
    }
    if (event.error().code == Errc::cancelled) {
      cancellation_->reset();
      if (stopping_) return std::move(event).error();
    } else if (event.error().code != Errc::timeout) {
      if (script_ == Script::ended && last_words_due_ != kNever)
        if (const auto finished = finish_script(); !finished) return finished.error();
      return std::move(event).error();
    }
  }
}

// --- What is due ---

Time LiveCamera::next_due() const {
  const Time frame = holding_ ? kNever : frame_due_;
  return std::min({last_words_due_, restart_due_, frame});
}

// An error ends the session.
Result<void> LiveCamera::check_due(Connection& link) {
  const Time time = now();
  const bool last_words =
      script_ == Script::ended && last_words_due_ != kNever && (console_.has_last_words() || time >= last_words_due_);
  if (last_words) return finish_script();
  if (time >= restart_due_) {
    restart_due_ = kNever;
    const bool legacy = board_.protocol == Protocol::usbdbg && options_.session.legacy_script;
    link.session().execute(legacy ? *options_.session.legacy_script : options_.session.script.value_or(""), time);
  }
  if (holding_ && frame_due_ != kNever) frame_due_ = time + options_.frame_timeout;
  if (time < frame_due_) return {};
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(options_.frame_timeout);
  return Error{Errc::timeout, link.describe() + " has sent no frame for " + std::to_string(waited.count()) + " ms"};
}

// The script's last words have been read, or will not come.
Result<void> LiveCamera::finish_script() {
  last_words_due_ = kNever;
  if (!listener_.on_script_ended(console_.failure())) return Error{Errc::end, "the camera's script has ended"};
  restart_due_ = now() + growing_delay(options_.reconnect_delay, options_.reconnect_delay_max, tries_++);
  frame_due_ = kNever;
  gap_ = true;
  const std::lock_guard lock(mutex_);
  ++stats_.script_restarts;
  return {};
}

// --- What has come ---

Result<void> LiveCamera::take(HostEvent event, Connection& link) {
  if (auto* frame = std::get_if<FrameReceived>(&event)) take_frame(std::move(*frame));
  if (const auto* text = std::get_if<TextReceived>(&event)) take_text(*text);
  if (const auto* data = std::get_if<ChannelData>(&event)) listener_.on_channel(*data);
  if (std::holds_alternative<Resynced>(event)) gap_ = true;
  if (const auto* connected = std::get_if<Connected>(&event)) {
    is_found_ = true;
    if (std::exchange(was_found_, true)) {
      gap_ = true;
      const std::lock_guard lock(mutex_);
      ++stats_.reconnects;
    }
    board_ = connected->board;
    known_protocol_ = board_.protocol;
    listener_.on_found(board_);
  }
  if (std::holds_alternative<ScriptStarted>(event)) {
    script_ = Script::running;
    if (options_.frame_timeout.count() > 0) frame_due_ = now() + options_.frame_timeout;
    listener_.on_script_started();
  }
  if (std::holds_alternative<ScriptEnded>(event) && script_ == Script::running) {
    script_ = Script::ended;
    last_words_due_ = now() + kLastWordsTime;
    frame_due_ = kNever;
    console_.expect_last_words();
  }
  if (const auto* lost = std::get_if<ConnectionLost>(&event))
    return Error{lost->error.code, link.describe() + ": " + lost->error.message};
  return {};
}

void LiveCamera::take_frame(FrameReceived frame) {
  tries_ = 0;
  if (options_.frame_timeout.count() > 0 && script_ == Script::running) frame_due_ = now() + options_.frame_timeout;
  {
    const std::lock_guard lock(mutex_);
    stats_.fps = frame.fps;
  }
  listener_.on_frame(std::move(frame), std::exchange(gap_, false));
}

void LiveCamera::take_text(const TextReceived& text) {
  console_.take(text.text);
  while (const auto line = console_.next_line()) listener_.on_line(*line, text.arrival);
}

void LiveCamera::publish(const HostStats& session) {
  const std::lock_guard lock(mutex_);
  stats_.session = earlier_ + session;
}

}  // namespace omv::camera
