// SPDX-License-Identifier: LGPL-2.1-or-later
// Draining, time, the polling cycle, and what the caller wants.
#include "omv/camera/usbdbg/host_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/prompt.h"
#include "omv/camera/script_text.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;
using namespace usbdbg;

constexpr Time kQuiet = 100ms;      // of stale input, before anything is asked
constexpr Time kLongestDrain = 3s;  // for the rest of a frame that another host has left
constexpr Time kCycle = 10ms;
constexpr Time kNextFrame = 1ms;  // after one that was there
constexpr Time kRunningCycle = 50ms;
constexpr Time kPatience = 300ms;
constexpr Time kAbsence = 250ms;
constexpr std::size_t kBabbleKept = 256;
constexpr std::uint32_t kPacket = 64;

// What TX_BUF may be asked for: never more than there is, and not a whole number of packets (section 3).
std::uint32_t text_request(std::uint32_t waiting) {
  const auto count = std::min<std::uint32_t>(waiting, CommandLink::kMaxAnswer);
  return count > 0 && count % kPacket == 0 ? count - 1 : count;
}

}  // namespace

UsbdbgHostSession::UsbdbgHostSession(HostOptions options, FrameAllocator allocate)
    : options_(std::move(options)),
      link_(options_.answer_timeout),
      frames_(std::move(allocate), stats_),
      script_(options_.legacy_script ? std::move(options_.legacy_script) : std::move(options_.script)) {
  board_.protocol = Protocol::usbdbg;
}

void UsbdbgHostSession::start(Time now) {
  last_seen_ = now;
  if (script_)
    if (const auto good = check_script(*script_); !good) return lose(good.error());
  phase_ = Phase::draining;
  drain_end_ = now + kQuiet;
  drain_limit_ = now + kLongestDrain;
}

void UsbdbgHostSession::lose(Error error) {
  end(closing_ ? HostEvent(Closed{}) : HostEvent(ConnectionLost{std::move(error)}));
}

// The link lets go of the frame's memory before the frame does.
void UsbdbgHostSession::end(HostEvent event) {
  phase_ = Phase::over;
  plan_.clear();
  link_.settle();
  frames_.interrupt();
  events_.push_back(std::move(event));
}

HostEvent UsbdbgHostSession::take_event() {
  HostEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

const HostStats& UsbdbgHostSession::stats() const {
  stats_.packets = link_.commands();
  return stats_;
}

// --- What arrives ---

void UsbdbgHostSession::received(std::size_t count, Time now) {
  if (phase_ == Phase::idle || phase_ == Phase::over || count == 0) return;
  note_pause(now);
  if (phase_ == Phase::draining) {
    drain(count, now);
  } else {
    const CommandLink::Input input = link_.received(count, now);
    if (input == CommandLink::Input::unasked)
      lose({Errc::unsupported, "the camera sent bytes that it was not asked for"});
    else if (input == CommandLink::Input::complete)
      handle_answer(now);
  }
  poll(now);
}

// What the camera owed the last host.
void UsbdbgHostSession::drain(std::size_t count, Time now) {
  const ConstByteSpan bytes = link_.space().first(count);
  append(babble_, bytes.first(std::min(count, kBabbleKept - std::min(kBabbleKept, babble_.size()))));
  drain_end_ = now + kQuiet;
  if (now < drain_limit_) return;
  lose(explain_babble(babble_));
}

void UsbdbgHostSession::handle_answer(Time now) {
  switch (current_) {
    case Step::version: return take_version();
    case Step::arch: return take_arch();
    case Step::sensor: return take_sensor();
    case Step::await_end: return take_end(now);
    case Step::await_start: return take_start(now);
    case Step::start_text: return take_start_text(now);
    case Step::text_size: return take_text_size(now);
    case Step::text: return take_text();
    case Step::state: return take_state(now);
    case Step::frame_size: return take_frame_size(now);
    case Step::frame_dump: return take_frame(now);
    case Step::running:
      if (bool running = false; take_running(running)) note_script(running);
      return;
    default: return;  // only that it was answered matters
  }
}

// --- Text ---

void UsbdbgHostSession::take_text_size(Time now) {
  const std::uint32_t waiting = load_le<std::uint32_t>(link_.answer().data());
  if (waiting == 0) return;
  const std::uint32_t count = text_request(waiting);
  more_text_ = count < waiting;
  text_arrival_ = now;
  current_ = Step::text;
  link_.ask(Request::tx_buf, count, now);
}

void UsbdbgHostSession::take_text() {
  add_text(link_.answer(), text_arrival_);
  if (std::exchange(more_text_, false)) cycle_due_ = Time(0);
}

void UsbdbgHostSession::add_text(ConstByteSpan bytes, Time arrival) {
  std::string text;
  decoder_.decode(bytes, text);
  if (text.empty()) return;
  stats_.text_bytes += text.size();
  events_.push_back(TextReceived{std::move(text), arrival});
}

// --- Frames ---

void UsbdbgHostSession::take_state(Time now) {
  const State state = decode_state(link_.answer());
  state_seen_ = true;
  add_text(state.text, now);
  note_script(state.has(state_flag::kScript));
  if (state.has(state_flag::kFrame)) announce(state.shape, now);
}

void UsbdbgHostSession::take_frame_size(Time now) {
  const FrameShape shape = decode_shape(link_.answer());
  if (shape != FrameShape{}) announce(shape, now);
}

void UsbdbgHostSession::announce(const FrameShape& shape, Time now) {
  if (frames_.begin(shape, link_, now)) {
    current_ = Step::frame_dump;
  } else if (!closing_) {
    plan_.push_front(Step::enable);
    plan_.push_front(Step::release);
  }
}

void UsbdbgHostSession::take_frame(Time now) {
  if (auto frame = frames_.finish(board_.firmware)) events_.push_back(std::move(*frame));
  if (!has_state_) cycle_due_ = now + kNextFrame;
}

// --- Time ---

void UsbdbgHostSession::poll(Time now) {
  note_pause(now);
  last_seen_ = now;
  if (check_time(now)) pump(now);
}

// A caller that stayed away (a paused pipeline) finds answers that only look late, and then a frame whose age nobody
// knows: it is dropped.
void UsbdbgHostSession::note_pause(Time now) {
  if (phase_ != Phase::running || now <= last_seen_ + options_.answer_timeout + kAbsence) return;
  last_seen_ = now;
  link_.restart_timeout(now);
  if (!closing_) plan({Step::release, Step::enable});
}

// False when nothing more is to be done.
bool UsbdbgHostSession::check_time(Time now) {
  if (phase_ == Phase::idle || phase_ == Phase::over) return false;
  if (phase_ == Phase::draining) {
    if (now < drain_end_) return false;
    phase_ = Phase::setup;
    plan({Step::version, Step::arch});
  }
  if (now >= patience_end()) do_without();
  if (link_.poll(now)) return true;
  ++stats_.timeouts;
  const bool is_prompt = !connected_ && looks_like_prompt(link_.answer());
  lose(is_prompt ? explain_babble(link_.answer())
                 : Error{Errc::timeout, "the camera does not answer " + to_string(link_.request())});
  return false;
}

// Two answers are not insisted on. That of TX_BUF is short when the text was thrown away since TX_BUF_LEN, because its
// ring has overflown. That of the first GET_STATE is missing where the firmware is too old for it after all: the
// specification says "about 4.6".
Time UsbdbgHostSession::patience_end() const {
  const bool is_optional = current_ == Step::text || (current_ == Step::state && !state_seen_ && link_.arrived() == 0);
  const bool is_awaited = link_.waiting_for_answer() && link_.output().empty();
  return is_optional && is_awaited ? link_.last_progress() + kPatience : kNever;
}

void UsbdbgHostSession::do_without() {
  link_.settle();
  if (current_ == Step::text) return take_text();
  has_state_ = false;
}

Time UsbdbgHostSession::next_deadline() const {
  if (phase_ == Phase::idle || phase_ == Phase::over) return kNever;
  if (phase_ == Phase::draining) return drain_end_;
  if (!link_.idle()) return std::min(link_.deadline(), patience_end());
  if (!plan_.empty() || phase_ == Phase::setup || closing_) return resume_at_;
  return cycle_due_;
}

// --- What is asked next ---

void UsbdbgHostSession::pump(Time now) {
  if (!link_.idle() || now < resume_at_) return;
  if (plan_.empty() && closing_) return end(Closed{});
  if (plan_.empty() && phase_ == Phase::setup) setup_done();
  if (plan_.empty() && now >= cycle_due_) begin_cycle(now);
  if (plan_.empty()) return;
  const Step step = plan_.front();
  plan_.pop_front();
  send_step(step, now);
}

// FRAME_SIZE and GET_STATE lock the frame that they report, so a host that is held asks neither. GET_STATE throws away
// the text that has no room in its answer; TX_BUF takes it before.
void UsbdbgHostSession::begin_cycle(Time now) {
  cycle_due_ = now + kCycle;
  if (std::exchange(stop_wanted_, false)) {
    stop_tries_ = 0;
    return plan({Step::stop, Step::await_end});
  }
  plan({Step::text_size});
  if (!held_) plan({has_state_ ? Step::state : Step::frame_size});
  const bool is_told = !held_ && has_state_;
  if (is_told || now < running_due_) return;
  running_due_ = now + kRunningCycle;
  plan({Step::running});
}

// --- The caller's wishes ---

void UsbdbgHostSession::execute(std::string script, Time now) {
  if (over()) return;
  if (const auto good = check_script(script); !good) return lose(good.error());
  script_ = std::move(script);
  stop_wanted_ = false;
  if (phase_ == Phase::running) phase_ = Phase::setup;
  poll(now);
}

void UsbdbgHostSession::stop(Time now) {
  stop_wanted_ = true;
  if (phase_ == Phase::running) cycle_due_ = now;
  poll(now);
}

void UsbdbgHostSession::configure(const StreamConfig&, Time now) { poll(now); }

void UsbdbgHostSession::hold(bool held, Time now) {
  held_ = held;
  poll(now);
}

void UsbdbgHostSession::close(bool stop_script, Time now) {
  if (over() || closing_) return;
  closing_ = true;
  plan_.clear();
  if (phase_ != Phase::running) return end(Closed{});
  plan({Step::release});
  if (stop_script) plan({Step::stop});
  plan({Step::last_word});
  poll(now);
}

void UsbdbgHostSession::farewell() {
  const bool is_speaking = connected_ && phase_ != Phase::over;
  phase_ = Phase::over;
  if (!is_speaking) return;
  link_.append(Request::script_stop, {});
  link_.append(Request::fb_enable, Bytes(4));
}

}  // namespace omv::camera
