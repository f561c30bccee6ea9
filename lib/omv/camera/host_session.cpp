// SPDX-License-Identifier: LGPL-2.1-or-later
// Synchronising, time, and the loop over frames and text.
#include "omv/camera/host_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/host_state.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr int kSyncTries = 3;
constexpr Time kSyncTimeout = 1s;
constexpr int kMaxFailures = 3;
constexpr Time kRebootTime = 100ms;  // from a script's end to the event that says so; normally 1 ms

}  // namespace

HostSession::State::State(HostOptions options, FrameAllocator allocate)
    : link(options.answer_timeout),
      options_(std::move(options)),
      stream_(std::move(allocate), stats_),
      script_(std::move(options_.script)) {}

void HostSession::State::start(Time now) {
  if (script_ && script_->find('\0') != std::string::npos)
    return lose(Errc::invalid, "the script contains a NUL character");
  if (options_.stream.raw && (options_.stream.max_width == 0 || options_.stream.max_height == 0))
    return lose(Errc::invalid, "a raw stream needs a largest width and height that are not 0");
  resync("", false, now);
}

void HostSession::State::lose(Errc code, std::string message) {
  phase_ = Phase::over;
  plan_.clear();
  stream_.interrupt();
  events.push_back(ConnectionLost{{code, std::move(message)}});
}

// --- Section 8: resync ---

void HostSession::State::resync(std::string reason, bool failure, Time now) {
  if (phase_ == Phase::over) return;
  if (closing_ && phase_ != Phase::idle) {
    phase_ = Phase::over;
    events.push_back(Closed{});
    return;
  }
  if (failure && ++failures_ > kMaxFailures)
    return lose(Errc::timeout, "the connection to the camera does not recover: " + reason);
  if (phase_ != Phase::idle) ++stats_.resyncs;
  interruption_ = std::move(reason);
  plan_.clear();
  answer_bytes_.clear();
  stream_.interrupt();
  console_.interrupt();
  reboot_expected_.reset();
  end_deadline_ = kNever;
  if (connect_deadline_ == kNever) connect_deadline_ = now + options_.connect_timeout;
  phase_ = Phase::syncing;
  last_seen_ = now;
  sync_tries_ = 0;
  send_sync(now);
}

void HostSession::State::send_sync(Time now) {
  ++sync_tries_;
  sync_deadline_ = now + kSyncTimeout;
  link.synchronise();
}

void HostSession::State::synchronised(Time now) {
  phase_ = Phase::setup;
  sync_deadline_ = kNever;
  plan({Task::get_caps, Task::set_caps});
  if (!identified_) plan({Task::version, Task::sys_info});
  plan({Task::list, Task::poll});
  pump(now);
}

// --- What arrives ---

void HostSession::State::received(std::size_t count, Time now) {
  note_pause(now);
  link.buffer().received(count);
  while (phase_ != Phase::over) {
    const HostLink::Input input = link.next(now);
    if (std::holds_alternative<std::monostate>(input)) break;
    if (const auto* answer = std::get_if<Answer>(&input))
      handle(*answer, now);
    else if (const auto* notice = std::get_if<Notice>(&input))
      handle(*notice, now);
    else if (const auto* fault = std::get_if<Fault>(&input))
      handle(*fault, now);
    else
      synchronised(now);
  }
  if (phase_ == Phase::over) link.buffer().clear();
  poll(now);
}

void HostSession::State::handle(const Answer& answer, Time now) {
  if (phase_ == Phase::setup || phase_ == Phase::running) {
    if (!handle_setup(answer, now)) handle_running(answer, now);
  }
}

void HostSession::State::handle_running(const Answer& answer, Time now) {
  const bool is_text = answer.task == Task::text_size || answer.task == Task::text_read;
  if (is_text)
    take_text(answer, now);
  else
    take_frame(answer, now);
  if (is_text ? console_.overrun() : stream_.overrun())
    resync("the camera sent more bytes than it was asked for", true, now);
}

void HostSession::State::take_text(const Answer& answer, Time now) {
  auto text = console_.take(answer, link, now);
  if (!text) return;
  stats_.text_bytes += text->size();
  events.push_back(TextReceived{std::move(*text)});
}

void HostSession::State::take_frame(const Answer& answer, Time now) {
  if (answer.ok() && answer.last) failures_ = 0;
  stream_.set_eager(plan_.empty() && !closing_ && now < std::min(poll_due_, console_.next_try()));
  if (auto frame = stream_.take(answer, link, now)) events.push_back(std::move(*frame));
}

void HostSession::State::handle(const Notice& notice, Time now) {
  ++stats_.events;
  if (notice.channel == 0) {
    if (notice.code == event_code::kSoftReboot) {
      script_ended();
      events.push_back(SoftReboot{});
      resync("the camera has rebooted softly", false, now);
    } else if (phase_ == Phase::running && std::find(plan_.begin(), plan_.end(), Task::list) == plan_.end()) {
      plan({Task::list});
    }
    return;
  }
  if (has_channel("stream") && notice.channel == channel("stream")) return stream_.notify(now);
  if (has_channel("stdout") && notice.channel == channel("stdout")) return console_.notify();
  if (!has_channel("stdin") || notice.channel != channel("stdin")) return;
  if (notice.code == event_code::kScriptStarted) return script_started();
  script_ended();
  reboot_expected_ = now + kRebootTime;
}

void HostSession::State::handle(Fault fault, Time now) {
  if (fault == Fault::sequence) ++stats_.sequence_errors;
  resync(to_string(fault), true, now);
}

// --- Time ---

void HostSession::State::poll(Time now) {
  note_pause(now);
  check_time(now);
  pump(now);
}

// A caller that stayed away (a paused pipeline) finds an old frame whose event would be taken for a new one, and
// answers that only look late. The frame is dropped, the answers get their time (section 11).
void HostSession::State::note_pause(Time now) {
  const Time longest_wait = options_.answer_timeout + options_.poll_interval;
  if (phase_ == Phase::running && now > last_seen_ + longest_wait) {
    link.restart_timeout(now);
    plan({Task::stream_enable});
  }
  last_seen_ = now;
}

void HostSession::State::check_time(Time now) {
  if (phase_ == Phase::over || phase_ == Phase::idle) return;
  if (now >= connect_deadline_) return lose(Errc::timeout, "the camera did not answer for too long");
  if (phase_ == Phase::syncing) {
    if (now < sync_deadline_) return;
    if (sync_tries_ >= kSyncTries) return lose(Errc::timeout, "the camera does not answer");
    return send_sync(now);
  }
  if (reboot_expected_ && now >= *reboot_expected_) return resync("the script has ended", false, now);
  if (now >= link.deadline()) {
    ++stats_.timeouts;
    return resync("no answer to " + to_string(link.waiting_for()), true, now);
  }
  if (now >= end_deadline_ && link.idle()) {
    end_deadline_ = kNever;
    plan({Task::poll});
  }
}

Time HostSession::State::next_deadline() const {
  if (phase_ == Phase::over || phase_ == Phase::idle) return kNever;
  Time next = std::min({connect_deadline_, sync_deadline_, link.deadline(), end_deadline_});
  if (reboot_expected_) return std::min(next, *reboot_expected_);
  if (phase_ == Phase::running && link.idle()) next = std::min(next, work_due());
  return next;
}

Time HostSession::State::work_due() const {
  Time next = std::min(poll_due_, stream_.next_try());
  if (has_channel("stdout")) next = std::min(next, console_.next_try());
  return next;
}

// --- What is sent next ---

void HostSession::State::pump(Time now) {
  if (reboot_expected_ || (phase_ != Phase::setup && phase_ != Phase::running)) return;
  if (!plan_.empty()) {
    if (!link.idle()) return;
    const Task task = plan_.front();
    plan_.pop_front();
    return send_task(task, now);
  }
  if (end_deadline_ != kNever || (phase_ == Phase::setup && !link.idle())) return;
  if (closing_) {
    phase_ = Phase::over;
    events.push_back(Closed{});
    return;
  }
  if (phase_ == Phase::setup) setup_done(now);
  pump_running(now);
}

// One cycle at a time; the first request of the next may follow an UNLOCK without waiting for its answer.
void HostSession::State::pump_running(Time now) {
  if (link.free() && now >= stream_.next_try()) stream_.begin(link, channel("stream"), now);
  if (link.free() && has_channel("stdout") && now >= console_.next_try()) console_.begin(link, channel("stdout"), now);
  if (link.free() && now >= poll_due_) send_task(Task::poll, now);
}

// --- The caller's wishes ---

void HostSession::State::execute(std::string script, Time now) {
  if (script.find('\0') != std::string::npos) return lose(Errc::invalid, "the script contains a NUL character");
  script_ = std::move(script);
  exec_sent_ = was_stopped_ = false;
  stop_tries_ = 0;
  if (phase_ == Phase::running) {
    phase_ = Phase::setup;
    plan({Task::poll});
  }
  poll(now);
}

void HostSession::State::stop(Time now) {
  stop_wanted_ = true;
  stop_tries_ = 0;
  if (phase_ == Phase::running) plan({Task::stdin_reset, Task::stop});
  poll(now);
}

void HostSession::State::configure(const StreamConfig& stream, Time now) {
  options_.stream = stream;
  if (phase_ == Phase::running) plan_stream();
  poll(now);
}

void HostSession::State::close(bool stop_script, Time now) {
  if (over() || closing_) return;
  closing_ = true;
  plan_.clear();
  if (phase_ != Phase::running) {
    phase_ = Phase::over;
    events.push_back(Closed{});
    return;
  }
  plan({Task::stream_enable});
  if (stop_script) plan({Task::stdin_reset, Task::stop});
  poll(now);
}

const HostStats& HostSession::State::stats() {
  stats_.packets = link.packets();
  stats_.crc_errors = link.crc_errors();
  return stats_;
}

// --- The class itself ---

HostSession::HostSession(HostOptions options, FrameAllocator allocate)
    : state_(std::make_unique<State>(std::move(options), std::move(allocate))) {}
HostSession::~HostSession() = default;
HostSession::HostSession(HostSession&&) noexcept = default;
HostSession& HostSession::operator=(HostSession&&) noexcept = default;

void HostSession::start(Time now) { state_->start(now); }
ByteSpan HostSession::space() { return state_->link.buffer().space(); }
void HostSession::received(std::size_t count, Time now) { state_->received(count, now); }

void HostSession::receive(ConstByteSpan bytes, Time now) {
  while (!bytes.empty()) {
    const ByteSpan room = space();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    received(count, now);
    bytes = bytes.subspan(count);
  }
}

void HostSession::poll(Time now) { state_->poll(now); }
Time HostSession::next_deadline() const { return state_->next_deadline(); }
ConstByteSpan HostSession::output() const { return state_->link.output(); }
void HostSession::sent(std::size_t count) { state_->link.sent(count); }

bool HostSession::has_event() const { return !state_->events.empty(); }

HostEvent HostSession::take_event() {
  HostEvent event = std::move(state_->events.front());
  state_->events.pop_front();
  return event;
}

void HostSession::execute(std::string script, Time now) { state_->execute(std::move(script), now); }
void HostSession::stop(Time now) { state_->stop(now); }
void HostSession::configure(const StreamConfig& stream, Time now) { state_->configure(stream, now); }
void HostSession::close(bool stop_script, Time now) { state_->close(stop_script, now); }
bool HostSession::over() const { return state_->over(); }
const HostStats& HostSession::stats() const { return state_->stats(); }

}  // namespace omv::camera
