// SPDX-License-Identifier: LGPL-2.1-or-later
// What the script of an emulated camera does besides taking pictures: it raises triggers and prints.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "omv/camera/frame_provider.h"

namespace omv::emulator {

enum class TriggerBy {
  console,  ///< a line: 0x1E and JSON
  channel,  ///< a line of JSON in the script's channel "trigger"
};

struct ScriptOptions {
  std::uint64_t triggers = 0;  ///< one in front of every Nth frame; 0: none
  TriggerBy trigger_by = TriggerBy::console;
  std::int32_t drift_ppm = 0;      ///< of the camera's clock against that of the host
  std::uint32_t ticks_offset = 0;  ///< what its clock shows at power-up, milliseconds
  std::string text;                ///< a line it prints; empty: none
  std::uint32_t text_rate = 0;     ///< lines per second; 0: one for each frame

  bool operator==(const ScriptOptions&) const = default;
};

/// The camera's clock as MicroPython shows it: milliseconds since power-up, 0 follows 2^30 - 1.
class CameraTicks {
 public:
  CameraTicks(const ScriptOptions& options, Time power_up)
      : speed_(kNominal + options.drift_ppm), offset_(options.ticks_offset), power_up_(power_up) {}
  std::uint32_t at(Time now) const;

 private:
  static constexpr std::int64_t kNominal = 1'000'000;

  std::int64_t speed_;  // millionths
  std::uint32_t offset_;
  Time power_up_;
};

/// A provider around another. When there are no more pictures, the script says so before it ends ({"end": ...}, a record
/// like those of triggers): to a host, a script that just ends is a camera that has rebooted. The trigger of frame n precedes the frame:
/// {"trigger": "blob", "ticks_ms": 1234, "frame": n, "x": 10, "y": 20}, where n counts the frames of the script from 0,
/// seen or unseen, as the scene's code does.
class EmulatedScript final : public camera::FrameProvider {
 public:
  /// `inner` and `options` outlive it.
  EmulatedScript(camera::FrameProvider& inner, const ScriptOptions& options);
  ~EmulatedScript() override;

  /// The camera's clock starts.
  void power_up(Time now) { ticks_ = CameraTicks(options_, now); }

  void start(Time now, std::string_view script) override;
  std::optional<Time> due(Time now) override;
  Result<camera::CapturedFrame> capture(const camera::StreamRequest& request, Time now) override;
  void skip(Time now) override;
  std::string_view take_output() override;
  std::span<camera::DynamicChannel* const> channels() override;

 private:
  class TriggerChannel;

  void work(Time now);
  void raise_trigger(Time now);
  void advance() { ++frame_, worked_ = false; }

  camera::FrameProvider& inner_;
  const ScriptOptions& options_;
  std::unique_ptr<TriggerChannel> channel_;
  std::array<camera::DynamicChannel*, 1> channels_;
  CameraTicks ticks_;
  Time start_{0};
  std::uint64_t frame_ = 0;
  std::uint64_t lines_ = 0;  // printed
  bool worked_ = false;      // with the frame that is due
  bool ended_ = false;
  std::string waiting_;
  std::string taken_;
};

}  // namespace omv::emulator
