// SPDX-License-Identifier: LGPL-2.1-or-later
// Journals of one record and camera: what comes back, and what goes with a file.
#include "runner/files/shelf.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "temp_dir.h"

namespace omv::runner {
namespace {

namespace fs = std::filesystem;
using omv::test::TempDir;
using omv::test::write_file;

KeptFile file_of(const std::string& path, std::uint64_t bytes) {
  KeptFile file;
  file.path = path;
  file.bytes = bytes;
  file.time = std::chrono::seconds(100);
  return file;
}

Shelf open_in(const TempDir& dir) {
  auto shelf = Shelf::open(dir / "", "door", "left", false);
  EXPECT_TRUE(shelf);
  return *std::move(shelf);
}

TEST(Shelf, RemembersWhatIsThere) {
  const TempDir dir;
  write_file(dir / "a", Bytes(3));
  write_file(dir / "b", Bytes(3));
  fs::create_directory(dir / "stills");
  {
    Shelf shelf = open_in(dir);
    for (const char* name : {"a", "b", "gone"}) ASSERT_TRUE(shelf.write(file_of(name, 3)));
    ASSERT_TRUE(shelf.write(file_of("stills", 5)));
    KeptFile pinned = file_of("b", 3);
    pinned.pinned = true;
    pinned.expected = true;
    ASSERT_TRUE(shelf.write(pinned));
  }
  const auto files = open_in(dir).take_files();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].path, "a");
  EXPECT_FALSE(files[0].pinned || files[0].expected);
  EXPECT_EQ(files[1].path, "stills");
  EXPECT_EQ(files[2].path, "b");
  EXPECT_TRUE(files[2].pinned && files[2].expected);
}

TEST(Shelf, RemembersWhatIsKnownOfAFile) {
  const TempDir dir;
  for (const char* name : {"clip", "plain", "named"}) write_file(dir / name, Bytes(3));
  KeptFile clip = file_of("clip", 3);
  clip.duration = std::chrono::milliseconds(3033);
  clip.frames = 91;
  clip.lost = 2;
  clip.trigger = "Tür, links";
  KeptFile named = file_of("named", 3);
  named.trigger = std::string(300, 'n');  // more than a line takes
  {
    Shelf shelf = open_in(dir);
    for (const KeptFile& file : {clip, file_of("plain", 3), named}) ASSERT_TRUE(shelf.write(file));
  }
  const auto files = open_in(dir).take_files();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].duration, clip.duration);
  EXPECT_EQ(files[0].frames, 91u);
  EXPECT_EQ(files[0].lost, 2u);
  EXPECT_EQ(files[0].trigger, clip.trigger);
  EXPECT_EQ(files[1].frames, 0u);
  EXPECT_EQ(files[2].trigger, "");
}

TEST(Shelf, IsOneRigs) {
  const TempDir dir;
  const Shelf shelf = open_in(dir);
  EXPECT_EQ(Shelf::open(dir / "", "door", "left", false).error().code, Errc::busy);
  EXPECT_TRUE(Shelf::open(dir / "", "door", "right", false));
}

TEST(Shelf, RemovesAFileWithWhatLiesBesideIt) {
  const TempDir dir;
  fs::create_directories(dir / "x/y");
  for (const char* name : {"x/y/a", "x/y/a.json", "x/y/a.gif", "x/y/a.gif.part"}) write_file(dir / name, Bytes(1));
  write_file(dir / "x/b", Bytes(1));
  Shelf shelf = open_in(dir);
  ASSERT_TRUE(Shelf::remove(dir / "", file_of("x/y/a", 1)));
  EXPECT_FALSE(fs::exists(dir / "x/y"));
  EXPECT_TRUE(fs::exists(dir / "x/b"));
  EXPECT_TRUE(Shelf::remove(dir / "", file_of("x/y/a", 1))) << "it is gone already";
  for (const char* name : {"x/c.mkv.part", "x/c.mkv.json"}) write_file(dir / name, Bytes(1));
  EXPECT_TRUE(Shelf::remove(dir / "", file_of("x/c.mkv.part", 1)));
  EXPECT_FALSE(fs::exists(dir / "x/c.mkv.json"));
}

TEST(Shelf, RemovesADirectoryOfStills) {
  const TempDir dir;
  fs::create_directories(dir / "stills");
  write_file(dir / "stills/1.jpg", Bytes(1));
  Shelf shelf = open_in(dir);
  ASSERT_TRUE(Shelf::remove(dir / "", file_of("stills", 1)));
  EXPECT_FALSE(fs::exists(dir / "stills"));
}

}  // namespace
}  // namespace omv::runner
