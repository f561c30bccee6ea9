// SPDX-License-Identifier: LGPL-2.1-or-later
// A disk that is full: the pipeline lives, says so once, counts, and goes on when there is room again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "still_pipeline.h"

namespace {

using omv::test::Pipeline;
using omv::test::still_stat;
using omv::test::stills_in;
using omv::test::TempDir;
using omv::test::wait_until;
using testing::HasSubstr;

constexpr const char* kDirectory = "OMV_TINY_DIRECTORY";  // a file system of 256 KiB
constexpr int kNoNamespace = 77;

// Runs in a namespace that a shell has made around this program.
TEST(FullDisk, DISABLED_Inside) {
  const std::string dir = std::getenv(kDirectory);
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,format=GRAY8,width=160,height=120,framerate=200/1 ! "
      "omvimagesink name=sink location=" +
      dir + "/%05d.pgm");
  pipeline.set_state(GST_STATE_PLAYING);
  GstMessage* warning = pipeline.wait_for(GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  ASSERT_NE(warning, nullptr);
  omv::test::Outcome outcome;
  omv::test::take_message(warning, outcome);
  gst_message_unref(warning);
  ASSERT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.warnings.front(), HasSubstr("No space left on device"));
  EXPECT_TRUE(wait_until([&] { return still_stat(pipeline, "dropped-full") >= 5; }));
  for (const std::string& name : stills_in(dir)) EXPECT_GT(std::filesystem::file_size(dir + "/" + name), 160u * 120);
  const guint64 saved = still_stat(pipeline, "saved");
  EXPECT_EQ(saved, stills_in(dir).size());
  for (const std::string& name : stills_in(dir)) std::filesystem::remove(dir + "/" + name);
  GstMessage* info = pipeline.wait_for(GST_MESSAGE_INFO | GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(GST_MESSAGE_TYPE(info), GST_MESSAGE_INFO) << "one warning, then word that it goes on";
  gst_message_unref(info);
  EXPECT_TRUE(wait_until([&] { return still_stat(pipeline, "saved") > saved; }));
}

TEST(FullDisk, IsSurvived) {
  const TempDir dir;
  setenv(kDirectory, (dir / ".").c_str(), 1);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string inside = "mount -t tmpfs -o size=256k none " + (dir / ".") + " || exit 77; cd " + (dir / ".") +
                             "; exec " + self +
                             " --gtest_filter=FullDisk.DISABLED_Inside --gtest_also_run_disabled_tests";
  const int status = std::system(("unshare -rm sh -c '" + inside + "'").c_str());
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoNamespace || WEXITSTATUS(status) == 127)
    GTEST_SKIP() << "this system lets nobody mount a tmpfs in a namespace of its own";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
