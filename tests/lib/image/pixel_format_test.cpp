// SPDX-License-Identifier: LGPL-2.1-or-later
// The pixel format table against the specification's table.
#include "omv/image/pixel_format.h"

#include <gtest/gtest.h>

#include <set>

namespace omv {
namespace {

TEST(PixelFormat, EveryIdFindsItsOwnRow) {
  std::set<std::string_view> names;
  for (const PixelFormatInfo& info : pixel_formats()) {
    EXPECT_EQ(find_pixel_format(static_cast<std::uint32_t>(info.format)), &info);
    EXPECT_EQ(pixel_format_by_name(info.name), info.format);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
  }
  EXPECT_EQ(find_pixel_format(0), nullptr);
  EXPECT_EQ(find_pixel_format(0x08020002), nullptr);
}

TEST(PixelFormat, BinaryRowsAreWholeWords) {
  EXPECT_EQ(payload_bytes(PixelFormat::binary, 1, 1), 4u);
  EXPECT_EQ(payload_bytes(PixelFormat::binary, 33, 17), 136u);
  EXPECT_EQ(payload_bytes(PixelFormat::binary, 64, 48), 384u);
}

TEST(PixelFormat, PayloadsDoNotOverflow) {
  EXPECT_EQ(payload_bytes(PixelFormat::rgb565, 32767, 32767), 2147352578u);
  EXPECT_EQ(payload_bytes(PixelFormat::rgb565, 0xFFFFFFFF, 0x10000), 0x1FFFFFFFE0000u);
}

TEST(PixelFormat, IdsFollowTheirBitFields) {
  for (const PixelFormatInfo& info : pixel_formats()) {
    const auto id = static_cast<std::uint32_t>(info.format);
    EXPECT_EQ(is_compressed(info.format), (id >> 25 & 1) != 0) << info.name;
    EXPECT_EQ(is_bayer(info.format), (id >> 24 & 1) != 0 && !is_packed_422(info.format) && !info.compressed)
        << info.name;
    EXPECT_EQ(is_packed_422(info.format), (id >> 28 & 1) != 0) << info.name;
    if (info.format != PixelFormat::argb8) {
      EXPECT_EQ(info.bytes_per_pixel, id & 0xFF) << info.name;
    }
  }
}

TEST(PixelFormat, NamesIgnoreCase) {
  EXPECT_EQ(pixel_format_by_name("RGB565"), PixelFormat::rgb565);
  EXPECT_EQ(pixel_format_by_name("bayer"), PixelFormat::bayer_bggr);
  EXPECT_EQ(pixel_format_by_name("rgb"), std::nullopt);
}

}  // namespace
}  // namespace omv
