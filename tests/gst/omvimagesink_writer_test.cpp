// SPDX-License-Identifier: LGPL-2.1-or-later
// The sink's writer: full queues, pauses, flushes, stops and restarts while the disk stands still.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "still_pipeline.h"

namespace {

using omv::test::Pipeline;
using omv::test::still_stat;
using omv::test::stills_in;
using omv::test::StoppedDisk;
using omv::test::TempDir;
using omv::test::wait_until;
using testing::IsEmpty;
using testing::SizeIs;

constexpr guint64 kFrames = 20;
constexpr guint64 kQueued = 5;

// Twenty frames of 256 bytes (and a KiB for what else is known of each) into a queue for five of them, and a disk that
// stands still.
class StandstillTest : public testing::Test {
 protected:
  std::unique_ptr<Pipeline> make(const std::string& properties) {
    return std::make_unique<Pipeline>(
        "videotestsrc num-buffers=20 ! video/x-raw,format=GRAY8,width=16,height=16 ! omvimagesink name=sink "
        "queue-size=6400 max-files=1000 location=" +
        location_ + " " + properties);
  }
  void release() { disk_.reset(); }
  std::vector<std::string> files() const { return stills_in(dir_ / "."); }

  // Until the stream waits: one more frame has arrived than there is room for.
  static void wait_for_standstill(Pipeline& pipeline) {
    ASSERT_TRUE(wait_until([&] { return still_stat(pipeline, "queued") == kQueued; }));
  }

  static void finish(Pipeline& pipeline) {
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS);
    gst_message_unref(message);
  }

  TempDir dir_;
  std::string location_ = dir_ / "%05d.pgm";
  std::unique_ptr<StoppedDisk> disk_ = std::make_unique<StoppedDisk>(location_);
};

TEST_F(StandstillTest, DropsAndCountsWhatFindsNoRoom) {
  const auto pipeline = make("overflow=drop");
  pipeline->set_state(GST_STATE_PLAYING);
  ASSERT_TRUE(wait_until([&] { return still_stat(*pipeline, "dropped-overflow") == kFrames - kQueued; }));
  EXPECT_EQ(still_stat(*pipeline, "queued-bytes"), 6400u);
  release();
  finish(*pipeline);
  EXPECT_EQ(still_stat(*pipeline, "saved"), kQueued);
  EXPECT_THAT(files(), SizeIs(kQueued));
}

TEST_F(StandstillTest, BlocksWithoutLossAndEndsWhenAllIsSaved) {
  const auto pipeline = make("overflow=block");
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  release();
  finish(*pipeline);
  EXPECT_THAT(files(), SizeIs(kFrames));
  EXPECT_EQ(still_stat(*pipeline, "queued"), 0u);
}

TEST_F(StandstillTest, PausesAndGoesOn) {
  const auto pipeline = make("overflow=block");
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  EXPECT_TRUE(pipeline->reach(GST_STATE_PAUSED));
  EXPECT_TRUE(pipeline->reach(GST_STATE_PLAYING));
  release();
  finish(*pipeline);
  EXPECT_THAT(files(), SizeIs(kFrames)) << "the frame that waited was neither lost nor doubled";
}

TEST_F(StandstillTest, FlushesWhileItWaits) {
  const auto pipeline = make("overflow=block");
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  EXPECT_TRUE(pipeline->seek(1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0));
  release();
  finish(*pipeline);
  EXPECT_GE(files().size(), kQueued);
}

TEST_F(StandstillTest, StopsAtOnceAndFinishesInTheBackground) {
  auto pipeline = make("overflow=block");
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  EXPECT_EQ(pipeline->set_state(GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  pipeline.reset();  // not even the element is needed
  EXPECT_THAT(files(), IsEmpty());
  release();
  EXPECT_TRUE(wait_until([&] { return files().size() == kQueued; }));
}

TEST_F(StandstillTest, RestartsWithoutWaitingAndKeepsTheOrder) {
  const auto pipeline = make("overflow=block");
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  pipeline->set_state(GST_STATE_NULL);
  pipeline->set_state(GST_STATE_PLAYING);
  wait_for_standstill(*pipeline);
  EXPECT_THAT(files(), IsEmpty());
  release();
  finish(*pipeline);
  ASSERT_THAT(files(), SizeIs(kQueued + kFrames));
  EXPECT_EQ(files().back(), "00024.pgm");
}

TEST_F(StandstillTest, StopsWhileTheEndOfTheStreamWaits) {
  const auto pipeline = make("overflow=drop");
  pipeline->set_state(GST_STATE_PLAYING);
  ASSERT_TRUE(wait_until([&] { return still_stat(*pipeline, "rendered") == kFrames; }));
  EXPECT_EQ(pipeline->set_state(GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  release();
  EXPECT_TRUE(wait_until([&] { return files().size() == kQueued; }));
}

TEST(OmvImageSinkWriter, TellsOnceThatTheFileSystemIsFull) {
  const TempDir dir;
  const auto out = omv::test::run("videotestsrc num-buffers=10 ! omvimagesink min-free=4611686018427387904 location=" +
                                  (dir / "%d.jpg"));
  EXPECT_EQ(out.error, "");
  EXPECT_TRUE(out.eos);
  ASSERT_THAT(out.warnings, SizeIs(1));
  EXPECT_THAT(out.warnings.front(), testing::HasSubstr("min-free"));
  EXPECT_THAT(stills_in(dir / "."), IsEmpty());
}

}  // namespace
