// SPDX-License-Identifier: LGPL-2.1-or-later
// What a USB id says about the device that has it (spec: cameras, section 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omv::camera {

struct UsbId {
  std::uint16_t vid = 0;
  std::uint16_t pid = 0;

  bool operator==(const UsbId&) const = default;
};

/// "37c5:1206"
std::string to_string(UsbId id);

/// Four or fewer hexadecimal digits, as the files idVendor and idProduct have them; nullopt for anything else.
std::optional<std::uint16_t> parse_usb_number(std::string_view text);

enum class UsbRole {
  camera,           ///< an id of OpenMV's own
  possible_camera,  ///< a board that OpenMV's firmware runs on, if it is what was loaded
  bootloader,       ///< of one of these boards: takes firmware, not commands
};

/// One row of the table of ids.
struct KnownUsbId {
  UsbId id;
  std::string_view name;  ///< the board's, for people
  UsbRole role;
  std::string_view protocols;  ///< for people: what the firmware behind this id may speak; "" for bootloaders
};

/// The ids of the board table and those its boards have, or had, besides: legacy firmware, second programs,
/// bootloaders.
const std::vector<KnownUsbId>& known_usb_ids();

/// What `id` means. Ids of OpenMV's vendor number that are not in the table are cameras and bootloaders to come, told
/// apart by bit 15 of the product number. The serial numbers of the old bootloader, which shares an id with cameras,
/// are taken into account. nullopt: neither a camera nor its bootloader.
std::optional<KnownUsbId> identify_usb(UsbId id, std::string_view serial);

}  // namespace omv::camera
