// SPDX-License-Identifier: LGPL-2.1-or-later
// The board table's ids and the rows it has no place for.
#include "omv/camera/usb_id.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "omv/camera/board.h"

namespace omv::camera {

namespace {

constexpr std::uint16_t kOpenMv = 0x37C5;
constexpr std::uint16_t kArduino = 0x2341;
constexpr std::uint16_t kRaspberryPi = 0x2E8A;
constexpr std::uint16_t kBootloaderBit = 0x8000;  // of OpenMV's product numbers

// Firmware up to 4.8.0 has this id on every board made by OpenMV, and so has its bootloader.
constexpr UsbId kLegacy = {0x1209, 0xABD1};
constexpr std::array<std::string_view, 2> kLegacyBootloaders = {"000000000010", "000000000011"};

constexpr std::string_view kV2OrUsbdbg = "v2, usbdbg";  // the ids of 4.8.1, which still spoke the older protocol
constexpr std::string_view kUsbdbg = "usbdbg";
constexpr std::string_view kNone = "";

constexpr std::array<KnownUsbId, 20> kOthers = {{
    {kLegacy, "OpenMV camera", UsbRole::camera, kUsbdbg},
    {{kArduino, 0x005B}, "Arduino Portenta H7", UsbRole::possible_camera, kUsbdbg},
    {{kArduino, 0x055F}, "Arduino Nicla Vision", UsbRole::possible_camera, kV2OrUsbdbg},
    {{kArduino, 0x015A}, "Arduino Nano 33 BLE Sense", UsbRole::possible_camera, kV2OrUsbdbg},
    {{kArduino, 0x015E}, "Arduino Nano RP2040", UsbRole::possible_camera, kV2OrUsbdbg},
    {{kRaspberryPi, 0x0005}, "Raspberry Pi Pico", UsbRole::possible_camera, kV2OrUsbdbg},
    {{kOpenMv, 0x9202}, "OpenMV M4", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x9203}, "OpenMV M7", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x9204}, "OpenMV H7", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x924A}, "OpenMV H7 Plus", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x9205}, "OpenMV Pure Thermal", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x9206}, "OpenMV N6", UsbRole::bootloader, kNone},
    {{kOpenMv, 0x96E3}, "OpenMV AE3", UsbRole::bootloader, kNone},
    {{0x15A2, 0x0073}, "OpenMV RT1062", UsbRole::bootloader, kNone},
    {{kArduino, 0x035B}, "Arduino Portenta H7", UsbRole::bootloader, kNone},
    {{kArduino, 0x0366}, "Arduino Giga", UsbRole::bootloader, kNone},
    {{kArduino, 0x035F}, "Arduino Nicla Vision", UsbRole::bootloader, kNone},
    {{kArduino, 0x005A}, "Arduino Nano 33 BLE Sense", UsbRole::bootloader, kNone},
    {{kRaspberryPi, 0x0003}, "Raspberry Pi Pico", UsbRole::bootloader, kNone},
    {{0x0483, 0xDF11}, "STM32", UsbRole::bootloader, kNone},
}};

std::vector<KnownUsbId> make_table() {
  std::vector<KnownUsbId> table;
  for (const Board& board : boards()) {
    const UsbRole role = board.vid == kOpenMv ? UsbRole::camera : UsbRole::possible_camera;
    table.push_back({{board.vid, board.pid}, board.name, role, kV2OrUsbdbg});
  }
  table.insert(table.end(), kOthers.begin(), kOthers.end());
  return table;
}

bool is_legacy_bootloader(UsbId id, std::string_view serial) {
  return id == kLegacy &&
         std::find(kLegacyBootloaders.begin(), kLegacyBootloaders.end(), serial) != kLegacyBootloaders.end();
}

}  // namespace

std::string to_string(UsbId id) {
  std::array<char, sizeof "0000:0000"> text{};
  std::snprintf(text.data(), text.size(), "%04x:%04x", unsigned{id.vid}, unsigned{id.pid});
  return text.data();
}

std::optional<std::uint16_t> parse_usb_number(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (failed != std::errc() || end != text.data() + text.size() || text.size() > 4) return std::nullopt;
  return value;
}

const std::vector<KnownUsbId>& known_usb_ids() {
  static const std::vector<KnownUsbId> table = make_table();
  return table;
}

std::optional<KnownUsbId> identify_usb(UsbId id, std::string_view serial) {
  if (is_legacy_bootloader(id, serial)) return KnownUsbId{id, "OpenMV camera", UsbRole::bootloader, kNone};
  const auto& table = known_usb_ids();
  const auto row = std::find_if(table.begin(), table.end(), [id](const KnownUsbId& known) { return known.id == id; });
  if (row != table.end()) return *row;
  if (id.vid != kOpenMv) return std::nullopt;
  const bool is_bootloader = (id.pid & kBootloaderBit) != 0;
  return KnownUsbId{id, "OpenMV camera", is_bootloader ? UsbRole::bootloader : UsbRole::camera,
                    is_bootloader ? kNone : kV2OrUsbdbg};
}

}  // namespace omv::camera
