// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop that DeviceSession's header describes; faults are looked at once a turn (emulator_faults.cpp).
#include "omv/emulator/emulator.h"

#include <algorithm>
#include <utility>

#include "omv/emulator/board_profile.h"
#include "omv/emulator/cable.h"
#include "omv/emulator/faulty_link.h"
#include "omv/emulator/faulty_provider.h"

namespace omv::emulator {

namespace {

using namespace std::chrono_literals;

constexpr Time kBusyWait = 1ms;                 // while the device takes no bytes
constexpr Time kLookAgain = 20ms;               // for faults
constexpr std::size_t kHeldBack = 1024 * 1024;  // more than any host says in vain
constexpr std::size_t kReadAtOnce = 4096;

Time now() { return Clock::steady()->now(); }

camera::DeviceOptions device_options(const EmulatorOptions& options) {
  camera::DeviceOptions device;
  device.board = &board_of(options);
  device.firmware = options.firmware;
  device.unique_id = options.id.value_or(device.unique_id);
  device.sensors = {profile_of(*device.board).sensor, 0, 0};
  device.max_payload = options.max_payload;
  device.ack = options.ack;
  device.stream_buffer = stream_buffer_of(options);
  device.min_lock_interval = std::chrono::milliseconds(options.lock_interval_ms);
  device.profiler = options.profiler;
  return device;
}

bool is_timeout(const Error& error) { return error.code == Errc::timeout; }

}  // namespace

Result<std::unique_ptr<Emulator>> Emulator::create(const EmulatorOptions& options, CameraObserver observer) {
  OMV_TRY(const camera::Protocol protocol, protocol_of(options));
  OMV_TRY(auto provider, make_provider(options));
  return std::unique_ptr<Emulator>(new Emulator(options, protocol, std::move(provider), std::move(observer)));
}

Emulator::Emulator(const EmulatorOptions& options, camera::Protocol protocol,
                   std::unique_ptr<camera::FrameProvider> provider, CameraObserver observer)
    : options_(options),
      protocol_(protocol),
      device_options_(device_options(options)),
      observer_(std::move(observer)),
      sensor_(std::move(provider)),
      faults_(options.faults),
      script_(*sensor_, options_.script),
      provider_(std::make_unique<FaultyProvider>(script_, faults_.device, stream_buffer_of(options), counters_.frames)),
      cable_(std::make_unique<Cable>()),
      clocks_(kClockCount),
      ordered_(options.faults) {
  power_up();
}

Emulator::~Emulator() = default;

void Emulator::power_up() {
  device_ = camera::make_device_session(protocol_, device_options_, *provider_);
  script_.power_up(now());
  hung_until_ = Time(0);
  held_back_.clear();
  restart_clocks();
  device_->start(now());
}

Error Emulator::serve(camera::Transport& link, Time patience) {
  if (serving_.exchange(true)) return {Errc::busy, "somebody else is connected to the camera"};
  Error why = serve_alone(link, patience);
  serving_ = false;
  return why;
}

Error Emulator::serve_alone(camera::Transport& inner, Time patience) {
  patience_ = patience;
  if (!come_back()) return {Errc::closed, "the camera is unplugged"};
  if (cable_->take_power_loss()) power_up();
  FaultyLink link(inner, protocol_, link_faults(), options_.seed + connections_++, counters_.link);
  tell(CameraEvent::host_connected);
  counters_.last_heard_ns = now().count();
  device_->poll(now());
  Result<void> result = talk(link);
  if (link.was_cut()) unplug(std::nullopt, !faults_.device.battery);
  if (cable_->take_power_loss()) {
    power_up();
  } else if (result) {
    tell(CameraEvent::reset);
    power_up();
    result = Error{Errc::end, "the host has reset the camera"};
  }
  device_->forget_host(now());
  notice();
  tell(CameraEvent::host_left);
  return result.error();
}

// Until the link ends, or the host has reset the camera: no error.
Result<void> Emulator::talk(FaultyLink& link) {
  while (!device_->request()) {
    follow_orders(link);
    follow_faults();
    if (cable_->pulled()) return Error{Errc::closed, "the camera was unplugged"};
    OMV_CHECK(now() < hung_until_ ? hold_back(link) : step(link));
    notice();
  }
  return {};
}

Time Emulator::wake_up() const { return std::min(device_->next_deadline(), now() + kLookAgain); }

Result<void> Emulator::step(camera::Transport& link) {
  if (!held_back_.empty()) feed(now());
  if (!device_->output().empty()) return send(link);
  last_taken_ = now();
  return receive(link);
}

Result<void> Emulator::send(camera::Transport& link) {
  const Result<std::size_t> put = link.write(device_->output(), wake_up());
  if (put) {
    counters_.bytes_sent.fetch_add(*put, std::memory_order_relaxed);
    last_taken_ = now();
    device_->sent(*put, last_taken_);
    return {};
  }
  if (!is_timeout(put.error())) return put.error();
  if (patience_ != camera::kNever && now() - last_taken_ >= patience_) device_->forget_host(now());
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
  const Result<std::size_t> got = link.read(space, wake_up());
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

// A camera that hangs still has a buffer for what it is told.
Result<void> Emulator::hold_back(camera::Transport& link) {
  Bytes some(kReadAtOnce);
  const Result<std::size_t> got = link.read(some, std::min(hung_until_, now() + kLookAgain));
  if (!got) return is_timeout(got.error()) ? Result<void>() : got.error();
  counters_.last_heard_ns.store(now().count(), std::memory_order_relaxed);
  some.resize(std::min(*got, kHeldBack - std::min(kHeldBack, held_back_.size())));
  append(held_back_, some);
  return {};
}

void Emulator::feed(Time time) {
  const std::size_t taken = device_->receive(held_back_, time);
  held_back_.erase(held_back_.begin(), held_back_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void Emulator::notice() {
  const bool running = device_->script_running();
  if (running == std::exchange(script_was_running_, running)) return;
  if (running) clocks_[kException].restart(provider_->frames_before_script(), now());
  tell(running ? CameraEvent::script_started : CameraEvent::script_ended);
}

void Emulator::tell(CameraEvent event) const {
  if (observer_) observer_(event);
}

}  // namespace omv::emulator
