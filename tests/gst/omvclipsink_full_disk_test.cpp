// SPDX-License-Identifier: LGPL-2.1-or-later
// A disk that fills up during a clip: the file is closed, what is missing is said, and the next clip is whole again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstdlib>

#include "clip_sink.h"

namespace {

using omv::test::around;
using omv::test::ClipJson;
using omv::test::ClipSink;
using omv::test::numbers_of;
using omv::test::Outcome;
using omv::test::range;
using omv::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kDirectory = "OMV_TINY_DIRECTORY";  // a file system of 2 MiB
constexpr int kNoNamespace = 77;
constexpr std::size_t kFrameBytes = 32768;

// 30 seconds of frames, with clips of 100 frames (which do not fit) and of 5 (which do) as long as the first is gone.
void fill_and_free(const char* extension) {
  const std::string dir = std::getenv(kDirectory);
  ClipSink sink("location=" + dir + "/%{clip}." + extension + " " + around(0, 2000));
  ASSERT_TRUE(sink.play());
  sink.trigger(GST_SECOND);
  for (std::uint64_t i = 0; i < 200; ++i) sink.push(i, true, kFrameBytes);
  ASSERT_TRUE(sink.wait_for_clips(1));
  EXPECT_THAT(sink.done[0].error, HasSubstr("No space left on device"));
  EXPECT_TRUE(sink.done[0].complete) << "room for the end was kept";
  EXPECT_GT(sink.done[0].frames, 40u);
  EXPECT_EQ(sink.done[0].frames + sink.done[0].lost, 100u);
  EXPECT_EQ(numbers_of(sink.done[0].location), range(50, 49 + sink.done[0].frames));
  std::filesystem::remove(sink.done[0].location);
  g_object_set(sink.pipeline().child("sink"), "post-time", 100 * GST_MSECOND, nullptr);
  sink.trigger(5 * GST_SECOND);
  for (std::uint64_t i = 200; i < 300; ++i) sink.push(i, true, kFrameBytes);
  const Outcome outcome = sink.finish();
  EXPECT_TRUE(outcome.eos) << outcome.error;
  ASSERT_EQ(sink.done.size(), 2u);
  EXPECT_TRUE(sink.done[1].complete && sink.done[1].error.empty()) << sink.done[1].error;
  EXPECT_EQ(numbers_of(sink.done[1].location), range(250, 254));
}

// These run in a namespace that a shell has made around this program.
TEST(FullDisk, DISABLED_InsideImageio) { fill_and_free("bin"); }
TEST(FullDisk, DISABLED_InsideAvi) { fill_and_free("avi"); }
TEST(FullDisk, DISABLED_InsideMatroska) { fill_and_free("mkv"); }

TEST(FullDisk, DISABLED_InsideReadOnly) {
  const std::string dir = std::getenv(kDirectory);
  ClipSink sink("location=" + dir + "/%{clip}.bin " + around(0, 200));
  ASSERT_TRUE(sink.play());
  ASSERT_EQ(::mount("none", dir.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  sink.trigger(GST_SECOND);
  sink.push_all(0, 99);
  ASSERT_TRUE(sink.wait_for_clips(1));
  EXPECT_THAT(sink.done[0].error, HasSubstr("Read-only"));
  EXPECT_EQ(sink.done[0].lost, 10u);
  ASSERT_EQ(::mount("none", dir.c_str(), nullptr, MS_REMOUNT, nullptr), 0);
  sink.trigger(3 * GST_SECOND);
  sink.push_all(100, 199);
  EXPECT_TRUE(sink.finish().eos);
  EXPECT_EQ(numbers_of(dir + "/1.bin"), range(150, 159));
}

TEST(FullDisk, DISABLED_InsideRoomLater) {
  const std::string dir = std::getenv(kDirectory);
  omv::test::write_file(dir + "/others", omv::Bytes((2u << 20) - 4096, 1));
  ClipSink sink("location=" + dir + "/clip.bin " + around(0, 3600'000));
  ASSERT_TRUE(sink.play());
  sink.trigger(0);
  sink.push_all(0, 9);
  ASSERT_TRUE(sink.wait_until([&] { return sink.stat("frames") == 10 && sink.stat("queued-bytes") < 20000; }));
  std::filesystem::remove(dir + "/others");
  std::uint64_t next = 10;
  ASSERT_TRUE(sink.wait_until([&] {
    sink.push(next++);
    return std::filesystem::exists(dir + "/clip.bin.part");
  }));
  sink.push_all(next, next + 9);
  EXPECT_TRUE(sink.finish().eos);
  const auto numbers = numbers_of(dir + "/clip.bin");
  ASSERT_GE(numbers.size(), 10u);
  EXPECT_EQ(numbers, range(numbers.front(), next + 9));
  const ClipJson json(dir + "/clip.bin.json");
  EXPECT_THAT(json.text("error"), HasSubstr("No space left on device"));
  EXPECT_EQ(json.number("file_start_ns"), static_cast<gint64>(numbers.front() * omv::test::kFrameTime));
  EXPECT_EQ(json.number("frames_lost"), static_cast<gint64>(numbers.front()));
  guint64 next_index = 0;
  g_object_get(sink.pipeline().child("sink"), "index", &next_index, nullptr);
  EXPECT_EQ(next_index, 1u) << "what was tried in vain took no number";
}

TEST(FullDisk, IsSurvived) {
  const TempDir dir;
  setenv(kDirectory, (dir / ".").c_str(), 1);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  for (const char* test : {"Imageio", "Avi", "Matroska", "ReadOnly", "RoomLater"}) {
    const std::string inside = "mount -t tmpfs -o size=2m none " + (dir / ".") + " || exit 77; cd " + (dir / ".") +
                               "; exec " + self + " --gtest_filter=FullDisk.DISABLED_Inside" + test +
                               " --gtest_also_run_disabled_tests";
    const int status = std::system(("unshare -rm sh -c '" + inside + "'").c_str());
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == kNoNamespace || WEXITSTATUS(status) == 127)
      GTEST_SKIP() << "this system lets nobody mount a tmpfs in a namespace of its own";
    EXPECT_EQ(WEXITSTATUS(status), 0) << test;
  }
}

}  // namespace
