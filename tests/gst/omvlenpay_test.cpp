// SPDX-License-Identifier: LGPL-2.1-or-later
// omvlenpay through a harness: the bytes of the wire, the end, and what is no frame.
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include "avi_recordings.h"
#include "pipeline.h"

namespace omv::test {
namespace {

class OmvLenPay : public testing::Test {
 protected:
  void SetUp() override { harness_ = gst_harness_new("omvlenpay"); }
  void TearDown() override { gst_harness_teardown(harness_); }

  void push(const Bytes& bytes, GstClockTime pts) {
    GstBuffer* buffer = bytes.empty() ? gst_buffer_new() : gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    ASSERT_EQ(gst_harness_push(harness_, buffer), GST_FLOW_OK);
  }

  // The next buffer; empty when there is none.
  Bytes pull() {
    GstBuffer* buffer = gst_harness_try_pull(harness_);
    if (buffer == nullptr) return {};
    Bytes bytes(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
    last_pts_ = GST_BUFFER_PTS(buffer);
    gst_buffer_unref(buffer);
    return bytes;
  }

  GstHarness* harness_ = nullptr;
  GstClockTime last_pts_ = 0;
};

TEST_F(OmvLenPay, PutsTheLengthInFrontAndAZeroBehind) {
  gst_harness_set_src_caps_str(harness_, "image/jpeg,width=7,height=9");
  const Bytes jpeg = tiny_jpeg(300);
  push(jpeg, 5 * GST_SECOND);
  Bytes expected = {0x2C, 0x01, 0, 0};
  append(expected, jpeg);
  EXPECT_EQ(pull(), expected);
  EXPECT_EQ(last_pts_, 5 * GST_SECOND);
  gst_harness_push_event(harness_, gst_event_new_eos());
  EXPECT_EQ(pull(), (Bytes{0, 0, 0, 0}));
}

TEST_F(OmvLenPay, AnEmptyBufferDoesNotEndTheStream) {
  gst_harness_set_src_caps_str(harness_, "image/jpeg");
  push({}, 0);
  EXPECT_EQ(pull(), Bytes());
  push(tiny_jpeg(100), 0);
  EXPECT_EQ(pull().size(), 104u);
  GstStructure* stats = nullptr;
  g_object_get(harness_->element, "stats", &stats, nullptr);
  guint64 frames = 0, bytes = 0, empty = 0;
  gst_structure_get(stats, "frames", G_TYPE_UINT64, &frames, "bytes", G_TYPE_UINT64, &bytes, "empty", G_TYPE_UINT64,
                    &empty, nullptr);
  gst_structure_free(stats);
  EXPECT_EQ(frames, 1u);
  EXPECT_EQ(bytes, 104u);
  EXPECT_EQ(empty, 1u);
}

TEST_F(OmvLenPay, SharesTheFramesMemory) {
  gst_harness_set_src_caps_str(harness_, "image/jpeg");
  const Bytes jpeg = tiny_jpeg(100);
  GstBuffer* in = gst_buffer_new_memdup(jpeg.data(), jpeg.size());
  const GstMemory* memory = gst_buffer_peek_memory(in, 0);
  ASSERT_EQ(gst_harness_push(harness_, in), GST_FLOW_OK);
  GstBuffer* out = gst_harness_pull(harness_);
  ASSERT_EQ(gst_buffer_n_memory(out), 2u);
  EXPECT_EQ(gst_buffer_peek_memory(out, 1), memory);
  gst_buffer_unref(out);
}

TEST(OmvLenPayStream, AStreamWithoutAFrameHasAnEndToo) {
  const Outcome outcome = run("fakesrc num-buffers=0 ! image/jpeg ! omvlenpay" + kAppSink);
  EXPECT_EQ(outcome.error, "");
  ASSERT_EQ(outcome.frames.size(), 1u);
  EXPECT_EQ(outcome.frames[0].bytes, (Bytes{0, 0, 0, 0}));
}

}  // namespace
}  // namespace omv::test
