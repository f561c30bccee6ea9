// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers are counted where they are raised, and delivered on the loop's thread.
#include "runner/triggers/trigger_bus.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "runner/names.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

namespace {

constexpr const char* kTimeField = "running-time";

std::optional<Time> time_in(const GstStructure* facts) {
  guint64 time = GST_CLOCK_TIME_NONE;
  if (facts == nullptr || gst_structure_get_uint64(facts, kTimeField, &time) == FALSE) return std::nullopt;
  return GST_CLOCK_TIME_IS_VALID(time) ? std::optional(Time(static_cast<gint64>(time))) : std::nullopt;
}

StructurePtr trigger_of(const std::string& name, const GstStructure* facts, Time when) {
  StructurePtr trigger(facts != nullptr ? gst_structure_copy(facts) : gst_structure_new_empty("omv-trigger"));
  gst_structure_set_name(trigger.get(), "omv-trigger");
  gst_structure_set(trigger.get(), "source", G_TYPE_STRING, name.c_str(), kTimeField, G_TYPE_UINT64,
                    static_cast<guint64>(std::max(when, Time(0)).count()), nullptr);
  return trigger;
}

}  // namespace

TriggerBus::TriggerBus(const Services& services, Deliver deliver) : services_(services), deliver_(std::move(deliver)) {}

void TriggerBus::set_triggers(const std::vector<rig::Trigger>& triggers) {
  const std::lock_guard hold(mutex_);
  std::vector<Entry> entries;
  for (const rig::Trigger& trigger : triggers) {
    const auto before = std::find_if(entries_.begin(), entries_.end(),
                                     [&](const Entry& entry) { return entry.trigger.name == trigger.name; });
    Entry entry = before != entries_.end() ? std::move(*before) : Entry{};
    entry.trigger = trigger;
    entry.status.name = trigger.name;
    entry.status.type = name_of(trigger.type);
    entries.push_back(std::move(entry));
  }
  entries_ = std::move(entries);
}

// omvmotion holds off by itself, exactly.
bool TriggerBus::count(Entry& entry, Time when) {
  const bool holds =
      entry.trigger.type != rig::TriggerType::motion && entry.last && when < *entry.last + entry.trigger.hold_off;
  if (holds) {
    ++entry.status.ignored;
    return false;
  }
  ++entry.status.raised;
  entry.status.last = std::chrono::duration_cast<WallTime>(wall_clock_now());
  entry.last = when;
  return true;
}

Result<Raised> TriggerBus::raise(std::string_view name, const GstStructure* facts) {
  const Time when = time_in(facts).value_or(services_.timebase.now());
  {
    const std::lock_guard hold(mutex_);
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [name](const Entry& candidate) { return candidate.trigger.name == name; });
    if (entry == entries_.end()) return Error{Errc::invalid, "there is no trigger '" + std::string(name) + "'"};
    if (!count(*entry, when)) return Raised::held_off;
  }
  const std::string trigger(name);
  const std::shared_ptr<GstStructure> shared(trigger_of(trigger, facts, when).release(), gst_structure_free);
  services_.loop.post([this, trigger, shared] { deliver_(trigger, shared.get()); });
  return Raised::taken;
}

std::vector<TriggerStatus> TriggerBus::status() const {
  const std::lock_guard hold(mutex_);
  std::vector<TriggerStatus> all;
  for (const Entry& entry : entries_) all.push_back(entry.status);
  return all;
}

}  // namespace omv::runner
