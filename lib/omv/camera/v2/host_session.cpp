// SPDX-License-Identifier: LGPL-2.1-or-later
// Synchronising, time, and the loop over frames and text.
#include "omv/camera/v2/host_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/script_text.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kSyncTimeout = 1s;  // or as long as any answer may take, if that is less
constexpr Time kSyncTime = 3s;     // of all tries
// A connection that fails again and again is given up. Not at once: damage comes in bursts, and beginning anew costs
// more.
constexpr int kMaxFailures = 3;  // in a row, that took kFailingTime
constexpr Time kFailingTime = 8s;
constexpr int kMaxQuickFailures = 20;  // in less time

std::string milliseconds(Time time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

constexpr Time kRebootTime = 100ms;  // from a script's end to the event that says so; normally 1 ms

}  // namespace

V2HostSession::V2HostSession(HostOptions options, FrameAllocator allocate)
    : link_(options.answer_timeout),
      options_(std::move(options)),
      stream_(std::move(allocate), stats_),
      script_(std::move(options_.script)) {}

void V2HostSession::start(Time now) {
  if (script_)
    if (const auto good = check_script(*script_); !good) return lose(good.error().code, good.error().message);
  if (options_.stream.raw && (options_.stream.max_width == 0 || options_.stream.max_height == 0))
    return lose(Errc::invalid, "a raw stream needs a largest width and height that are not 0");
  resync("", false, now);
}

void V2HostSession::lose(Errc code, std::string message) {
  phase_ = Phase::over;
  plan_.clear();
  stream_.interrupt();
  events_.push_back(ConnectionLost{{code, std::move(message)}});
}

// --- Section 8: resync ---

void V2HostSession::resync(std::string reason, bool failure, Time now) {
  if (phase_ == Phase::over) return;
  if (closing_ && phase_ != Phase::idle) {
    phase_ = Phase::over;
    events_.push_back(Closed{});
    return;
  }
  if (failure && failures_++ == 0) failing_since_ = now;
  const int max_failures = now - failing_since_ >= kFailingTime ? kMaxFailures : kMaxQuickFailures;
  if (failure && failures_ > max_failures)
    return lose(Errc::timeout, "the connection to the camera does not recover: " + reason);
  if (phase_ != Phase::idle) ++stats_.resyncs;
  interruption_ = std::move(reason);
  plan_.clear();
  answer_bytes_.clear();
  stream_.interrupt();
  console_.interrupt();
  channel_reader_.interrupt();
  reboot_expected_.reset();
  end_deadline_ = kNever;
  if (connect_deadline_ == kNever) connect_deadline_ = now + options_.connect_timeout;
  phase_ = Phase::syncing;
  last_seen_ = now;
  sync_end_ = now + kSyncTime;
  send_sync(now);
}

void V2HostSession::send_sync(Time now) {
  sync_deadline_ = now + std::min(kSyncTimeout, options_.answer_timeout);
  link_.synchronise();
}

void V2HostSession::synchronised(Time now) {
  phase_ = Phase::setup;
  sync_deadline_ = kNever;
  plan({Task::get_caps, Task::set_caps});
  if (!identified_) plan({Task::version, Task::sys_info});
  plan({Task::list, Task::poll});
  pump(now);
}

// --- What arrives ---

void V2HostSession::received(std::size_t count, Time now) {
  note_pause(now);
  link_.buffer().received(count);
  while (phase_ != Phase::over) {
    const HostLink::Input input = link_.next(now);
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
  if (phase_ == Phase::over) link_.buffer().clear();
  poll(now);
}

void V2HostSession::handle(const Answer& answer, Time now) {
  if (phase_ == Phase::setup || phase_ == Phase::running) {
    if (!handle_setup(answer, now)) handle_running(answer, now);
  }
}

void V2HostSession::handle_running(const Answer& answer, Time now) {
  switch (answer.task) {
    case Task::text_size:
    case Task::text_read: take_text(answer, now); break;
    case Task::channel_size:
    case Task::channel_read: take_channel_data(answer, now); break;
    default: take_frame(answer, now);
  }
  if (console_.overrun() || stream_.overrun() || channel_reader_.overrun())
    resync("the camera sent more bytes than it was asked for", true, now);
}

void V2HostSession::take_text(const Answer& answer, Time now) {
  auto text = console_.take(answer, link_, now);
  if (!text) return;
  stats_.text_bytes += text->text.size();
  events_.push_back(std::move(*text));
}

void V2HostSession::take_channel_data(const Answer& answer, Time now) {
  if (auto data = channel_reader_.take(answer, link_, now)) events_.push_back(std::move(*data));
}

void V2HostSession::take_frame(const Answer& answer, Time now) {
  if (answer.ok() && answer.last) failures_ = 0;
  stream_.set_eager(plan_.empty() && !closing_ &&
                    now < std::min({poll_due_, console_.next_try(), channel_reader_.next_try()}));
  if (auto frame = stream_.take(answer, link_, now)) events_.push_back(std::move(*frame));
}

void V2HostSession::handle(const Notice& notice, Time now) {
  ++stats_.events;
  if (notice.is_stale) {
    if (has_channel("stream") && notice.channel == channel("stream")) stream_.notify_stale();
    return;
  }
  if (notice.channel == 0) {
    if (notice.code == event_code::kSoftReboot) {
      script_ended();
      stream_configured_ = false;
      events_.push_back(SoftReboot{});
      resync("the camera has rebooted softly", false, now);
    } else if (!is_planned(Task::list)) {
      plan({Task::list});
    }
    return;
  }
  if (has_channel("stream") && notice.channel == channel("stream")) return stream_.notify(now);
  if (has_channel("stdout") && notice.channel == channel("stdout")) return console_.notify(now);
  if (const ChannelEntry* entry = watched(notice.channel)) return channel_reader_.notify(*entry, now);
  if (!has_channel("stdin") || notice.channel != channel("stdin")) return;
  if (notice.code == event_code::kScriptStarted) return script_started();
  script_ended();
  reboot_expected_ = now + kRebootTime;
}

void V2HostSession::handle(Fault fault, Time now) {
  if (fault == Fault::sequence) ++stats_.sequence_errors;
  resync(to_string(fault), true, now);
}

// --- Time ---

void V2HostSession::poll(Time now) {
  note_pause(now);
  check_time(now);
  pump(now);
}

// A caller that stayed away (a paused pipeline) finds an old frame whose event would be taken for a new one, and
// answers that only look late. The frame is dropped, the answers get their time (section 11).
void V2HostSession::note_pause(Time now) {
  const Time longest_wait = options_.answer_timeout + options_.poll_interval;
  if (phase_ == Phase::running && now > last_seen_ + longest_wait) {
    link_.restart_timeout(now);
    plan({Task::stream_enable});
  }
  last_seen_ = now;
}

void V2HostSession::check_time(Time now) {
  if (phase_ == Phase::over || phase_ == Phase::idle) return;
  if (now >= connect_deadline_)
    return lose(Errc::timeout, "the camera has not answered for " + milliseconds(options_.connect_timeout));
  if (phase_ == Phase::syncing) {
    if (now < sync_deadline_) return;
    if (now >= sync_end_) return lose(Errc::timeout, "the camera does not answer");
    return send_sync(now);
  }
  if (reboot_expected_ && now >= *reboot_expected_) return resync("the script has ended", false, now);
  if (now >= link_.deadline()) {
    ++stats_.timeouts;
    return resync("no answer to " + to_string(link_.waiting_for()), true, now);
  }
  if (now >= end_deadline_ && link_.idle()) {
    end_deadline_ = kNever;
    plan({Task::poll});
  }
}

Time V2HostSession::next_deadline() const {
  if (phase_ == Phase::over || phase_ == Phase::idle) return kNever;
  Time next = std::min({connect_deadline_, sync_deadline_, link_.deadline(), end_deadline_});
  if (reboot_expected_) return std::min(next, *reboot_expected_);
  if (phase_ == Phase::running && link_.idle()) next = std::min(next, work_due());
  return next;
}

Time V2HostSession::work_due() const {
  Time next = held_ ? poll_due_ : std::min(poll_due_, stream_.next_try());
  if (has_channel("stdout")) next = std::min(next, console_.next_try());
  next = std::min(next, channel_reader_.next_try());
  return next;
}

// --- What is sent next ---

void V2HostSession::pump(Time now) {
  if (reboot_expected_ || (phase_ != Phase::setup && phase_ != Phase::running)) return;
  if (!plan_.empty()) {
    if (!link_.idle()) return;
    const Task task = plan_.front();
    plan_.pop_front();
    return send_task(task, now);
  }
  if (end_deadline_ != kNever || (phase_ == Phase::setup && !link_.idle())) return;
  if (closing_) {
    phase_ = Phase::over;
    events_.push_back(Closed{});
    return;
  }
  if (phase_ == Phase::setup) setup_done(now);
  pump_running(now);
}

// One cycle at a time; the first request of the next may follow an UNLOCK without waiting for its answer.
void V2HostSession::pump_running(Time now) {
  if (link_.free() && !held_ && now >= stream_.next_try()) stream_.begin(link_, channel("stream"), now);
  if (link_.free() && has_channel("stdout") && now >= console_.next_try())
    console_.begin(link_, channel("stdout"), now);
  if (link_.free() && now >= channel_reader_.next_try()) channel_reader_.begin(link_, now);
  if (link_.free() && now >= poll_due_) send_task(Task::poll, now);
}

// --- The caller's wishes ---

void V2HostSession::execute(std::string script, Time now) {
  if (const auto good = check_script(script); !good) return lose(good.error().code, good.error().message);
  script_ = std::move(script);
  exec_sent_ = was_stopped_ = false;
  stop_tries_ = 0;
  if (phase_ == Phase::running) {
    phase_ = Phase::setup;
    plan({Task::poll});
  }
  poll(now);
}

void V2HostSession::stop(Time now) {
  stop_wanted_ = true;
  stop_tries_ = 0;
  if (phase_ == Phase::running) plan({Task::stdin_reset, Task::stop});
  poll(now);
}

void V2HostSession::configure(const StreamConfig& stream, Time now) {
  options_.stream = stream;
  if (phase_ == Phase::running) plan_stream();
  poll(now);
}

void V2HostSession::close(bool stop_script, Time now) {
  if (over() || closing_) return;
  closing_ = true;
  plan_.clear();
  if (phase_ != Phase::running) {
    phase_ = Phase::over;
    events_.push_back(Closed{});
    return;
  }
  plan({Task::stream_enable});
  if (stop_script) plan({Task::stdin_reset, Task::stop});
  poll(now);
}

const HostStats& V2HostSession::stats() const {
  stats_.packets = link_.packets();
  stats_.crc_errors = link_.crc_errors();
  return stats_;
}

void V2HostSession::hold(bool held, Time now) {
  held_ = held;
  poll(now);
}

// Requests may be pipelined where each has one answer, and behind a SYNC their numbers are known (sections 2 and 3).
void V2HostSession::farewell() {
  const bool is_speaking = connected_ && phase_ != Phase::over;
  phase_ = Phase::over;
  stream_.interrupt();
  if (!is_speaking) return;
  std::uint8_t sequence = 0;
  Bytes& out = farewell_.emplace();
  const auto tell = [&](Opcode opcode, std::uint8_t to, ConstByteSpan payload) {
    append_packet(out, {.sequence = sequence, .channel = to, .opcode = static_cast<std::uint8_t>(opcode)}, payload);
  };
  tell(Opcode::sync, 0, {});
  tell(Opcode::ioctl, channel("stdin"), words(StdinRequest::reset));
  ++sequence;
  tell(Opcode::ioctl, channel("stream"), words(StreamIoctl::enable, 0));
  ++sequence;
  tell(Opcode::ioctl, channel("stdin"), words(StdinRequest::stop));
}

void V2HostSession::sent(std::size_t count) {
  if (!farewell_) return link_.sent(count);
  farewell_->erase(farewell_->begin(), farewell_->begin() + static_cast<std::ptrdiff_t>(count));
}

HostEvent V2HostSession::take_event() {
  HostEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace omv::camera
