// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is there, and the life of scripts (spec: protocol-usbdbg, sections 5 and 6).
#include <algorithm>
#include <utility>

#include "omv/camera/board.h"
#include "omv/camera/prompt.h"
#include "omv/camera/script_text.h"
#include "omv/camera/usbdbg/host_session.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;
using namespace usbdbg;

// The pauses of the maker's IDE.
constexpr Time kAfterStop = 50ms;
constexpr Time kAfterExec = 50ms;
constexpr Time kAfterCommand = 2ms;

constexpr Time kLookAgain = 25ms;
constexpr Time kEndTime = 1s;  // for a script to end after STOP
constexpr int kStopTries = 3;
constexpr Time kStartTime = 500ms;  // for a script to begin after EXEC
constexpr int kUploadTries = 3;
constexpr std::uint32_t kWord = 4;

// One packet of either speed, and a short one: an answer that fills its last packet may lack the empty one behind it,
// for which a driver waits. The IDE asks for 511 at high speed, which a serial port does not tell.
constexpr std::uint32_t kStateSize = 63;

constexpr std::size_t kPacket = 64;  // an upload must not be a whole number of them

std::string ready_for_upload(std::string_view script) {
  std::string text(without_bom(script));
  if (text.size() % kPacket == 0) text += '\n';  // of an empty one, too: EXEC needs a byte
  return text;
}

Bytes bytes_of(std::string_view text) {
  const ConstByteSpan bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace

// --- Commands ---

void UsbdbgHostSession::send_step(Step step, Time now) {
  current_ = step;
  switch (step) {
    case Step::version: return link_.ask(Request::fw_version, kVersionSize, now);
    case Step::arch: return link_.ask(Request::arch_string, kArchSize, now);
    case Step::sensor: return link_.ask(Request::sensor_id, kWord, now);
    case Step::stop: end_deadline_ = now + kEndTime; return link_.tell(Request::script_stop, {}, kAfterStop, now);
    case Step::release: return link_.tell(Request::fb_enable, {0, 0, 0, 0}, kAfterCommand, now);
    case Step::enable: return link_.tell(Request::fb_enable, {1, 0, 0, 0}, kAfterCommand, now);
    case Step::upload: return send_upload(now);
    case Step::start_text:
    case Step::text_size: return link_.ask(Request::tx_buf_len, kWord, now);
    case Step::state: return link_.ask(Request::get_state, kStateSize, now);
    case Step::frame_size: return link_.ask(Request::frame_size, kFrameSizeSize, now);
    case Step::await_end:
    case Step::await_start:
    case Step::empty_upload:
    case Step::running:
    case Step::last_word: return link_.ask(Request::script_running, kWord, now);
    case Step::text:
    case Step::frame_dump: return;  // follow an answer that says how much
  }
}

void UsbdbgHostSession::plan_run() {
  stop_tries_ = upload_tries_ = 0;
  plan({Step::stop, Step::await_end, Step::release, Step::enable, Step::text_size, Step::empty_upload, Step::upload,
        Step::await_start});
}

void UsbdbgHostSession::send_upload(Time now) {
  if (script_) uploaded_ = ready_for_upload(*std::exchange(script_, std::nullopt));
  ++upload_tries_;
  start_deadline_ = now + kStartTime;
  link_.tell(Request::script_exec, bytes_of(uploaded_), kAfterExec, now);
}

// --- Who is there ---

void UsbdbgHostSession::take_version() {
  const auto version = decode_firmware(link_.answer());
  if (!version) return lose(looks_like_prompt(link_.answer()) ? explain_babble(link_.answer()) : version.error());
  board_.firmware = *version;
  has_state_ = *version >= kFirstGetState;
}

void UsbdbgHostSession::take_arch() {
  const auto arch = decode_arch(link_.answer());
  if (!arch) return lose(arch.error());
  const Board* board = find_board_by_arch(arch->arch);
  board_.name = board != nullptr ? std::string(board->name) : arch->arch;
  board_.serial = arch->serial;
  if (board_.firmware >= kFirstSensorId) return plan({Step::sensor});
  connected();
}

void UsbdbgHostSession::take_sensor() {
  const auto id = load_le<std::uint32_t>(link_.answer().data());
  board_.sensor = id == kNoSensor ? 0 : id;
  connected();
}

void UsbdbgHostSession::connected() {
  connected_ = true;
  events_.push_back(Connected{board_});
  if (!script_) plan({Step::release, Step::enable, Step::running});
}

// --- Scripts ---

// False when the answer can't be one: question and answer have come apart.
bool UsbdbgHostSession::take_running(bool& running) {
  const auto value = load_le<std::uint32_t>(link_.answer().data());
  running = value != 0;
  if (value > 1) lose({Errc::unsupported, "the camera answers SCRIPT_RUNNING with " + std::to_string(value)});
  return value <= 1;
}

void UsbdbgHostSession::take_end(Time now) {
  bool running = false;
  if (!take_running(running)) return;
  if (!running) return note_script(false);
  resume_at_ = now + kLookAgain;
  plan_.push_front(Step::await_end);
  if (now < end_deadline_) return;
  if (++stop_tries_ >= kStopTries) return lose({Errc::busy, "the running script does not let itself be stopped"});
  plan_.push_front(Step::stop);
}

void UsbdbgHostSession::take_start(Time now) {
  bool running = false;
  if (!take_running(running)) return;
  if (running) return note_script(true);
  resume_at_ = now + kLookAgain;
  plan_.push_front(Step::start_text);
}

// Not running: it has come to its end, which leaves text, or it was not taken (section 5).
void UsbdbgHostSession::take_start_text(Time now) {
  if (load_le<std::uint32_t>(link_.answer().data()) > 0) {
    note_script(true);
    return note_script(false);
  }
  if (now < start_deadline_) return plan_.push_front(Step::await_start);
  if (upload_tries_ >= kUploadTries)
    return lose({Errc::unsupported, "the camera does not run the script that it was sent"});
  for (const Step step : {Step::await_start, Step::upload, Step::empty_upload}) plan_.push_front(step);
}

// Of scripts that ran before ours the caller hears nothing.
void UsbdbgHostSession::note_script(bool running) {
  running_ = running;
  if (running && !script_ && !std::exchange(announced_, true)) events_.push_back(ScriptStarted{});
  if (!running && std::exchange(announced_, false)) events_.push_back(ScriptEnded{});
}

void UsbdbgHostSession::setup_done() {
  if (script_) return plan_run();
  phase_ = Phase::running;
}

}  // namespace omv::camera
