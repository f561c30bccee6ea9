// SPDX-License-Identifier: LGPL-2.1-or-later
// Prefixes against prefixes.
#include "common/camera_uri.h"

#include <array>

namespace omv::gst {

namespace {

constexpr std::string_view kScheme = "omv://";
constexpr std::string_view kTcp = "tcp://";

// What a first part of the path stands for. As hosts of TCP these would have a port.
struct Prefix {
  std::string_view of_uri;
  std::string_view of_device;
};
constexpr std::array kPrefixes = {Prefix{"serial/", "serial:"}, Prefix{"udp/", "udp://"}};

constexpr std::string_view kEmulator = "emulator";

// A host may be called "emulator2".
bool names_emulator(std::string_view rest) { return rest.substr(0, rest.find_first_of("?:/")) == kEmulator; }

}  // namespace

std::string device_from_uri(std::string_view uri) {
  std::string_view rest = uri.substr(kScheme.size());
  if (rest == "/") return "";
  if (rest.empty() || rest.front() == '/') return std::string(rest);
  for (const Prefix& prefix : kPrefixes)
    if (rest.starts_with(prefix.of_uri)) return std::string(prefix.of_device).append(rest.substr(prefix.of_uri.size()));
  if (!names_emulator(rest)) return std::string(kTcp) + std::string(rest);
  rest.remove_prefix(kEmulator.size());
  while (rest.starts_with(':') || rest.starts_with('/')) rest.remove_prefix(1);
  return std::string(kEmulator) + ":" + std::string(rest);
}

std::string uri_from_device(std::string_view device) {
  std::string uri(kScheme);
  if (device.starts_with(kTcp)) return uri.append(device.substr(kTcp.size()));
  for (const Prefix& prefix : kPrefixes)
    if (device.starts_with(prefix.of_device))
      return uri.append(prefix.of_uri).append(device.substr(prefix.of_device.size()));
  const std::string emulator = std::string(kEmulator) + ":";
  if (device.starts_with(emulator)) return uri.append(kEmulator).append(device.substr(emulator.size()));
  return uri.append(device);
}

}  // namespace omv::gst
