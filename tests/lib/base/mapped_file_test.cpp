// SPDX-License-Identifier: LGPL-2.1-or-later
// Files as memory.
#include "omv/base/mapped_file.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "temp_dir.h"

namespace omv {
namespace {

TEST(MappedFile, HasTheBytesOfTheFile) {
  const test::TempDir dir;
  const std::string path = dir / "digits";
  test::write_file(path, as_bytes("0123456789"));
  auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped);
  const MappedFile moved = *std::move(mapped);
  std::filesystem::remove(path);
  EXPECT_EQ(as_text(moved.bytes()), "0123456789");
  EXPECT_EQ(*moved.size(), 10u);
  std::array<std::uint8_t, 3> part{};
  ASSERT_TRUE(moved.read_at(7, part));
  EXPECT_EQ(as_text(part), "789");
  EXPECT_EQ(moved.read_at(8, part).error().code, Errc::truncated);
}

TEST(MappedFile, EmptyFilesAreEmpty) {
  const test::TempDir dir;
  test::write_file(dir / "empty", {});
  auto mapped = MappedFile::open(dir / "empty");
  ASSERT_TRUE(mapped);
  EXPECT_TRUE(mapped->bytes().empty());
}

TEST(MappedFile, ErrorsNameThePath) {
  const auto missing = MappedFile::open("/does/not/exist");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::io);
  EXPECT_NE(missing.error().message.find("/does/not/exist"), std::string::npos);
}

}  // namespace
}  // namespace omv
