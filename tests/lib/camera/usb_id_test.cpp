// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of USB ids against that of the specification (cameras, section 1).
#include "omv/camera/usb_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "omv/camera/board.h"

namespace omv::camera {
namespace {

constexpr std::array kCameras = {
    UsbId{0x1209, 0xABD1}, UsbId{0x37C5, 0x1202}, UsbId{0x37C5, 0x1203}, UsbId{0x37C5, 0x1204}, UsbId{0x37C5, 0x124A},
    UsbId{0x37C5, 0x1205}, UsbId{0x37C5, 0x1206}, UsbId{0x37C5, 0x1060}, UsbId{0x37C5, 0x16E3}, UsbId{0x2341, 0x045B},
    UsbId{0x2341, 0x005B}, UsbId{0x2341, 0x0466}, UsbId{0x2341, 0x045F}, UsbId{0x2341, 0x055F}, UsbId{0x2341, 0x015A},
    UsbId{0x2341, 0x015E}, UsbId{0x2E8A, 0x0005},
};
constexpr std::array kBootloaders = {
    UsbId{0x37C5, 0x9202}, UsbId{0x37C5, 0x9203}, UsbId{0x37C5, 0x9204}, UsbId{0x37C5, 0x924A}, UsbId{0x37C5, 0x9205},
    UsbId{0x37C5, 0x9206}, UsbId{0x15A2, 0x0073}, UsbId{0x37C5, 0x96E3}, UsbId{0x2341, 0x035B}, UsbId{0x2341, 0x0366},
    UsbId{0x2341, 0x035F}, UsbId{0x2341, 0x005A}, UsbId{0x2E8A, 0x0003}, UsbId{0x0483, 0xDF11},
};
// Stock sketches, and boards that have nothing to do with cameras.
constexpr std::array kStrangers = {
    UsbId{0x2341, 0x025B}, UsbId{0x2341, 0x805B}, UsbId{0x2341, 0x0266}, UsbId{0x2341, 0x8066}, UsbId{0x2341, 0x025F},
    UsbId{0x2341, 0x805F}, UsbId{0x2341, 0x0043}, UsbId{0x1209, 0xABD2}, UsbId{0x15A2, 0x0074}, UsbId{0x10C4, 0xEA60},
};

TEST(UsbId, CamerasAreKnown) {
  for (const UsbId id : kCameras) {
    const auto known = identify_usb(id, "0123");
    ASSERT_TRUE(known) << to_string(id);
    EXPECT_EQ(known->role, id.vid == 0x37C5 || id.vid == 0x1209 ? UsbRole::camera : UsbRole::possible_camera)
        << to_string(id);
    EXPECT_FALSE(known->name.empty()) << to_string(id);
    EXPECT_FALSE(known->protocols.empty()) << to_string(id);
  }
}

TEST(UsbId, BootloadersAreNoCameras) {
  for (const UsbId id : kBootloaders) {
    const auto known = identify_usb(id, "0123");
    ASSERT_TRUE(known) << to_string(id);
    EXPECT_EQ(known->role, UsbRole::bootloader) << to_string(id);
  }
  for (const char* serial : {"000000000010", "000000000011"})
    EXPECT_EQ(identify_usb({0x1209, 0xABD1}, serial)->role, UsbRole::bootloader);
  EXPECT_EQ(identify_usb({0x37C5, 0x1206}, "000000000010")->role, UsbRole::camera) << "only the shared id has those";
}

TEST(UsbId, StrangersAreNotKnown) {
  for (const UsbId id : kStrangers) EXPECT_FALSE(identify_usb(id, "0123")) << to_string(id);
}

TEST(UsbId, CamerasToComeAreToldFromTheirBootloaders) {
  EXPECT_EQ(identify_usb({0x37C5, 0x1299}, "")->role, UsbRole::camera);
  EXPECT_EQ(identify_usb({0x37C5, 0x9299}, "")->role, UsbRole::bootloader);
}

TEST(UsbId, TheBoardTableIsInIt) {
  for (const Board& board : boards()) EXPECT_EQ(identify_usb({board.vid, board.pid}, "")->name, board.name);
}

TEST(UsbId, NoIdIsThereTwice) {
  std::set<std::string> seen;
  for (const KnownUsbId& known : known_usb_ids()) EXPECT_TRUE(seen.insert(to_string(known.id)).second) << known.name;
  EXPECT_EQ(seen.size(), kCameras.size() + kBootloaders.size());
}

TEST(UsbId, NumbersAreHexadecimal) {
  EXPECT_EQ(parse_usb_number("37c5"), 0x37C5);
  EXPECT_EQ(parse_usb_number("ABD1"), 0xABD1);
  EXPECT_EQ(parse_usb_number("1"), 1);
  for (const char* text : {"", "x", "37c5x", "137c5", "-1", " 1", "0x1", "00001"})
    EXPECT_EQ(parse_usb_number(text), std::nullopt) << text;
  EXPECT_EQ(to_string(UsbId{0x37C5, 0x0060}), "37c5:0060");
}

}  // namespace
}  // namespace omv::camera
