// SPDX-License-Identifier: LGPL-2.1-or-later
// Live pictures, made only while somebody looks.
#include "runner/previews/camera_preview.h"

#include <gtest/gtest.h>

#include <thread>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

constexpr double kAlways = 1e6;       // frames a second
constexpr double kHardlyEver = 1e-3;  // likewise

class CameraPreviewTest : public testing::Test {
 protected:
  void take(CameraPreview& preview, GstCaps* caps, gsize size = 6) {
    GstBuffer* frame = gst_buffer_new_allocate(nullptr, size, nullptr);
    gst_buffer_memset(frame, 0, 0x55, size);
    preview.take(frame, caps);
    gst_buffer_unref(frame);
  }

  EventLoop loop_;
  Timebase timebase_;
  Log log_;
  const Services services_{loop_, timebase_, log_};
  const CapsPtr jpeg_{gst_caps_from_string("image/jpeg,width=8,height=8")};
  const CapsPtr raw_{gst_caps_from_string("video/x-raw,format=GRAY8,width=16,height=16,framerate=0/1")};
};

TEST_F(CameraPreviewTest, CostsNothingUntilSomebodyLooks) {
  CameraPreview preview(kAlways, services_);
  take(preview, jpeg_.get());
  EXPECT_EQ(preview.latest(), nullptr);
  take(preview, jpeg_.get());
  const auto shown = preview.latest();
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->jpeg, std::vector<std::uint8_t>(6, 0x55));
}

TEST_F(CameraPreviewTest, ShowsNoMoreThanItsRate) {
  CameraPreview preview(kHardlyEver, services_);
  preview.set_watchers(1);
  take(preview, jpeg_.get());
  const auto first = preview.latest();
  ASSERT_NE(first, nullptr);
  take(preview, jpeg_.get());
  EXPECT_EQ(preview.latest(), first);
}

TEST_F(CameraPreviewTest, CountsItsPictures) {
  CameraPreview preview(kAlways, services_);
  preview.set_watchers(1);
  take(preview, jpeg_.get());
  const std::uint64_t before = preview.latest()->sequence;
  std::this_thread::sleep_for(1ms);
  take(preview, jpeg_.get());
  EXPECT_GT(preview.latest()->sequence, before);
}

TEST_F(CameraPreviewTest, IsOffWithoutARate) {
  CameraPreview preview(0, services_);
  preview.set_watchers(1);
  take(preview, jpeg_.get());
  EXPECT_EQ(preview.latest(), nullptr);
  EXPECT_NE(std::string::npos, preview.problem().find("switched off")) << preview.problem();
}

TEST_F(CameraPreviewTest, EncodesRawFrames) {
  CameraPreview preview(kAlways, services_);
  preview.set_watchers(1);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (preview.latest() == nullptr && std::chrono::steady_clock::now() < deadline) {
    take(preview, raw_.get(), 16 * 16);
    preview.tend();
    while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
    }
    std::this_thread::sleep_for(5ms);
  }
  const auto shown = preview.latest();
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->jpeg[0], 0xFF);
  EXPECT_EQ(shown->jpeg[1], 0xD8);
}

TEST_F(CameraPreviewTest, SaysWhatNothingDecodes) {
  CameraPreview preview(kAlways, services_);
  const CapsPtr coded(gst_caps_from_string("video/x-coded-by-nobody"));
  take(preview, coded.get());
  preview.tend();
  const char* expected = "nothing on this machine decodes video/x-coded-by-nobody; install gstreamer1.0-libav";
  EXPECT_NE(std::string::npos, preview.problem().find(expected)) << preview.problem();
  EXPECT_EQ(preview.latest(), nullptr);
}

TEST_F(CameraPreviewTest, IsDoneWhenItIsClosed) {
  CameraPreview preview(kAlways, services_);
  preview.set_watchers(1);
  preview.close();
  take(preview, jpeg_.get());
  EXPECT_EQ(preview.latest(), nullptr);
}

}  // namespace
}  // namespace omv::runner
