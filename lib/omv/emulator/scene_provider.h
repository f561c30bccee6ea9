// SPDX-License-Identifier: LGPL-2.1-or-later
// The synthetic scene as the sensor of an emulated camera.
#pragma once

#include <cstdint>
#include <optional>

#include "omv/camera/frame_provider.h"
#include "omv/emulator/capture_hints.h"
#include "omv/emulator/frame_rate.h"
#include "omv/emulator/preview.h"
#include "omv/emulator/scene.h"
#include "omv/emulator/script_output.h"

namespace omv::emulator {

struct SceneOptions {
  std::uint32_t width = 320;
  std::uint32_t height = 240;
  /// A raw format, or jpeg: a sensor that makes JPEG itself.
  PixelFormat format = PixelFormat::rgb565;
  /// Unlimited: the frame waits for the host, and time in the picture passes at 30 frames per second.
  FrameRate rate = FrameRate::per_second(30);
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> frames;  ///< then the script ends
  PreviewOptions preview;
  bool report = true;  ///< print a line per second
};

/// Frame n of a script carries the scene code {n, n / rate}, whether the host sees the frame or not: numbers that are
/// missing at the host were lost or skipped. Its bytes depend on the options and n alone.
/// Scripts may change format, size, quality and rate for their time (capture_hints.h).
class SceneProvider final : public camera::FrameProvider {
 public:
  /// Errors as Scene::create().
  static Result<SceneProvider> create(const SceneOptions& options);

  void start(Time now, std::string_view script) override;
  std::optional<Time> due(Time now) override;
  Result<camera::CapturedFrame> capture(const camera::StreamRequest& request, Time now) override;
  void skip(Time now) override;
  std::string_view take_output() override { return output_.take(); }

 private:
  SceneProvider(const SceneOptions& options, Scene scene);

  void use_scene(const FrameInfo& info);
  SceneCode code() const;
  void advance(Time now);
  Result<camera::CapturedFrame> shoot(const camera::StreamRequest& request);

  SceneOptions options_;
  Scene scene_;
  Preview preview_;
  formats::JpegEncoder sensor_encoder_;
  Bytes sensor_jpeg_;
  bool is_jpeg_sensor_ = false;
  FrameRate rate_;
  RateMeter meter_;
  float fps_ = 0;
  ScriptOutput output_;
  Time start_{0};
  std::uint64_t next_ = 0;
};

}  // namespace omv::emulator
