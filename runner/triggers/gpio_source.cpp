// SPDX-License-Identifier: LGPL-2.1-or-later
// libgpiod 1.x: edges from the kernel with their times, debounced here.
#include "runner/triggers/gpio_source.h"

#include <gpiod.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

#include "omv/base/file.h"
#include "runner/gst_ptr.h"
#include "runner/triggers/debouncer.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr int kEdgesAtOnce = 64;

struct ChipDeleter {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};
using ChipPtr = std::unique_ptr<gpiod_chip, ChipDeleter>;

Time of_timespec(const timespec& time) { return std::chrono::seconds(time.tv_sec) + Time(time.tv_nsec); }

Time clock_now(clockid_t clock) {
  timespec now = {};
  ::clock_gettime(clock, &now);
  return of_timespec(now);
}

// Kernels before 5.7 tell the time of the wall.
Time age_of(const timespec& when) {
  constexpr Time kMost = 1min;
  for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME}) {
    const Time age = clock_now(clock) - of_timespec(when);
    if (age >= Time(0) && age <= kMost) return age;
  }
  return Time(0);
}

int flags_of(rig::Bias bias) {
  constexpr std::array<int, 4> kFlags = {0, GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
                                         GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN};
  return kFlags[static_cast<std::size_t>(bias)];
}

class GpioSource final : public TriggerSource {
 public:
  GpioSource(const rig::Trigger& trigger, const Services& services, RaiseTrigger raise, ChipPtr chip, gpiod_line* line)
      : trigger_(trigger),
        services_(services),
        raise_(std::move(raise)),
        chip_(std::move(chip)),
        line_(line),
        debouncer_(gpiod_line_get_value(line) > 0, trigger.debounce),
        watch_(services_.loop.on_readable(gpiod_line_event_get_fd(line), [this] { settle(); })) {}

 private:
  // After a stall many wait, and a level has stayed only if the next one of them says so. A line that never rests
  // leaves the loop to others in between.
  void settle() {
    timer_.reset();
    for (int edges = 0; has_edge(); ++edges) {
      if (edges == kEdgesAtOnce) return;
      if (!read_edge()) return watch_.reset();
    }
    const Time now = services_.timebase.now();
    if (const auto change = debouncer_.settle(now)) return raise_change(*change);
    if (const auto due = debouncer_.due()) timer_ = services_.loop.after(*due - now, [this] { settle(); });
  }

  bool has_edge() const {
    pollfd look = {gpiod_line_event_get_fd(line_), POLLIN, 0};
    return watch_ && ::poll(&look, 1, 0) > 0;
  }

  bool read_edge() {
    gpiod_line_event event = {};
    if (gpiod_line_event_read(line_, &event) != 0) {
      services_.log.error("trigger", system_error(trigger_.chip, errno).message + "; it raises no triggers any more",
                          {{"trigger", trigger_.name}});
      return false;
    }
    const Time at = services_.timebase.now() - age_of(event.ts);
    if (const auto change = debouncer_.edge(event.event_type == GPIOD_LINE_EVENT_RISING_EDGE, at))
      raise_change(*change);
    return true;
  }

  void raise_change(const Debouncer::Change& change) {
    const bool counts = trigger_.edge == rig::Edge::both || (trigger_.edge == rig::Edge::rising) == change.level;
    if (!counts) return;
    const StructurePtr facts(gst_structure_new("omv-trigger", "running-time", G_TYPE_UINT64,
                                               static_cast<guint64>(std::max(change.at, Time(0)).count()), "level",
                                               G_TYPE_INT, change.level ? 1 : 0, nullptr));
    raise_(facts.get());
  }

  const rig::Trigger trigger_;
  Services services_;
  RaiseTrigger raise_;
  ChipPtr chip_;
  gpiod_line* line_;  // of the chip
  Debouncer debouncer_;
  Watch timer_;
  Watch watch_;
};

}  // namespace

// Both edges are asked for, as an edge that is not wanted may be part of a bounce.
Result<std::unique_ptr<TriggerSource>> open_gpio_source(const rig::Trigger& trigger, const Services& services,
                                                        RaiseTrigger raise) {
  ChipPtr chip(gpiod_chip_open_lookup(trigger.chip.c_str()));
  if (!chip) return system_error("GPIO chip " + trigger.chip, errno);
  const std::string name = "line " + std::to_string(trigger.line) + " of GPIO chip " + trigger.chip;
  gpiod_line* line = gpiod_chip_get_line(chip.get(), static_cast<unsigned>(trigger.line));
  if (line == nullptr) return system_error(name, errno);
  const gpiod_line_request_config config = {"omv rig", GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, flags_of(trigger.bias)};
  if (gpiod_line_request(line, &config, 0) != 0) return system_error(name, errno);
  return std::unique_ptr<TriggerSource>(
      std::make_unique<GpioSource>(trigger, services, std::move(raise), std::move(chip), line));
}

}  // namespace omv::runner
