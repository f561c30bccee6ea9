// SPDX-License-Identifier: LGPL-2.1-or-later
// A script on an emulated camera: it runs, shows frames, prints, and ends, whatever the protocol.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "omv/camera/board.h"
#include "omv/camera/frame_provider.h"
#include "omv/camera/stdout_ring.h"
#include "omv/camera/transport/transport.h"

namespace omv::camera {

/// What a protocol does about the script that runs.
class ScriptOwner {
 public:
  virtual ~ScriptOwner() = default;
  /// A frame is there that the host has not taken yet.
  virtual bool frame_waits() const = 0;
  /// The provider's next frame is due: capture() or skip() it.
  virtual void frame_due(Time now) = 0;
  /// The script has gone on and may have done more than to print.
  virtual void script_stepped(Time) {}
  /// The script is over, with these words: calls ScriptLife::end().
  virtual void script_over(std::string_view last_words, Time now) = 0;
};

/// "OpenMV v5.0.0; MicroPython v1.28.0; OpenMV RT1062 (emulated)".
std::string make_banner(const std::array<std::uint8_t, 3>& firmware, std::string_view micropython, const Board& board);

class ScriptLife {
 public:
  /// `provider` outlives it. `ring`: bytes of the console's buffer. `banner`: first line the prompt prints.
  ScriptLife(FrameProvider& provider, std::size_t ring, std::string banner)
      : provider_(provider), console_(ring), banner_(std::move(banner)) {}

  bool running() const { return running_; }
  /// Of the script that runs, or ran last.
  std::string_view text() const { return text_; }
  StdoutRing& console() { return console_; }
  const StdoutRing& console() const { return console_; }

  void start(std::string text, Time now);
  /// Prints the last words, the soft reboot, and the prompt.
  void end(std::string_view last_words);
  void print_banner();

  /// Frames and text up to `now`; calls frame_due(), and script_over() when the provider has nothing more to show
  /// and the last frame was taken.
  void run(Time now, ScriptOwner& owner);
  /// When run() has something to do though nothing else happens.
  Time due() const { return due_; }

 private:
  FrameProvider& provider_;
  StdoutRing console_;
  std::string banner_;
  std::string text_;
  bool running_ = false;
  Time due_ = kNever;
};

}  // namespace omv::camera
