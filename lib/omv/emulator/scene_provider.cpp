// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers and times of the frames, and the script's wishes.
#include "omv/emulator/scene_provider.h"

namespace omv::emulator {

namespace {

constexpr int kSensorQuality = 75;
constexpr std::uint32_t kNominalFps = 30;  // of an unlimited rate

// What the scene is painted as. A JPEG sensor sees colours.
FrameInfo painted(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  return {format == PixelFormat::jpeg ? PixelFormat::rgb565 : format, width, height};
}

}  // namespace

Result<SceneProvider> SceneProvider::create(const SceneOptions& options) {
  OMV_TRY(Scene scene, Scene::create(painted(options.format, options.width, options.height), options.seed));
  return SceneProvider(options, std::move(scene));
}

SceneProvider::SceneProvider(const SceneOptions& options, Scene scene)
    : options_(options), scene_(std::move(scene)), preview_(options.preview), rate_(options.rate) {}

void SceneProvider::start(Time now, std::string_view script) {
  const CaptureHints hints = parse_capture_hints(script);
  const camera::FrameSize size = hints.size.value_or(camera::FrameSize{options_.width, options_.height});
  const PixelFormat format = hints.format.value_or(options_.format);
  output_.restart();
  output_.print(hints.complaints);
  is_jpeg_sensor_ = format == PixelFormat::jpeg;
  use_scene(painted(format, size.width, size.height));
  preview_.restart(hints.quality);
  rate_ = hints.rate.value_or(options_.rate);
  meter_.restart();
  fps_ = meter_.add(now);
  start_ = now;
  next_ = 0;
}

void SceneProvider::use_scene(const FrameInfo& info) {
  if (info == scene_.info()) return;
  auto scene = Scene::create(info, options_.seed);
  if (scene)
    scene_ = *std::move(scene);
  else
    output_.print("omv-capture: " + scene.error().message + "\n");
}

SceneCode SceneProvider::code() const {
  const FrameRate rate = rate_.is_unlimited() ? FrameRate::per_second(kNominalFps) : rate_;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(rate.time_of(next_));
  return {static_cast<std::uint32_t>(next_), static_cast<std::uint32_t>(time.count())};
}

std::optional<Time> SceneProvider::due(Time now) {
  if (options_.frames && next_ >= *options_.frames) return std::nullopt;
  return rate_.is_unlimited() ? now : start_ + rate_.time_of(next_);
}

Result<camera::CapturedFrame> SceneProvider::shoot(const camera::StreamRequest& request) {
  const ConstByteSpan picture = scene_.render(code());
  if (!is_jpeg_sensor_) return preview_.make(scene_.info(), picture, request);
  OMV_CHECK(sensor_encoder_.encode(packed_view(scene_.info(), picture), {kSensorQuality}, sensor_jpeg_));
  return preview_.make({PixelFormat::jpeg, scene_.info().width, scene_.info().height}, sensor_jpeg_, request);
}

Result<camera::CapturedFrame> SceneProvider::capture(const camera::StreamRequest& request, Time now) {
  auto frame = shoot(request);
  if (frame) frame->fps = fps_;
  advance(now);
  return frame;
}

void SceneProvider::skip(Time now) {
  if (!rate_.is_unlimited()) advance(now);
}

// The rate is that of the captures: of the frames' own times where they have some.
void SceneProvider::advance(Time now) {
  ++next_;
  const Time time = rate_.is_unlimited() ? now : start_ + rate_.time_of(next_);
  fps_ = meter_.add(time);
  if (options_.report) output_.report(time - start_, fps_, next_);
}

}  // namespace omv::emulator
