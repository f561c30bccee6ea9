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
constexpr std::string_view kTooBig = "\x1B[40O\n";

bool scaled_to_nothing(const CapturedFrame& frame, const StreamRequest& request) {
  if (!request.raw || !frame.data.empty() || frame.info.width == 0) return false;
  const FrameInfo target = scaled_to_fit(frame.info, request.max_width, request.max_height);
  return target.width == 0 || target.height == 0;
}

}  // namespace

void V2DeviceSession::start_script(Time now) {
  script_.start(std::exchange(upload_, {}), now);
  if (profile_) profile_->run(now);
  link_.event(kStdin, event_code::kScriptStarted);
  const std::string stillborn = stillborn_traceback(script_.text());
  if (!stillborn.empty()) return script_over(stillborn, now);
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
void V2DeviceSession::script_stepped(Time now) {
  while (const auto id = dynamic_.take_notification()) {
    if (!link_.caps().events) return script_over(traceback(script_.text(), "RuntimeError: failed to send event"), now);
    link_.event(*id, event_code::kNotify);
  }
}

// KeyboardInterrupt; what was uploaded meanwhile runs next if nothing is running (section 10).
void V2DeviceSession::interrupt(Time now) {
  if (script_.running()) return script_over(interrupted_traceback(script_.text()), now);
  if (!upload_.empty()) return start_script(now);
  script_.print_banner();
}

void V2DeviceSession::script_over(std::string_view last_words, Time now) {
  if (profile_) profile_->stop(now);
  release_locks();
  dynamic_.clear();
  script_.end(last_words);
  link_.event(kStdin, event_code::kScriptEnded);
  link_.event(0, event_code::kSoftReboot);
  link_.reset();
  stream_.reinitialise();
  upload_.clear();
  source_.reset();
}

void V2DeviceSession::notify_text(Time now) {
  if (script_.console().take_rush()) notify_now_ = true;
  if (script_.console().size() == 0) {
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

bool V2DeviceSession::source_exists() const {
  return !source_ || (*source_ != 0 && std::count(options_.sensors.begin(), options_.sensors.end(), *source_) > 0);
}

void V2DeviceSession::frame_due(Time now) {
  if (!stream_.enabled() || stream_.occupied() || stream_.stalled() || !source_exists()) return provider_.skip(now);
  const Result<CapturedFrame> frame = provider_.capture(stream_.request(), now);
  if (!frame) return script_over(failure_traceback(script_.text(), frame.error()), now);
  if (scaled_to_nothing(*frame, stream_.request())) return stream_.stall();
  const bool stored = stream_.store(*frame);
  // Too big: compressed frames are announced on the console, raw ones by an event without a frame.
  if (!stored && is_compressed(frame->info.format)) return script_.console().print(kTooBig);
  link_.event(kStream, event_code::kNotify);
}

}  // namespace omv::camera
