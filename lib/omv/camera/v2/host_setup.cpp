// SPDX-License-Identifier: LGPL-2.1-or-later
// From the first capabilities to the running script (spec: protocol-v2, sections 6 and 14.3 to 14.6).
#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "omv/camera/board.h"
#include "omv/camera/script_text.h"
#include "omv/camera/v2/host_session.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kEndTime = 1s;  // for a script to end after STOP
constexpr int kStopTries = 3;
constexpr std::size_t kWriteHeader = 8;  // offset and length
constexpr std::size_t kMaxStructure = 4096;

std::string board_name(std::uint16_t vid, std::uint16_t pid) {
  if (const Board* board = find_board(vid, pid)) return std::string(board->name);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "unknown board %04X:%04X", unsigned{vid}, unsigned{pid});
  return text.data();
}

std::string serial_of(const SysInfo& info) {
  std::array<char, 25> text{};
  std::snprintf(text.data(), text.size(), "%08X%08X%08X", info.unique_id[0], info.unique_id[1], info.unique_id[2]);
  return text.data();
}

bool is_setup_task(Task task) { return task < Task::frame_lock; }

}  // namespace

std::uint8_t V2HostSession::channel(std::string_view name) const {
  const auto found = std::find_if(channels_.begin(), channels_.end(),
                                  [name](const ChannelEntry& entry) { return entry.name == name; });
  return found == channels_.end() ? std::uint8_t{0} : found->id;
}

const ChannelEntry* V2HostSession::watched(std::uint8_t id) const {
  const auto entry =
      std::find_if(channels_.begin(), channels_.end(), [id](const ChannelEntry& channel) { return channel.id == id; });
  const bool is_wanted = entry != channels_.end() && (entry->flags & channel_flag::kRead) != 0 &&
                         std::count(options_.channels.begin(), options_.channels.end(), entry->name) > 0;
  return is_wanted ? &*entry : nullptr;
}

bool V2HostSession::is_planned(Task task) const { return std::find(plan_.begin(), plan_.end(), task) != plan_.end(); }

bool V2HostSession::has_channel(std::string_view name) const { return channel(name) != 0; }

// --- Requests ---

void V2HostSession::send_ioctl(Task task, std::uint8_t to, ConstByteSpan payload, Time now) {
  link_.send(task, Opcode::ioctl, to, payload, now);
}

void V2HostSession::send_task(Task task, Time now) {
  const std::uint8_t in = channel("stdin");
  const std::uint8_t stream = channel("stream");
  const StreamConfig& config = options_.stream;
  switch (task) {
    case Task::get_caps: return link_.send(task, Opcode::get_caps, 0, {}, now);
    case Task::set_caps: return link_.send(task, Opcode::set_caps, 0, encode(caps_), now);
    case Task::version: return link_.send(task, Opcode::version, 0, {}, now);
    case Task::sys_info: return link_.send(task, Opcode::sys_info, 0, {}, now);
    case Task::list: return link_.send(task, Opcode::list, 0, {}, now);
    case Task::poll: poll_due_ = kNever; return link_.send(task, Opcode::poll, 0, {}, now);
    case Task::stdin_reset: return send_ioctl(task, in, words(StdinRequest::reset), now);
    case Task::stop: return send_ioctl(task, in, words(StdinRequest::stop), now);
    case Task::exec: exec_sent_ = true; return send_ioctl(task, in, words(StdinRequest::exec), now);
    case Task::upload: return send_upload(now);
    case Task::raw_config:
      return send_ioctl(task, stream, words(StreamIoctl::raw_config, config.max_width, config.max_height), now);
    case Task::raw_enable: return send_ioctl(task, stream, words(StreamIoctl::raw_enable, config.raw ? 1 : 0), now);
    case Task::stream_enable: return send_ioctl(task, stream, words(StreamIoctl::enable, closing_ ? 0 : 1), now);
    default: return;  // the others are sent by their readers
  }
}

// A script holds no NUL and no zero length, so no WRITE can look like a SYNC on its way (section 7).
void V2HostSession::send_upload(Time now) {
  const std::string_view text = without_bom(*script_);
  chunk_ = std::min(text.size() - uploaded_, caps_.max_payload - kWriteHeader);
  Bytes payload;
  append_le(payload, static_cast<std::uint32_t>(uploaded_));
  append_le(payload, static_cast<std::uint32_t>(chunk_));
  append(payload, as_bytes(text.substr(uploaded_, chunk_)));
  link_.send(Task::upload, Opcode::write, channel("stdin"), payload, now);
}

// What is a frame in the camera is gone with the enabling, and a SYNC changes nothing of the stream (sections 8 and
// 10).
void V2HostSession::plan_stream() {
  if (options_.stream.raw) plan({Task::raw_config});
  plan({Task::raw_enable, Task::stream_enable});
}

// Answers on their way may each find reason to plan the same, but a script is taken along by its first EXEC.
void V2HostSession::plan_upload() {
  if (is_planned(Task::exec)) return;
  uploaded_ = 0;
  exec_sent_ = false;  // whatever starts before the new EXEC is not this script
  plan({Task::stdin_reset});
  if (!without_bom(*script_).empty()) plan({Task::upload});
  plan_stream();
  plan({Task::exec});
}

// --- Answers ---

bool V2HostSession::handle_setup(const Answer& answer, Time now) {
  if (!is_setup_task(answer.task)) return false;
  if (!answer.ok()) {
    refused(answer, now);
    return true;
  }
  switch (answer.task) {
    case Task::get_caps:
    case Task::set_caps: take_capabilities(answer); break;
    case Task::version:
    case Task::sys_info: take_identity(answer, now); break;
    case Task::list: take_channels(answer, now); break;
    case Task::poll: take_poll(answer, now); break;
    case Task::stop: take_stop(now); break;
    case Task::upload: take_upload(); break;
    case Task::exec: take_exec(); break;
    case Task::stream_enable:
      stream_.interrupt();
      stream_configured_ = true;
      break;
    default: break;
  }
  return true;
}

void V2HostSession::refused(const Answer& answer, Time now) {
  if (closing_) return;
  if (answer.task == Task::set_caps && caps_.max_payload > kMinPayload) {
    // Boards' limits, from the largest down (section 6).
    for (const std::uint16_t limit : {std::uint16_t{8178}, std::uint16_t{4082}, std::uint16_t{498}, kMinPayload})
      if (limit < caps_.max_payload) {
        caps_.max_payload = limit;
        plan_.push_front(Task::set_caps);
        return;
      }
  }
  if (answer.task == Task::poll || answer.task == Task::list)
    return resync(std::string("POLL or LIST was refused: ") + to_string(answer.status), true, now);
  lose(Errc::unsupported,
       "the camera refuses " + to_string(answer.opcode) + " with " + std::string(to_string(answer.status)));
}

void V2HostSession::take_capabilities(const Answer& answer) {
  if (answer.task == Task::set_caps) return link_.apply(caps_);
  const Result<Caps> caps = decode_caps(answer.payload);
  if (!caps) return lose(Errc::unsupported, caps.error().message);
  const std::uint16_t limit = std::min(caps->max_payload, options_.max_payload);
  caps_ = {options_.crc, true, options_.ack, true, std::max(limit, kMinPayload)};
}

// Fixed structures may come in several packets when payloads are small; true when the answer is whole.
bool V2HostSession::collect(const Answer& answer, Time now) {
  append(answer_bytes_, answer.payload);
  if (answer_bytes_.size() > kMaxStructure) {
    resync(to_string(answer.opcode) + " was answered without end", true, now);
    return false;
  }
  return answer.last;
}

void V2HostSession::take_identity(const Answer& answer, Time now) {
  if (!collect(answer, now)) return;
  const Bytes bytes = std::exchange(answer_bytes_, {});
  if (answer.task == Task::version) {
    const Result<Version> version = decode_version(bytes);
    if (!version) return lose(Errc::unsupported, version.error().message);
    board_.firmware = version->firmware;
    return;
  }
  const Result<SysInfo> info = decode_sys_info(bytes);
  if (!info) return lose(Errc::unsupported, info.error().message);
  board_.sensor = info->sensors[0];
  board_.name = board_name(static_cast<std::uint16_t>(info->usb_id >> 16), static_cast<std::uint16_t>(info->usb_id));
  board_.serial = serial_of(*info);
  identified_ = true;
}

void V2HostSession::take_channels(const Answer& answer, Time now) {
  if (!collect(answer, now)) return;
  Result<std::vector<ChannelEntry>> channels = decode_channels(std::exchange(answer_bytes_, {}));
  if (!channels) return lose(Errc::unsupported, channels.error().message);
  channels_ = std::move(*channels);
  if (!has_channel("stream") || !has_channel("stdin"))
    return lose(Errc::unsupported, "the camera has no channels named 'stdin' and 'stream'");
  if (!connected_) {
    connected_ = true;
    board_.max_payload = caps_.max_payload;
    events_.push_back(Connected{board_});
  }
  events_.push_back(ChannelsListed{channels_});
}

void V2HostSession::take_poll(const Answer& answer, Time now) {
  if (answer.payload.size() < 4) return resync("POLL was answered without its bits", true, now);
  const std::uint32_t bits = load_le<std::uint32_t>(answer.payload.data());
  const auto bit = [&](std::string_view name) {
    const unsigned id = channel(name);
    return id != 0 && id < 32 && (bits >> id & 1u) != 0;
  };
  poll_due_ = now + options_.poll_interval;
  if (bit("stdout")) console_.notify(now);
  if (phase_ == Phase::setup) return take_poll_in_setup(bit("stdin"));
  failures_ = 0;
  if (bit("stream")) stream_.suspect(now);
  for (const ChannelEntry& entry : channels_)
    if (bit(entry.name) && watched(entry.id) != nullptr) channel_reader_.notify(entry, now);
  if (bit("stdin") && !running_) script_started();
  if (!bit("stdin") && running_) {
    script_ended();
    return resync("the script has ended unseen", false, now);
  }
  if (stop_wanted_) plan_stop();
}

void V2HostSession::take_poll_in_setup(bool script_running) {
  connect_deadline_ = kNever;
  if (script_ && exec_sent_ && script_running) script_started();  // only EXEC's answer was lost
  if (!script_running) script_ended();
  if (!script_ && script_running) script_started();
  running_ = script_running;
  if (script_) {
    // STOP goes out once even when nothing seems to run: it is then harmless, as the buffer is empty (section 14.4).
    if (!running_ && was_stopped_) return plan_upload();
    return plan_stop();
  }
  if (stop_wanted_ && running_) return plan_stop();
  if (!stream_configured_) plan_stream();
}

void V2HostSession::plan_stop() {
  if (stop_tries_ >= kStopTries) return lose(Errc::busy, "the running script does not let itself be stopped");
  if (!is_planned(Task::stop)) plan({Task::stdin_reset, Task::stop});
}

void V2HostSession::take_stop(Time now) {
  if (closing_) return;
  if (running_) {
    ++stop_tries_;
    end_deadline_ = now + kEndTime;
    return;
  }
  was_stopped_ = true;
  stop_wanted_ = false;
  if (script_) plan_upload();
}

void V2HostSession::take_upload() {
  uploaded_ += chunk_;
  if (uploaded_ < without_bom(*script_).size()) plan_.push_front(Task::upload);
}

// EXEC is acknowledged or the start is announced, whichever is seen first: events may get lost.
void V2HostSession::take_exec() {
  if (script_) script_started();
}

void V2HostSession::script_started() {
  if (std::exchange(exec_sent_, false)) script_.reset();
  running_ = true;
  if (!script_ && !std::exchange(announced_, true)) events_.push_back(ScriptStarted{});
}

// Of scripts that ran before ours the caller hears nothing.
void V2HostSession::script_ended() {
  running_ = stream_configured_ = false;
  stop_wanted_ = false;
  if (std::exchange(announced_, false)) events_.push_back(ScriptEnded{});
}

void V2HostSession::setup_done(Time now) {
  phase_ = Phase::running;
  poll_due_ = now + options_.poll_interval;
  stream_.suspect(now);
  if (!interruption_.empty()) events_.push_back(Resynced{std::exchange(interruption_, {})});
}

}  // namespace omv::camera
