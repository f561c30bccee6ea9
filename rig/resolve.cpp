// SPDX-License-Identifier: LGPL-2.1-or-later
// What is not in the file, from what is.
#include "rig/resolve.h"

#include <algorithm>
#include <set>

#include "rig/location.h"

namespace omv::rig {

namespace {

constexpr Duration kTimeout = std::chrono::seconds(10);
constexpr Duration kForeignTimeout = std::chrono::seconds(30);  // rtspsrc tries UDP for 5 s, then TCP for up to 20 s
constexpr Duration kMotionHoldOff = std::chrono::seconds(1);
constexpr Duration kSegmentTime = std::chrono::minutes(10);
constexpr std::string_view kLocation = "%{record}/%Y%m%d/%{camera}-%H%M%S-%{index:05d}";

template <typename Sections>
const typename Sections::value_type* find_named(const Sections& sections, std::string_view name) {
  const auto found = std::find_if(sections.begin(), sections.end(), [&](const auto& row) { return row.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

void resolve_record(const Rig& rig, Record& record) {
  if (record.cameras.empty())
    for (const Camera& camera : rig.cameras) record.cameras.push_back(camera.name);
  if (!record.has("format")) record.format = record.type == RecordType::still ? FileFormat::jpeg : FileFormat::imageio;
  if (!record.has("gap")) record.gap = record.pre;
  if (!record.has("queue") && record.type == RecordType::clip) record.queue = std::max(record.queue, record.ring);
  if (!record.has("segment_time") && !record.has("segment_size") && !record.has("segment_clock"))
    record.segment_time = kSegmentTime;
  if (!writes_files(record)) return;
  if (record.location.empty()) record.location = kLocation;
  const std::string_view extension = extension_of(record.format);
  if (extension_in(record.location).empty() && !extension.empty()) record.location += "." + std::string(extension);
}

void resolve_retains(Rig& rig) {
  std::set<std::string> taken;
  for (const Retain& retain : rig.retains) taken.insert(retain.records.begin(), retain.records.end());
  for (Retain& retain : rig.retains) {
    if (!retain.records.empty()) continue;
    for (const Record& record : rig.records)
      if (writes_files(record) && taken.insert(record.name).second) retain.records.push_back(record.name);
  }
}

}  // namespace

bool writes_files(const Record& record) { return record.type != RecordType::stream; }

Duration default_timeout(const Camera& camera) { return camera.pipeline.empty() ? kTimeout : kForeignTimeout; }

void resolve(Rig& rig) {
  for (Camera& camera : rig.cameras)
    if (!camera.has("timeout")) camera.timeout = default_timeout(camera);
  for (Trigger& trigger : rig.triggers)
    if (trigger.type == TriggerType::motion && !trigger.has("hold_off")) trigger.hold_off = kMotionHoldOff;
  for (Record& record : rig.records) resolve_record(rig, record);
  resolve_retains(rig);
}

const Camera* find_camera(const Rig& rig, std::string_view name) { return find_named(rig.cameras, name); }
const Trigger* find_trigger(const Rig& rig, std::string_view name) { return find_named(rig.triggers, name); }
const Record* find_record(const Rig& rig, std::string_view name) { return find_named(rig.records, name); }

}  // namespace omv::rig
