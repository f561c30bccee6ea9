// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop that DeviceSession's header describes.
#include "omv/emulator/emulator.h"

#include <algorithm>
#include <utility>

namespace omv::emulator {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSensorId = 0x56;  // OV5640
constexpr Time kBusyWait = 1ms;            // while the device takes no bytes

Time now() { return Clock::steady()->now(); }

camera::DeviceOptions device_options(const EmulatorOptions& options) {
  camera::DeviceOptions device;
  device.board = options.board;
  device.firmware = options.firmware;
  device.unique_id = options.id.value_or(device.unique_id);
  device.sensors = {kSensorId, 0, 0};
  device.max_payload = options.max_payload;
  device.stream_buffer = options.stream_buffer;
  device.min_lock_interval = std::chrono::milliseconds(options.lock_interval_ms);
  return device;
}

bool is_timeout(const Error& error) { return error.code == Errc::timeout; }

}  // namespace

/// Passes everything on and counts.
class Emulator::CountingProvider final : public camera::FrameProvider {
 public:
  CountingProvider(std::unique_ptr<camera::FrameProvider> provider, std::atomic<std::uint64_t>& frames)
      : provider_(std::move(provider)), frames_(frames) {}

  void start(Time time, std::string_view script) override { provider_->start(time, script); }
  std::optional<Time> due(Time time) override { return provider_->due(time); }
  Result<camera::CapturedFrame> capture(const camera::StreamRequest& request, Time time) override {
    frames_.fetch_add(1, std::memory_order_relaxed);
    return provider_->capture(request, time);
  }
  void skip(Time time) override { provider_->skip(time); }
  std::string_view take_output() override { return provider_->take_output(); }

 private:
  std::unique_ptr<camera::FrameProvider> provider_;
  std::atomic<std::uint64_t>& frames_;
};

Result<std::unique_ptr<Emulator>> Emulator::create(const EmulatorOptions& options, CameraObserver observer) {
  OMV_TRY(const camera::Protocol protocol, protocol_of(options));
  OMV_TRY(auto provider, make_provider(options));
  return std::unique_ptr<Emulator>(new Emulator(options, protocol, std::move(provider), std::move(observer)));
}

Emulator::Emulator(const EmulatorOptions& options, camera::Protocol protocol,
                   std::unique_ptr<camera::FrameProvider> provider, CameraObserver observer)
    : protocol_(protocol),
      device_options_(device_options(options)),
      provider_(std::make_unique<CountingProvider>(std::move(provider), counters_.frames)),
      observer_(std::move(observer)) {
  power_up();
}

Emulator::~Emulator() = default;

void Emulator::power_up() {
  device_ = camera::make_device_session(protocol_, device_options_, *provider_);
  device_->start(now());
}

Error Emulator::serve(camera::Transport& link) {
  tell(CameraEvent::host_connected);
  counters_.last_heard_ns = now().count();
  device_->poll(now());
  Result<void> result;
  while (result && !device_->request()) {
    result = step(link);
    notice();
  }
  if (result) {
    tell(CameraEvent::reset);
    power_up();
    result = Error{Errc::end, "the host has reset the camera"};
  }
  device_->forget_host(now());
  notice();
  tell(CameraEvent::host_left);
  return result.error();
}

Result<void> Emulator::step(camera::Transport& link) { return device_->output().empty() ? receive(link) : send(link); }

Result<void> Emulator::send(camera::Transport& link) {
  const Result<std::size_t> put = link.write(device_->output(), device_->next_deadline());
  if (put) {
    counters_.bytes_sent.fetch_add(*put, std::memory_order_relaxed);
    device_->sent(*put, now());
    return {};
  }
  if (!is_timeout(put.error())) return put.error();
  device_->poll(now());
  return {};
}

Result<void> Emulator::receive(camera::Transport& link) {
  const ByteSpan space = device_->space();
  if (space.empty()) {
    Clock::steady()->sleep_until(std::min(device_->next_deadline(), now() + kBusyWait));
    device_->poll(now());
    return {};
  }
  const Result<std::size_t> got = link.read(space, device_->next_deadline());
  if (got) {
    const Time time = now();
    counters_.last_heard_ns.store(time.count(), std::memory_order_relaxed);
    device_->received(*got, time);
    return {};
  }
  if (!is_timeout(got.error())) return got.error();
  device_->poll(now());
  return {};
}

void Emulator::notice() {
  const bool running = device_->script_running();
  if (running == std::exchange(script_was_running_, running)) return;
  tell(running ? CameraEvent::script_started : CameraEvent::script_ended);
}

void Emulator::tell(CameraEvent event) const {
  if (observer_) observer_(event);
}

}  // namespace omv::emulator
