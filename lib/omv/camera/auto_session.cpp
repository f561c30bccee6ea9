// SPDX-License-Identifier: LGPL-2.1-or-later
// Listening, one harmless question, and the verdict.
#include "omv/camera/auto_session.h"

#include <algorithm>
#include <string>
#include <utility>

#include "omv/camera/prompt.h"
#include "omv/camera/transport/transport.h"
#include "omv/camera/usbdbg/usbdbg.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kQuiet = 100ms;  // what is still on its way from an earlier conversation has come by then
constexpr Time kLongestListening = 3s;
constexpr Time kAnswerTime = 300ms;
constexpr int kQuestions = 3;
constexpr std::size_t kAnswerSize = 4;
constexpr std::size_t kHeardKept = 256;
constexpr std::size_t kScanned = 8 * 1024;  // of the stream, for a packet

const std::array<std::uint8_t, usbdbg::kCommandSize> kQuestion =
    usbdbg::encode(usbdbg::Command{usbdbg::Request::script_running, kAnswerSize});

bool is_answer(ConstByteSpan bytes) { return bytes.size() == kAnswerSize && load_le<std::uint32_t>(bytes.data()) <= 1; }

// The header of an event from a camera that an earlier host has told to leave out checksums, which are 0 then.
bool is_unchecked_event(ConstByteSpan at) {
  const bool is_header = at[0] == (kSyncWord & 0xFF) && at[1] == kSyncWord >> 8;
  return is_header && (at[4] & packet_flag::kEvent) != 0 && at[8] == 0 && at[9] == 0;
}

}  // namespace

AutoHostSession::AutoHostSession(HostOptions options, FrameAllocator allocate)
    : options_(std::move(options)), allocate_(std::move(allocate)), parser_(kScanned) {}

void AutoHostSession::start(Time now) {
  listen_limit_ = now + kLongestListening;
  listen(now);
}

void AutoHostSession::listen(Time now) {
  phase_ = Phase::listening;
  deadline_ = now + kQuiet;
}

void AutoHostSession::ask(Time now) {
  phase_ = Phase::asking;
  ++questions_;
  heard_.clear();
  parser_.clear();
  output_ = kQuestion;
  deadline_ = now + kAnswerTime;
}

void AutoHostSession::decide(Protocol protocol, Time now) {
  output_ = {};
  session_ = make_host_session(protocol, std::move(options_), std::move(allocate_));
  session_->start(now);
  if (held_) session_->hold(true, now);
  if (stop_wanted_) session_->stop(now);
}

void AutoHostSession::end(HostEvent event) {
  phase_ = Phase::over;
  output_ = {};
  event_ = std::move(event);
}

// --- What is heard ---

ByteSpan AutoHostSession::space() { return session_ ? session_->space() : ByteSpan(buffer_); }

void AutoHostSession::received(std::size_t count, Time now) {
  if (session_) return session_->received(count, now);
  if (phase_ != Phase::listening && phase_ != Phase::asking) return;
  const ConstByteSpan bytes = ConstByteSpan(buffer_).first(count);
  append(heard_, bytes.first(std::min(count, kHeardKept - std::min(kHeardKept, heard_.size()))));
  parser_.buffer().append(bytes);
  if (hears_v2()) return decide(Protocol::v2, now);
  if (phase_ == Phase::listening && count > 0) deadline_ = std::min(now + kQuiet, std::max(listen_limit_, now));
  if (phase_ == Phase::asking && output_.empty() && is_answer(heard_)) return decide(Protocol::usbdbg, now);
  poll(now);
}

bool AutoHostSession::hears_v2() {
  const ConstByteSpan heard = heard_;
  for (std::size_t i = 0; i + kHeaderSize <= heard.size(); ++i)
    if (is_unchecked_event(heard.subspan(i))) return true;
  while (true) {
    const PacketParser::Outcome outcome = parser_.next();
    if (outcome != PacketParser::Outcome::bad_payload) return outcome == PacketParser::Outcome::packet;
  }
}

// --- Time ---

void AutoHostSession::poll(Time now) {
  if (session_) return session_->poll(now);
  if (now < deadline_) return;
  if (phase_ == Phase::listening)
    ask(now);
  else if (phase_ == Phase::asking)
    judge(now);
}

void AutoHostSession::judge(Time now) {
  if (heard_.empty()) return decide(Protocol::v2, now);
  const bool is_prompt = looks_like_prompt(heard_);
  if (!is_prompt && questions_ < kQuestions) return listen(now);
  end(ConnectionLost{explain_babble(heard_)});
}

Time AutoHostSession::next_deadline() const {
  if (session_) return session_->next_deadline();
  return phase_ == Phase::listening || phase_ == Phase::asking ? deadline_ : kNever;
}

// --- What leaves ---

ConstByteSpan AutoHostSession::output() const { return session_ ? session_->output() : output_; }

void AutoHostSession::sent(std::size_t count) {
  if (session_) return session_->sent(count);
  output_ = output_.subspan(count);
}

bool AutoHostSession::has_event() const { return event_ || (session_ && session_->has_event()); }

HostEvent AutoHostSession::take_event() {
  return event_ ? *std::exchange(event_, std::nullopt) : session_->take_event();
}

// --- The caller's wishes ---

void AutoHostSession::execute(std::string script, Time now) {
  if (session_) return session_->execute(std::move(script), now);
  options_.legacy_script.reset();
  options_.script = std::move(script);
}

void AutoHostSession::stop(Time now) {
  if (session_) return session_->stop(now);
  stop_wanted_ = true;
}

void AutoHostSession::configure(const StreamConfig& stream, Time now) {
  if (session_) return session_->configure(stream, now);
  options_.stream = stream;
}

void AutoHostSession::hold(bool held, Time now) {
  if (session_) return session_->hold(held, now);
  held_ = held;
}

void AutoHostSession::close(bool stop_script, Time now) {
  if (session_) return session_->close(stop_script, now);
  if (phase_ != Phase::over) end(Closed{});
}

void AutoHostSession::farewell() {
  if (session_) return session_->farewell();
  phase_ = Phase::over;
  output_ = {};
}

}  // namespace omv::camera
