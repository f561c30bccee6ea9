// SPDX-License-Identifier: LGPL-2.1-or-later
// `omv devices`: the cameras of this machine, without opening any.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"
#include "commands.h"
#include "devices_output.h"
#include "signals.h"

namespace omv::tool {

namespace {

using camera::SerialPort;

constexpr auto kPeriod = std::chrono::milliseconds(500);  // of --watch

struct Options {
  bool all = false;
  bool json = false;
  bool watch = false;
};

constexpr CommandHelp kHelp = {
    "omv devices",
    nullptr,
    "Lists the OpenMV cameras of this machine, and whether they can be used.",
    "Examples:\n\n"
    "  omv devices\n"
    "  omv devices --json | jq -r '.[] | select(.usable) | .device'\n"
    "  omv devices --watch\n\n"
    "Exit status: 0 they are listed, also when there is none; 1 that was not possible, 2 wrong usage.\n",
};

Result<Options> parse_options(int argc, char** argv) {
  gboolean all = FALSE;
  gboolean json = FALSE;
  gboolean watch = FALSE;
  const std::vector<GOptionEntry> entries = {
      {"all", 'a', 0, G_OPTION_ARG_NONE, &all, "Also list USB serial ports that are no cameras", nullptr},
      {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "Print JSON: an array; with --watch one object per line", nullptr},
      {"watch", 'w', 0, G_OPTION_ARG_NONE, &watch, "Go on and tell what is plugged in and out, until Ctrl-C", nullptr},
  };
  OMV_TRY(const std::vector<std::string> words, parse_command_line(kHelp, entries, argc, argv));
  if (!words.empty()) return Error{Errc::invalid, "there are no arguments besides the options"};
  return Options{all != FALSE, json != FALSE, watch != FALSE};
}

std::vector<SerialPort> find_ports(const Options& options) {
  std::vector<SerialPort> ports = camera::find_serial_ports();
  if (!options.all) std::erase_if(ports, [](const SerialPort& port) { return !port.is_camera(); });
  return ports;
}

Device look_at(const SerialPort& port) {
  const char* path = port.path.c_str();
  if (::access(path, F_OK) != 0) return {port, Obstacle::missing, "there is no such device node", {}};
  if (::access(path, R_OK | W_OK) != 0)
    return {port, Obstacle::forbidden, "permission denied; " + camera::permission_advice(port.path), {}};
  const camera::PortUsers found = camera::find_port_users(port.path);
  if (!found.users.empty()) return {port, Obstacle::busy, "in use by " + describe_users(found), found.users};
  return {port, Obstacle::none, "", {}};
}

std::vector<Device> look_at(const std::vector<SerialPort>& ports) {
  std::vector<Device> devices;
  std::transform(ports.begin(), ports.end(), std::back_inserter(devices),
                 [](const SerialPort& port) { return look_at(port); });
  return devices;
}

bool print(const std::string& text) { return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0; }

bool list(const std::vector<Device>& devices, const Options& options) {
  if (options.json) return print(devices_json(devices));
  if (devices.empty()) std::fputs("omv devices: no camera is there\n", stderr);
  return print(devices_table(devices));
}

bool tell(const char* event, const Device& device, const Options& options) {
  return print(options.json ? change_json(event, device) : std::string(event) + ": " + device_line(device.port) + "\n");
}

bool tell_changes(const camera::PortChanges& changes, const Options& options) {
  const auto tell_removed = [&](const SerialPort& port) { return tell("removed", {port}, options); };
  const auto tell_added = [&](const SerialPort& port) { return tell("added", look_at(port), options); };
  return std::all_of(changes.removed.begin(), changes.removed.end(), tell_removed) &&
         std::all_of(changes.added.begin(), changes.added.end(), tell_added);
}

// What is there at the beginning counts as added, so that a program needs to understand one form only.
bool watch(const Options& options) {
  const EndSignals signals;
  std::vector<SerialPort> before;
  do {
    std::vector<SerialPort> now = find_ports(options);
    if (!tell_changes(camera::compare_ports(before, now), options)) return false;
    before = std::move(now);
  } while (!signals.wait(kPeriod));
  return true;
}

}  // namespace

int run_devices(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse_usage(kHelp, options.error());
  const bool printed = options->watch ? watch(*options) : list(look_at(find_ports(*options)), *options);
  if (printed) return kExitOk;
  std::fprintf(stderr, "omv devices: can't write to standard output\n");
  return kExitFailure;
}

}  // namespace omv::tool
