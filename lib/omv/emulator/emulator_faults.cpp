// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes wrong with an emulated camera: by its options, again and again, and when it is told.
#include <utility>

#include "omv/camera/traceback.h"
#include "omv/emulator/cable.h"
#include "omv/emulator/emulator.h"
#include "omv/emulator/faulty_link.h"
#include "omv/emulator/faulty_provider.h"

namespace omv::emulator {

namespace {

constexpr Time kAwayPause = std::chrono::milliseconds(5);  // an order may bring it back at any time
constexpr const char* kTimedOut = "RuntimeError: Frame capture has timed out.";

Time now() { return Clock::steady()->now(); }

bool pulls_the_cable(const Fault& fault) {
  return fault.kind == Fault::Kind::unplug || fault.kind == Fault::Kind::power_cycle;
}

}  // namespace

// --- The cable ---

std::optional<Time> Emulator::away_until() const { return cable_->back_at(); }

bool Emulator::await_return(const camera::Cancellation& cancellation) const {
  while (away_until().value_or(Time(0)) > now()) {
    if (cancellation.cancelled()) return false;
    Clock::steady()->sleep_until(now() + kAwayPause);
  }
  return !cancellation.cancelled();
}

bool Emulator::come_back() {
  if (cable_->plug_in(now())) tell(CameraEvent::plugged_in);
  return !cable_->pulled();
}

// Takes effect even if nobody is connected.
void Emulator::unplug(std::optional<Time> duration, bool power_lost) {
  const Time away = [&] {
    const std::lock_guard lock(mutex_);
    return duration.value_or(ordered_.device.replug_after);
  }();
  const bool was_in = !cable_->pulled();
  cable_->pull(now() + away, power_lost);
  if (!was_in) return;
  counters_.unplugged.fetch_add(1, std::memory_order_relaxed);
  tell(CameraEvent::unplugged);
}

// --- Orders ---

Result<void> Emulator::inject(const Fault& fault) {
  bool battery = false;
  {
    const std::lock_guard lock(mutex_);
    if (fault.kind == Fault::Kind::set) {
      const auto set = set_fault(ordered_, fault.key, fault.value);
      if (!set) return Error{Errc::invalid, "'" + fault.key + "' is no fault"};
      if (!*set) return *set;
    }
    if (fault.kind == Fault::Kind::clear) ordered_ = Faults{};
    battery = ordered_.device.battery;
    if (!pulls_the_cable(fault)) orders_.push_back(fault);
  }
  if (fault.kind == Fault::Kind::clear) cable_->release();
  if (pulls_the_cable(fault)) unplug(fault.duration, fault.kind == Fault::Kind::power_cycle || !battery);
  return {};
}

void Emulator::follow_orders(FaultyLink& link) {
  std::vector<Fault> orders;
  {
    const std::lock_guard lock(mutex_);
    if (orders_.empty()) return;
    orders.swap(orders_);
    faults_ = ordered_;
  }
  link.set(link_faults());
  for (const Fault& order : orders) obey(order);
}

void Emulator::obey(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::reboot: return device_->end_script("", now());
    case Fault::Kind::exception: return raise_exception();
    case Fault::Kind::hang: return hang(fault.duration.value_or(Time(0)));
    case Fault::Kind::clear: hung_until_ = Time(0); return;
    case Fault::Kind::set:
    case Fault::Kind::unplug:
    case Fault::Kind::power_cycle: return;  // done by inject()
  }
}

// --- Again and again ---

LinkFaults Emulator::link_faults() const {
  LinkFaults faults = faults_.link;
  if (!faults.rate) faults.rate = link_rate_of(options_);
  return faults;
}

void Emulator::follow_faults() {
  const DeviceFaults& faults = faults_.device;
  if (strikes(kReboot, faults.reboot)) device_->end_script("", now());
  if (strikes(kException, faults.exception)) raise_exception();
  if (strikes(kHang, faults.hang)) hang(faults.hang_for);
  if (strikes(kUnplug, faults.unplug)) unplug(std::nullopt, !faults.battery);
  if (strikes(kPowerCycle, faults.power_cycle)) unplug(std::nullopt, true);
}

bool Emulator::strikes(Clocks clock, const When& when) {
  if (when == When{}) return false;
  return clocks_[clock].strikes(when, counters_.frames, now());
}

void Emulator::restart_clocks() {
  for (FaultClock& clock : clocks_) clock.restart(counters_.frames, now());
}

void Emulator::raise_exception() { device_->end_script(camera::traceback(provider_->script(), kTimedOut), now()); }

void Emulator::hang(Time duration) { hung_until_ = duration == Time(0) ? camera::kNever : now() + duration; }

}  // namespace omv::emulator
