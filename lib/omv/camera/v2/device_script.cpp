// SPDX-License-Identifier: LGPL-2.1-or-later
// A script runs, prints, shows frames, and ends (spec: protocol-v2, sections 10, 11 and 14.8).
#include <algorithm>
#include <string>

#include "omv/camera/v2/device_session.h"

namespace omv::camera {

namespace {

using namespace std::chrono_literals;

constexpr Time kNotifyInterval = 50ms;
constexpr std::string_view kTooBig = "\x1B[40O\n";

}  // namespace

void V2DeviceSession::start_script(Time now) {
  script_.start(std::exchange(upload_, {}), now);
  link_.event(kStdin, event_code::kScriptStarted);
}

// KeyboardInterrupt; what was uploaded meanwhile runs next if nothing is running (section 10).
void V2DeviceSession::interrupt(Time now) {
  if (script_.running()) return script_over(ScriptLife::kInterrupted);
  if (!upload_.empty()) return start_script(now);
  script_.print_banner();
}

void V2DeviceSession::script_over(std::string_view last_words) {
  script_.end(last_words);
  link_.event(kStdin, event_code::kScriptEnded);
  link_.event(0, event_code::kSoftReboot);
  link_.reset();
  synchronised_ = false;
  stream_.reinitialise();
  upload_.clear();
  source_.reset();
}

void V2DeviceSession::notify_text(Time now) {
  if (script_.console().take_rush()) notify_now_ = true;
  const bool silent = !synchronised_ && !options_.announce_text_unsynchronised;
  if (script_.console().size() == 0 || silent) {
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
  if (!stream_.enabled() || stream_.occupied() || !source_exists()) return provider_.skip(now);
  const Result<CapturedFrame> frame = provider_.capture(stream_.request(), now);
  if (!frame) return script_over("OSError: " + frame.error().message + "\n");
  const bool stored = stream_.store(*frame);
  // Too big: compressed frames are announced on the console, raw ones by an event without a frame.
  if (!stored && is_compressed(frame->info.format)) return script_.console().print(kTooBig);
  link_.event(kStream, event_code::kNotify);
}

}  // namespace omv::camera
