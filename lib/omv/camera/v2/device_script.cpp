// SPDX-License-Identifier: LGPL-2.1-or-later
// A script runs, prints, shows frames, and ends (spec: protocol-v2, sections 10, 11 and 14.8).
#include <algorithm>
#include <string>

#include "omv/camera/traceback.h"
#include "omv/camera/v2/device_session.h"
#include "omv/image/scale.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kNotifyInterval = 50ms;
constexpr int kFramesAtOnce = 64;  // catching up after a pause
constexpr std::string_view kTooBig = "\x1B[40O\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A message that begins with the name of an exception is one.
std::string exception_of(const Error& error) {
  const std::string_view first = std::string_view(error.message).substr(0, error.message.find(':'));
  const bool named = first.ends_with("Error") && first.find(' ') == std::string_view::npos;
  return named ? error.message : "OSError: " + error.message;
}

bool scaled_to_nothing(const CapturedFrame& frame, const StreamRequest& request) {
  if (!request.raw || !frame.data.empty() || frame.info.width == 0) return false;
  const FrameInfo target = scaled_to_fit(frame.info, request.max_width, request.max_height);
  return target.width == 0 || target.height == 0;
}

}  // namespace

void V2DeviceSession::start_script(Time now) {
  running_ = true;
  running_text_ = std::exchange(upload_, {});
  provider_.start(now, running_text_);
  if (profile_) profile_->run(now);
  link_.event(kStdin, event_code::kScriptStarted);
  if (std::string_view(running_text_).starts_with(kByteOrderMark))
    return finish_script(traceback("", "NameError: name '\xEF\xBB\xBF' isn't defined"), now);
  register_channels();
}

void V2DeviceSession::register_channels() {
  for (DynamicChannel* channel : provider_.channels()) {
    hung_ = !dynamic_.add(*channel, profile_ ? kProfile + 1 : kProfile);
    if (hung_) return;
    link_.event(0, event_code::kChannelRegistered);
  }
}

// A script that wants to send an event to a host that wants none fails (section 6).
void V2DeviceSession::notify_channels(Time now) {
  while (const auto id = dynamic_.take_notification()) {
    if (!link_.caps().events) return finish_script(traceback(running_text_, "RuntimeError: failed to send event"), now);
    link_.event(*id, event_code::kNotify);
  }
}

// KeyboardInterrupt; what was uploaded meanwhile runs next if nothing is running (section 10).
void V2DeviceSession::interrupt(Time now) {
  if (running_) return finish_script(interrupted_traceback(running_text_), now);
  if (!upload_.empty()) return start_script(now);
  print_banner();
}

void V2DeviceSession::finish_script(std::string_view last_words, Time now) {
  running_ = false;
  if (profile_) profile_->stop(now);
  release_locks();
  dynamic_.clear();
  script_due_ = kNever;
  print(last_words);
  print("MPY: soft reboot\n");
  print_banner();
  link_.event(kStdin, event_code::kScriptEnded);
  link_.event(0, event_code::kSoftReboot);
  link_.reset();
  stream_.reinitialise();
  upload_.clear();
  source_.reset();
}

void V2DeviceSession::print_banner() {
  print(options_.banner);
  print("\nType \"help()\" for more information.\n>>> ");
}

void V2DeviceSession::print(std::string_view text) {
  if (text.empty()) return;
  stdout_.print(text);
  if (stdout_.more_than_half_full()) notify_now_ = true;
}

void V2DeviceSession::notify_text(Time now) {
  if (stdout_.size() == 0) {
    notify_due_ = kNever;
    notify_now_ = false;
    return;
  }
  if (notify_due_ == kNever) notify_due_ = now + kNotifyInterval;
  if (!notify_now_ && now < notify_due_) return;
  link_.event(kStdout, event_code::kNotify);
  notify_now_ = false;
  notify_due_ = now + kNotifyInterval;
}

// --- Frames ---

void V2DeviceSession::run(Time now) {
  script_due_ = kNever;
  for (int i = 0; running_ && i < kFramesAtOnce; ++i) {
    const std::optional<Time> due = provider_.due(now);
    print(provider_.take_output());
    notify_channels(now);
    if (!running_) return;
    if (!due && stream_.occupied()) return;  // the last frame is there to be seen
    if (!due) return finish_script("", now);
    if (*due > now) {
      script_due_ = *due;
      return;
    }
    take_frame(now);
    // A provider that keeps its frame for later is asked again when the buffer is free.
    if (running_ && provider_.due(now) == due) return print(provider_.take_output());
  }
  if (!running_) return;
  print(provider_.take_output());
  script_due_ = now;  // still behind
}

bool V2DeviceSession::source_exists() const {
  return !source_ || (*source_ != 0 && std::count(options_.sensors.begin(), options_.sensors.end(), *source_) > 0);
}

void V2DeviceSession::take_frame(Time now) {
  if (!stream_.enabled() || stream_.occupied() || stream_.stalled() || !source_exists()) return provider_.skip(now);
  const Result<CapturedFrame> frame = provider_.capture(stream_.request(), now);
  if (!frame) return finish_script(traceback(running_text_, exception_of(frame.error())), now);
  if (scaled_to_nothing(*frame, stream_.request())) return stream_.stall();
  const bool stored = stream_.store(*frame);
  // Too big: compressed frames are announced on the console, raw ones by an event without a frame.
  if (!stored && is_compressed(frame->info.format)) return print(kTooBig);
  link_.event(kStream, event_code::kNotify);
}

}  // namespace omv::camera
