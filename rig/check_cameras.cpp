// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras: one source each, another one each, and somebody who records them.
#include <algorithm>
#include <array>
#include <map>

#include "omv/camera/device_address.h"
#include "rig/checks.h"
#include "rig/options.h"

namespace omv::rig {

namespace {

// Of omvsrc; estimates and what the rig does itself go with any source.
constexpr std::array<std::string_view, 13> kOfOmvsrc = {
    "device",    "protocol", "script",    "script_text",     "pixformat",           "framesize", "quality",
    "framerate", "stream",   "reconnect", "reconnect_delay", "reconnect_delay_max", "overflow"};

void check_source(const Camera& camera, Report& report) {
  if (camera.has("pipeline")) {
    for (const std::string_view key : kOfOmvsrc)
      if (camera.has(key))
        report.error(camera.place(key), title(camera) + "'" + std::string(key) +
                                            "' is of OpenMV cameras and does not go with 'pipeline'; leave one out");
  }
  if (camera.has("script") && camera.has("script_text"))
    report.error(camera.place("script_text"),
                 title(camera) + "'script' and 'script_text' are both there; leave one out");
}

// A script of one's own sets these itself; omvsrc refuses both.
void check_script(const Camera& camera, Report& report) {
  if (!camera.has("script") && !camera.has("script_text")) return;
  const std::string script = camera.has("script") ? "script" : "script_text";
  for (const std::string_view key : {"pixformat", "framesize", "quality", "framerate"})
    if (camera.has(key))
      report.error(camera.place(key), title(camera) + "'" + std::string(key) + "' is of the built-in script, but '" +
                                          script + "' is there; set it in the script, and leave it out here");
}

void check_delays(const Camera& camera, Report& report) {
  if (!camera.is_sound({"reconnect_delay", "reconnect_delay_max"})) return;
  if (camera.reconnect_delay > camera.reconnect_delay_max)
    report.error(camera.place("reconnect_delay"), title(camera) + "'reconnect_delay' is " +
                                                      duration_text(camera.reconnect_delay) +
                                                      ", longer than 'reconnect_delay_max', which is " +
                                                      duration_text(camera.reconnect_delay_max) + "; make it shorter");
}

// What only one camera can have; empty: any number may.
std::string exclusive_source(const Camera& camera) {
  if (!camera.is_sound({"device", "pipeline"})) return "";
  if (!camera.pipeline.empty()) return camera.pipeline.find("test") == std::string::npos ? camera.pipeline : "";
  const bool emulated = camera.device.starts_with("emulator:");
  if (emulated) return "";
  return camera.device.empty() ? "the first camera on USB" : camera.device;
}

void check_exclusive(const Rig& rig, Report& report) {
  std::map<std::string, const Camera*> users;
  for (const Camera& camera : rig.cameras) {
    const std::string source = exclusive_source(camera);
    if (source.empty()) continue;
    const auto [user, is_first] = users.emplace(source, &camera);
    if (is_first) continue;
    const std::string_view key = camera.has("pipeline") ? "pipeline" : "device";
    report.error(camera.place(key), title(camera) + "its source is " + source.substr(0, 80) + ", as that of [camera." +
                                        user->second->name + "]; give each camera its own '" + std::string(key) + "'");
  }
}

bool is_used(const Rig& rig, const Camera& camera) {
  return std::any_of(rig.records.begin(), rig.records.end(), [&](const Record& record) {
    return std::find(record.cameras.begin(), record.cameras.end(), camera.name) != record.cameras.end();
  });
}

}  // namespace

void check_cameras(const Rig& rig, Report& report) {
  for (const Camera& camera : rig.cameras) {
    check_source(camera, report);
    check_script(camera, report);
    check_delays(camera, report);
    if (!rig.records.empty() && !is_used(rig, camera))
      report.warning(camera.at, title(camera) + "no record has this camera; name it in 'cameras', or leave it out");
  }
  check_exclusive(rig, report);
}

}  // namespace omv::rig
