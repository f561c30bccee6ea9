// SPDX-License-Identifier: LGPL-2.1-or-later
// A camera's pipeline: its source, its motion triggers, and a branch of a tee for each record.
#include "rig/launch.h"

#include <algorithm>

#include "rig/branch.h"
#include "rig/coded_video.h"
#include "rig/element.h"
#include "rig/options.h"
#include "rig/presets.h"
#include "rig/resolve.h"

namespace omv::rig {

namespace {

template <typename Type>
std::string choice_text(SectionKind kind, std::string_view key, Type value) {
  for (const Option& option : section_info(kind).options)
    if (option.key == key) return std::string(option.choices[static_cast<std::size_t>(value)]);
  return "";
}

std::string milliseconds(Duration value) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
}

std::string omvsrc(const Camera& camera) {
  const Camera& preset = preset_of<Camera>(SectionKind::camera);
  Element source("omvsrc");
  source.set_text("device", camera.device).set_text("script", camera.script);
  source.set_text("script-text", camera.script_text).set_text("pixformat", camera.pixformat);
  source.set_text("framesize", camera.framesize).set_number("quality", camera.quality);
  source.set_number("framerate", camera.framerate);
  if (camera.protocol != preset.protocol)
    source.set("protocol", choice_text(SectionKind::camera, "protocol", camera.protocol));
  if (camera.stream != preset.stream) source.set("stream", choice_text(SectionKind::camera, "stream", camera.stream));
  if (camera.overflow != preset.overflow)
    source.set("overflow", choice_text(SectionKind::camera, "overflow", camera.overflow));
  if (camera.timeout != default_timeout(camera)) source.set("timeout", milliseconds(camera.timeout));
  if (!camera.reconnect) source.set("reconnect", "false");
  if (camera.reconnect_delay != preset.reconnect_delay)
    source.set("reconnect-delay", milliseconds(camera.reconnect_delay));
  if (camera.reconnect_delay_max != preset.reconnect_delay_max)
    source.set("reconnect-delay-max", milliseconds(camera.reconnect_delay_max));
  return source.text();
}

std::string omvmotion(const Trigger& trigger) {
  Element element("omvmotion");
  element.set("name", trigger.name).set("threshold", plain_number(trigger.threshold));
  element.set("min-area", plain_number(trigger.min_area)).set("max-area", plain_number(trigger.max_area));
  element.set("rate", plain_number(trigger.analysis_rate)).set_time("min-duration", trigger.min_duration);
  element.set_time("warm-up", trigger.warm_up).set_time("learning-time", trigger.learning_time);
  element.set("hold-off", std::to_string(trigger.hold_off.count()));
  if (!trigger.ignore_light) element.set("ignore-light", "false");
  std::string zones;
  for (const Area& zone : trigger.zones) zones += (zones.empty() ? "" : ",") + rectangle_text(zone);
  if (!zones.empty()) element.set("zones", "<" + zones + ">");
  return element.text();
}

bool records(const Record& record, const Camera& camera) {
  return std::find(record.cameras.begin(), record.cameras.end(), camera.name) != record.cameras.end();
}

// A trigger that the camera's own pipeline raises reaches its branches by itself; others the runner passes on.
bool raises(const Trigger& trigger, const Camera& camera) {
  const bool in_pipeline = trigger.type == TriggerType::motion || trigger.type == TriggerType::script;
  return in_pipeline && trigger.camera == camera.name;
}

void add_trigger_notes(const Rig& rig, const Record& record, const Camera& camera, LaunchLine& line) {
  for (const std::string& name : record.triggers) {
    const Trigger* trigger = find_trigger(rig, name);
    if (trigger == nullptr || raises(*trigger, camera)) continue;
    const std::string type = choice_text(SectionKind::trigger, "type", trigger->type);
    line.runner_adds.push_back("trigger " + name + " (" + type +
                               (trigger->camera.empty() ? "" : " of camera " + trigger->camera) + ") for record " +
                               record.name);
  }
}

void add_routing_notes(const Rig& rig, const Camera& camera, LaunchLine& line) {
  for (const Trigger& trigger : rig.triggers)
    for (const Record& record : rig.records)
      if (raises(trigger, camera) && records(record, camera) && record.type == RecordType::clip &&
          std::find(record.triggers.begin(), record.triggers.end(), trigger.name) == record.triggers.end())
        line.runner_adds.push_back("trigger " + trigger.name + " leaves record " + record.name + " alone");
}

void add_rig_notes(const Rig& rig, LaunchLine& line) {
  if (!rig.retains.empty() || rig.storage.min_free > 0) line.runner_adds.push_back("limits to what is kept");
  if (rig.storage.stop_free > 0) line.runner_adds.push_back("a stop of writing before the disk is full");
  line.runner_adds.push_back("a restart of this pipeline after an error, without the other cameras'");
}

LaunchLine line_of(const Rig& rig, const Camera& camera) {
  LaunchLine line{camera.name, "gst-launch-1.0 -e \\\n  ", {}};
  line.command += source_text(rig, camera) + " \\\n  ! tee name=" + camera.name;
  for (const Record& record : rig.records) {
    if (!records(record, camera)) continue;
    line.command += " \\\n  " + camera.name + ". ! " + branch_text(rig, record, camera, line.runner_adds);
    add_trigger_notes(rig, record, camera, line);
  }
  add_routing_notes(rig, camera, line);
  add_rig_notes(rig, line);
  return line;
}

}  // namespace

std::string source_text(const Rig& rig, const Camera& camera) {
  std::string text = camera.pipeline.empty() ? omvsrc(camera) : shell_pipeline(camera.pipeline);
  // With what a decoder needs in front of each key frame, as files begin with one.
  if (const std::string_view parser = parser_of(camera); !parser.empty())
    text += " \\\n  ! " + std::string(parser) + " config-interval=-1";
  for (const Trigger& trigger : rig.triggers)
    if (trigger.type == TriggerType::motion && trigger.camera == camera.name) text += " \\\n  ! " + omvmotion(trigger);
  return text;
}

std::vector<LaunchLine> launch_lines(const Rig& rig) {
  std::vector<LaunchLine> lines;
  for (const Camera& camera : rig.cameras) lines.push_back(line_of(rig, camera));
  return lines;
}

}  // namespace omv::rig
