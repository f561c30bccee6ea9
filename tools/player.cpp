// SPDX-License-Identifier: LGPL-2.1-or-later
// One loop: keys, time, a frame.
#include "player.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "play_keys.h"
#include "progress.h"
#include "runner/offline/video_window.h"

namespace omv::tool {

namespace {

using convert::Nanoseconds;
using convert::PlayHead;
using runner::VideoWindow;
using namespace std::chrono_literals;

constexpr Time kPeriod = 20ms;  // of looking for signals, and for keys in the window
constexpr Nanoseconds kJump = 5s;
constexpr Nanoseconds kFarJump = 60s;
constexpr double kLeastSpeed = 1.0 / 64;
constexpr double kMostSpeed = 64;

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

/// The window, and everybody who may want it to end.
class Screen {
 public:
  Screen(const PlayerOptions& options, const EndSignals& signals) : signals_(signals), line_(options.quiet) {}

  Result<void> open(const std::string& sink) {
    OMV_TRY(window_, runner::open_window(sink));
    return {};
  }

  Result<void> show(const Frame& frame) {
    const auto shown = window_->show(frame, [this] { return is_wanted(); });
    if (shown) {
      ++played_.shown;
      return {};
    }
    if (shown.error().code != Errc::closed && shown.error().code != Errc::cancelled) return shown;
    is_wanted_ = false;
    return {};
  }

  bool is_wanted() {
    played_.is_interrupted = played_.is_interrupted || signals_.wait(Time(0));
    return is_wanted_ && !played_.is_interrupted;
  }

  /// The next key; of quit, that nobody wants this any more is all that is told.
  std::optional<PlayKey> wait_for_key(Time time) {
    for (const std::string& name : window_->take_keys())
      if (const auto key = key_by_name(name)) from_window_.push_back(*key);
    std::optional<PlayKey> key;
    if (from_window_.empty()) {
      key = keys_.wait(std::clamp(time, Time(0), kPeriod));
    } else {
      key = from_window_.front();
      from_window_.erase(from_window_.begin());
    }
    if (key == PlayKey::quit) is_wanted_ = false;
    return key == PlayKey::quit ? std::nullopt : key;
  }

  void tell(const std::string& line, bool at_once) { at_once ? line_.say(line) : line_.show(0, 0, line); }

  Result<Played> finish() {
    if (!is_wanted()) return played_;
    const auto finished = window_->finish([this] { return is_wanted(); });
    if (!finished && finished.error().code != Errc::cancelled) return finished.error();
    return played_;
  }

 private:
  const EndSignals& signals_;
  std::unique_ptr<VideoWindow> window_;
  KeyInput keys_;
  std::vector<PlayKey> from_window_;
  ProgressLine line_;
  bool is_wanted_ = true;
  Played played_;
};

class RecordingPlayer {
 public:
  RecordingPlayer(convert::FrameReader& reader, Screen& screen)
      : reader_(reader), screen_(screen), clock_(Clock::steady()) {}

  Result<std::size_t> run(const convert::PlayOptions& how) {
    OMV_TRY(PlayHead head, PlayHead::begin(reader_, how, clock_->now()));
    OMV_CHECK(show(head, true));
    while (screen_.is_wanted() && (!head.is_at_end() || head.is_paused())) {
      const auto key = screen_.wait_for_key(head.due().value_or(clock_->now() + kPeriod) - clock_->now());
      OMV_TRY(bool has_moved, key ? follow(*key, head) : Result<bool>(false));
      if (!has_moved) {
        OMV_TRY(has_moved, head.advance(clock_->now()));
      }
      if (has_moved) OMV_CHECK(show(head, key.has_value()));
      if (key && !has_moved) tell(head, true);
    }
    return head.passed_over();
  }

 private:
  Result<void> show(const PlayHead& head, bool at_once) {
    tell(head, at_once || head.is_paused());
    return screen_.show(head.frame().frame);
  }

  void tell(const PlayHead& head, bool at_once) {
    std::string line = time_text(head.frame().time);
    if (const auto length = reader_.length()) line += " / " + time_text(*length);
    line += ", frame " + std::to_string(head.frame().index);
    if (const auto count = reader_.count()) line += " of " + std::to_string(*count);
    if (head.speed() != 1) line += ", speed " + number_text(head.speed());
    if (head.is_paused()) line += ", paused";
    screen_.tell(line, at_once);
  }

  Result<bool> follow(PlayKey key, PlayHead& head) {
    const Time now = clock_->now();
    switch (key) {
      case PlayKey::pause: head.set_paused(!head.is_paused(), now); return false;
      case PlayKey::back: return head.jump(-kJump, now);
      case PlayKey::forward: return head.jump(kJump, now);
      case PlayKey::far_back: return head.jump(-kFarJump, now);
      case PlayKey::far_forward: return head.jump(kFarJump, now);
      case PlayKey::step_back: return head.step_back();
      case PlayKey::step_on: return head.step_on();
      case PlayKey::slower: head.set_speed(std::max(head.speed() / 2, kLeastSpeed), now); return false;
      case PlayKey::faster: head.set_speed(std::min(head.speed() * 2, kMostSpeed), now); return false;
      case PlayKey::usual_speed: head.set_speed(1, now); return false;
      case PlayKey::quit: break;
    }
    return false;
  }

  convert::FrameReader& reader_;
  Screen& screen_;
  std::shared_ptr<Clock> clock_;
};

class CameraPlayer {
 public:
  CameraPlayer(Screen& screen, bool paused) : screen_(screen), is_paused_(paused) {}

  Result<std::uint64_t> run(const runner::CameraProperties& properties) {
    OMV_TRY(camera_, runner::open_camera(properties, [this] { return go_on(); }));
    convert::TimedFrame frame;
    while (go_on()) {
      OMV_TRY(const bool there, camera_->next(frame));
      if (!there) break;
      const bool is_first = frame.index == 0;
      if (is_paused_ && !is_first) continue;
      OMV_CHECK(screen_.show(frame.frame));
      const double seconds = std::chrono::duration<double>(frame.time).count();
      screen_.tell(time_text(frame.time) + ", frame " + std::to_string(frame.index) +
                       (is_first ? "" : ", " + number_text(static_cast<double>(frame.index) / seconds) + " frames/s"),
                   is_first);
    }
    return camera_->lost();
  }

 private:
  bool go_on() {
    if (screen_.wait_for_key(Time(0)) == PlayKey::pause) is_paused_ = !is_paused_;
    return screen_.is_wanted();
  }

  Screen& screen_;
  std::unique_ptr<runner::CameraFrames> camera_;
  bool is_paused_;
};

}  // namespace

Result<Played> play_recording(convert::FrameReader& reader, const convert::PlayOptions& how,
                              const PlayerOptions& options, const EndSignals& signals) {
  Screen screen(options, signals);
  OMV_CHECK(screen.open(options.sink));
  OMV_TRY(const std::size_t passed_over, RecordingPlayer(reader, screen).run(how));
  OMV_TRY(Played played, screen.finish());
  played.passed_over = passed_over;
  return played;
}

Result<Played> play_camera(const runner::CameraProperties& camera, bool paused, const PlayerOptions& options,
                           const EndSignals& signals) {
  Screen screen(options, signals);
  OMV_CHECK(screen.open(options.sink));
  OMV_TRY(const std::uint64_t lost, CameraPlayer(screen, paused).run(camera));
  OMV_TRY(Played played, screen.finish());
  played.lost = lost;
  return played;
}

}  // namespace omv::tool
