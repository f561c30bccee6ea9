// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes become commands, commands become answers or data phases.
#include "omv/camera/usbdbg/device_session.h"

#include <algorithm>
#include <utility>

#include "omv/camera/traceback.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;
using namespace usbdbg;

constexpr std::size_t kInputSize = 4096;
constexpr std::uint32_t kMaxAnswer = 512;        // of the commands whose answer has one size
constexpr std::uint32_t kMaxLearned = 4095;      // LEARN_MTU
constexpr std::size_t kMaxScript = 1024 * 1024;  // the heap; more is lost without a word, as on a camera
constexpr std::size_t kKeptData = 8;             // of data phases other than a script's
constexpr Time kStateInterval = 50ms;            // 20 frames a second
constexpr Time kStallTime = 1s;                  // of a data phase, before 4.8 on TinyUSB gives it up
constexpr FirmwareVersion kFirstWithoutLearnMtu = {4, 0, 0};

std::string banner_of(const DeviceOptions& options) {
  if (!options.banner.empty()) return options.banner;
  return make_banner(options.firmware.value_or(kLatest), "1.25.0", *options.board);
}

}  // namespace

UsbdbgDeviceSession::UsbdbgDeviceSession(DeviceOptions options, FrameProvider& provider)
    : options_(std::move(options)),
      firmware_(options_.firmware.value_or(kLatest)),
      provider_(provider),
      script_(provider, options_.board->stdout_ring, banner_of(options_)),
      frame_(options_.stream_buffer.value_or(options_.board->stream_buffer), firmware_ <= kLastBigEndian),
      input_(kInputSize) {}

void UsbdbgDeviceSession::start(Time now) {
  if (options_.main_script) start_script(*options_.main_script, now);
  work(now);
}

// --- Bytes and time ---

ByteSpan UsbdbgDeviceSession::space() { return ByteSpan(input_).subspan(filled_); }

void UsbdbgDeviceSession::received(std::size_t count, Time now) {
  filled_ += count;
  last_progress_ = now;
  work(now);
}

void UsbdbgDeviceSession::work(Time now) {
  if (halted_) filled_ = 0;
  while (!request_ && !halted_) {
    check_stall(now);
    script_.run(now, *this);
    if (!output().empty() || !take_input(now)) return;
  }
}

// One command, or a part of its data; false when there is nothing to go on with.
bool UsbdbgDeviceSession::take_input(Time now) {
  const ConstByteSpan bytes = ConstByteSpan(input_).first(filled_);
  if (bytes.empty()) return false;
  std::size_t used = 0;
  if (data_left_ > 0) {
    used = take_data(bytes, now);
  } else {
    const Result<Command> command = decode_command(bytes);
    if (!command) return command.error().code == Errc::invalid && stray();
    used = kCommandSize;
    begin(*command, now);
  }
  std::copy(input_.begin() + static_cast<std::ptrdiff_t>(used), input_.begin() + static_cast<std::ptrdiff_t>(filled_),
            input_.begin());
  filled_ -= used;
  return true;
}

// A packet that is no command: "Invalid USB CMD" is fatal up to kLastFatal on TinyUSB, else it is ignored as a whole.
bool UsbdbgDeviceSession::stray() {
  filled_ = 0;
  halted_ = options_.board->tiny_usb && firmware_ <= kLastFatal;
  return false;
}

// TinyUSB firmware from 4.8 on gives up a data phase in which nothing happens; the others wait for ever.
Time UsbdbgDeviceSession::stall_end() const {
  const bool gives_up = options_.board->tiny_usb && firmware_ >= kFirst48;
  const bool in_data_phase = data_left_ > 0 || !output().empty();
  return gives_up && in_data_phase ? last_progress_ + kStallTime : kNever;
}

void UsbdbgDeviceSession::check_stall(Time now) {
  if (now < stall_end()) return;
  end_data_phase();
}

void UsbdbgDeviceSession::end_data_phase() {
  data_left_ = 0;
  output_.clear();
  sent_ = 0;
  frame_.abort_dump();
}

Time UsbdbgDeviceSession::next_deadline() const {
  if (request_ || halted_) return kNever;
  return std::min(script_.due(), stall_end());
}

ConstByteSpan UsbdbgDeviceSession::output() const {
  if (halted_ || request_) return {};
  const ConstByteSpan answer = ConstByteSpan(output_).subspan(sent_);
  return answer.empty() && frame_.dumping() ? frame_.output() : answer;
}

void UsbdbgDeviceSession::sent(std::size_t count, Time now) {
  last_progress_ = now;
  if (sent_ < output_.size()) {
    sent_ += count;
  } else if (frame_.dumping()) {
    frame_.sent(count);
  }
  if (output().empty()) work(now);
}

void UsbdbgDeviceSession::forget_host(Time) {
  filled_ = 0;
  end_data_phase();
}

// --- Section 2: commands ---

void UsbdbgDeviceSession::begin(const Command& command, Time now) {
  output_.clear();
  sent_ = 0;
  if (is_answered(command.request)) return answer(command, now);
  if (command.length == 0 || !wants_data(command.request)) return act(command.request, now);
  command_ = command;
  data_left_ = command.length;
  data_.clear();
  if (command.request == Request::script_exec) begin_upload();
}

void UsbdbgDeviceSession::answer(const Command& command, Time now) {
  const std::uint32_t length = command.length;
  switch (command.request) {
    case Request::fw_version: return reply(encode_firmware(firmware_), length);
    case Request::arch_string: return reply(encode_arch(*options_.board, options_.unique_id), length);
    case Request::frame_size: return reply(encode(frame_.lock()), length);
    case Request::frame_dump: return frame_.begin_dump(length);
    case Request::learn_mtu:
      if (firmware_ < kFirstWithoutLearnMtu) output_.resize(std::min(length, kMaxLearned));
      return;
    case Request::script_running:
      if (firmware_ >= kFirst48) upload_.clear();
      return reply_word(script_.running() ? 1 : 0, length);
    case Request::tx_buf_len: return reply_word(static_cast<std::uint32_t>(script_.console().size()), length);
    case Request::tx_buf: return reply_text(length);
    case Request::sensor_id:
      if (firmware_ >= kFirstSensorId) reply_word(options_.sensors[0] != 0 ? options_.sensors[0] : kNoSensor, length);
      return;
    case Request::get_state:
      if (firmware_ >= kFirstGetState) reply_state(length, now);
      return;
    case Request::profile_size:
      if (firmware_ >= kFirst48) reply(encode(FrameShape{}), length);  // no records
      return;
    default: return;  // not implemented: nothing comes
  }
}

bool UsbdbgDeviceSession::wants_data(Request request) const {
  switch (request) {
    case Request::script_exec:
    case Request::fb_enable:
    case Request::set_time: return true;
    case Request::attr_write:
    case Request::template_save:
    case Request::descriptor_save: return firmware_ < kFirst48;
    case Request::profile_mode:
    case Request::profile_event: return firmware_ >= kFirst48;
    default: return false;
  }
}

void UsbdbgDeviceSession::act(Request request, Time now) {
  switch (request) {
    case Request::script_stop: return stop(now);
    case Request::sys_reset: request_ = DeviceRequest::reset; return;
    case Request::sys_reset_to_bootloader: request_ = DeviceRequest::bootloader; return;
    default: return;
  }
}

std::size_t UsbdbgDeviceSession::take_data(ConstByteSpan bytes, Time now) {
  const std::size_t used = std::min<std::size_t>(bytes.size(), data_left_);
  bytes = bytes.first(used);
  data_left_ -= static_cast<std::uint32_t>(used);
  if (command_.request == Request::script_exec) {
    if (!upload_ignored_)
      upload_.append(as_text(bytes.first(std::min(used, kMaxScript - std::min(kMaxScript, upload_.size())))));
  } else {
    append(data_, bytes.first(std::min(used, kKeptData - std::min(kKeptData, data_.size()))));
  }
  if (data_left_ == 0) finish_data(now);
  return used;
}

void UsbdbgDeviceSession::finish_data(Time now) {
  if (command_.request == Request::script_exec) return execute(now);
  if (command_.request == Request::fb_enable && data_.size() >= 4)
    frame_.enable(load_le<std::uint32_t>(data_.data()) != 0);
}

// As many bytes as were asked for.
void UsbdbgDeviceSession::reply(ConstByteSpan bytes, std::uint32_t length) {
  output_.assign(bytes.begin(), bytes.end());
  output_.resize(std::min(length, kMaxAnswer));
}

void UsbdbgDeviceSession::reply_word(std::uint32_t word, std::uint32_t length) {
  std::array<std::uint8_t, 4> bytes{};
  store_le(bytes.data(), word);
  reply(bytes, length);
}

// --- Section 4: GET_STATE ---

void UsbdbgDeviceSession::reply_state(std::uint32_t length, Time now) {
  if (length <= kStateHead || length > kMaxState) return;
  State state;
  const Bytes text = script_.console().read(script_.console().size());
  state.text = text;
  state.flags = (script_.running() ? state_flag::kScript : 0) | (text.empty() ? 0 : state_flag::kText);
  if (frame_.occupied() && (!last_state_frame_ || now >= *last_state_frame_ + kStateInterval)) {
    state.flags |= state_flag::kFrame;
    state.shape = frame_.lock();
    last_state_frame_ = now;
  }
  output_ = encode(state, length);
}

void UsbdbgDeviceSession::reply_text(std::uint32_t length) { output_ = script_.console().read(length); }

// --- Section 5: scripts ---

void UsbdbgDeviceSession::begin_upload() {
  upload_ignored_ = script_.running();
  if (!upload_ignored_ && firmware_ < kFirst48) upload_.clear();
}

void UsbdbgDeviceSession::execute(Time now) {
  if (!upload_ignored_) start_script(upload_, now);
}

void UsbdbgDeviceSession::start_script(std::string text, Time now) {
  script_.start(std::move(text), now);
  const std::string stillborn = stillborn_traceback(script_.text());
  if (!stillborn.empty()) script_over(stillborn, now);
}

void UsbdbgDeviceSession::stop(Time now) {
  script_.console().clear();
  if (script_.running()) script_over(interrupted_traceback(script_.text()), now);
}

void UsbdbgDeviceSession::frame_due(Time now) {
  if (!frame_.enabled() || frame_.occupied()) return provider_.skip(now);
  const Result<CapturedFrame> frame = provider_.capture(frame_.request(), now);
  if (!frame) return script_over(failure_traceback(script_.text(), frame.error()), now);
  frame_.store(*frame);
}

void UsbdbgDeviceSession::script_over(std::string_view last_words, Time) {
  script_.end(last_words);
  frame_.reinitialise();
}

void UsbdbgDeviceSession::end_script(std::string_view last_words, Time now) {
  if (script_.running()) script_over(last_words, now);
  work(now);
}

}  // namespace omv::camera
