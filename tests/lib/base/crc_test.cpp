// SPDX-License-Identifier: LGPL-2.1-or-later
// The check values of the protocol's specification, and the accelerated path against the portable one.
#include "omv/base/crc.h"

#include <gtest/gtest.h>

#include <random>

namespace omv {
namespace {

TEST(Crc16, MatchesTheSpecification) {
  EXPECT_EQ(crc16(as_bytes("123456789")), 0xE541);
  EXPECT_EQ(crc16(as_bytes("abc")), 0x62AD);
  EXPECT_EQ(crc16(Bytes(1, 0)), 0xAA1E);
  EXPECT_EQ(crc16(Bytes(4, 0)), 0xB33D);
}

TEST(Crc32, MatchesTheSpecification) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0x41B403D3u);
  EXPECT_EQ(crc32(as_bytes("abc")), 0x0205046Au);
  EXPECT_EQ(crc32(Bytes(1, 0)), 0xDA3BBD1Bu);
  EXPECT_EQ(crc32(Bytes(4, 0)), 0xFF70CA75u);
}

TEST(Crc32, AcceleratedEqualsPortableAtEveryLength) {
  std::mt19937 random(7);
  Bytes bytes(1200);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t start = 0; start < 3; ++start)
    for (std::size_t size = 0; start + size <= bytes.size(); ++size) {
      const auto part = ConstByteSpan(bytes).subspan(start, size);
      ASSERT_EQ(crc32(part), detail::crc32_portable(part)) << "start " << start << " size " << size;
    }
}

}  // namespace
}  // namespace omv
