// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers: what they watch is there, and somebody waits for them.
#include <algorithm>
#include <map>
#include <vector>

#include "omv/camera/frame_sizes.h"
#include "rig/checks.h"
#include "rig/suggest.h"

namespace omv::rig {

namespace {

void check_camera(const Rig& rig, const Trigger& trigger, Report& report) {
  if (!trigger.has("camera") || !trigger.is_sound({"camera"})) return;
  std::vector<std::string_view> names;
  for (const Camera& camera : rig.cameras) names.push_back(camera.name);
  const Camera* camera = find_camera(rig, trigger.camera);
  if (camera == nullptr)
    report.error(trigger.place("camera"), title(trigger) + "'camera' is '" + trigger.camera +
                                              "', but there is no [camera." + trigger.camera + "]" +
                                              did_you_mean(trigger.camera, names));
  else if (trigger.type == TriggerType::script && !camera->pipeline.empty())
    report.error(trigger.place("camera"), title(trigger) + "'camera' is '" + trigger.camera +
                                              "', which is no OpenMV camera and runs no script; use type = \"motion\" "
                                              "or \"message\"");
  else if (trigger.type == TriggerType::script && camera->script.empty() && camera->script_text.empty() &&
           camera->is_sound({"script", "script_text"}))
    report.warning(trigger.place("camera"), title(trigger) + "'camera' is '" + trigger.camera +
                                                "', whose built-in script raises no triggers; give that camera a "
                                                "'script'");
}

void check_zones(const Rig& rig, const Trigger& trigger, Report& report) {
  const Camera* camera = find_camera(rig, trigger.camera);
  if (camera == nullptr || camera->framesize.empty()) return;
  const auto size = camera::parse_frame_size(camera->framesize);
  if (!size) return;
  for (const Area& zone : trigger.zones)
    if (zone.x >= size->width || zone.y >= size->height)
      report.error(trigger.place("zones"), title(trigger) + "'zones' has a rectangle at " + std::to_string(zone.x) +
                                               ", " + std::to_string(zone.y) + ", but the camera's pictures are " +
                                               std::to_string(size->width) + "x" + std::to_string(size->height) +
                                               "; move it into the picture");
}

void check_comparison(const Trigger& trigger, Report& report) {
  if (trigger.type != TriggerType::message || !trigger.is_sound({"field", "above", "below"})) return;
  const bool compares = trigger.above || trigger.below;
  if (!trigger.field.empty() && !compares)
    report.error(trigger.place("field"), title(trigger) + "'field' is compared with nothing; set 'above' or 'below'");
  if (trigger.field.empty() && compares)
    report.error(trigger.place(trigger.above ? "above" : "below"),
                 title(trigger) + "nothing is compared; set 'field', as in field = \"rms\"");
  if (trigger.above && trigger.below && *trigger.above >= *trigger.below)
    report.error(trigger.place("above"), title(trigger) + "no field is above " + plain_number(*trigger.above) +
                                             " and below " + plain_number(*trigger.below) + "; swap the two");
}

void check_means(const Rig& rig, const Trigger& trigger, const Machine& machine, Report& report) {
  if (trigger.type == TriggerType::gpio && !machine.gpio)
    report.error(trigger.place("type"), title(trigger) +
                                            "this build of omv knows no GPIO; build it with -Dgpio=enabled and "
                                            "libgpiod 1.x, or use another type");
  if (trigger.type == TriggerType::http && rig.general.listen.empty() && rig.general.is_sound({"listen"}))
    report.error(trigger.place("type"), title(trigger) +
                                            "nothing listens for HTTP; set listen = \"127.0.0.1:8080\" in "
                                            "[rig]");
  if (trigger.type == TriggerType::mqtt && rig.notify.mqtt.empty() && rig.notify.is_sound({"mqtt"}))
    report.error(trigger.place("type"), title(trigger) + "there is no broker; set mqtt = \"mqtt://HOST\" in [notify]");
}

// What two triggers can't share; empty: nothing.
std::string exclusive_source(const Trigger& trigger) {
  if (!trigger.is_sound({"signal", "path", "chip", "line"})) return "";
  if (trigger.type == TriggerType::signal) return trigger.signal == SignalName::usr1 ? "USR1" : "USR2";
  if (trigger.type == TriggerType::file && trigger.watch == FileWatch::fifo) return trigger.path;
  if (trigger.type == TriggerType::gpio) return "line " + std::to_string(trigger.line) + " of " + trigger.chip;
  return "";
}

std::string_view exclusive_key(const Trigger& trigger) {
  return trigger.type == TriggerType::signal ? "signal" : trigger.type == TriggerType::file ? "path" : "line";
}

void check_exclusive(const Rig& rig, Report& report) {
  std::map<std::string, const Trigger*> users;
  for (const Trigger& trigger : rig.triggers) {
    const std::string source = exclusive_source(trigger);
    if (source.empty()) continue;
    const auto [user, is_first] = users.emplace(source, &trigger);
    if (!is_first)
      report.error(trigger.place(exclusive_key(trigger)), title(trigger) + source + " raises [trigger." +
                                                              user->second->name +
                                                              "] already; one trigger can start several records");
  }
}

bool is_used(const Rig& rig, const Trigger& trigger) {
  return std::any_of(rig.records.begin(), rig.records.end(), [&](const Record& record) {
    return !record.is_sound({"triggers"}) ||
           std::find(record.triggers.begin(), record.triggers.end(), trigger.name) != record.triggers.end();
  });
}

}  // namespace

void check_triggers(const Rig& rig, const Machine& machine, Report& report) {
  for (const Trigger& trigger : rig.triggers) {
    check_camera(rig, trigger, report);
    check_zones(rig, trigger, report);
    check_comparison(trigger, report);
    check_means(rig, trigger, machine, report);
    if (!is_used(rig, trigger))
      report.warning(trigger.at, title(trigger) + "no record waits for it; name it in 'triggers', or leave it out");
  }
  check_exclusive(rig, report);
}

}  // namespace omv::rig
