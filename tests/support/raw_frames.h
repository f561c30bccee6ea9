// SPDX-License-Identifier: LGPL-2.1-or-later
// Single raw frames through elements, as pixels without padding between rows.
#pragma once

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "omv/base/bytes.h"

namespace omv::test {

/// Pixels of all planes, one row behind the other, and what they are.
struct RawFrame {
  std::string format;
  int width = 0;
  int height = 0;
  Bytes pixels;

  bool operator==(const RawFrame&) const = default;
};

/// What test failures show of a frame.
inline void PrintTo(const RawFrame& frame, std::ostream* out) {
  *out << frame.format << " " << frame.width << "x" << frame.height << ":";
  for (std::size_t i = 0; i < std::min<std::size_t>(frame.pixels.size(), 24); ++i) *out << " " << +frame.pixels[i];
}

inline GstVideoInfo video_info(const RawFrame& frame) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_video_format_from_string(frame.format.c_str()), static_cast<guint>(frame.width),
                            static_cast<guint>(frame.height));
  return info;
}

/// Calls `row(first byte, bytes)` for the rows of all planes of a mapped frame.
template <typename Row>
void for_each_row(GstVideoFrame& frame, Row row) {
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES(&frame); ++plane) {
    gint components[GST_VIDEO_MAX_COMPONENTS];
    gst_video_format_info_component(frame.info.finfo, plane, components);
    const auto c = static_cast<guint>(components[0]);
    const gint packed = GST_VIDEO_FRAME_COMP_WIDTH(&frame, c) * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c);
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, c); ++y)
      row(static_cast<std::uint8_t*>(frame.data[plane]) + y * frame.info.stride[plane],
          static_cast<std::size_t>(packed));
  }
}

inline GstBuffer* buffer_of(const RawFrame& raw) {
  const GstVideoInfo info = video_info(raw);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, info.size, nullptr);
  gst_buffer_memset(buffer, 0, 0xEE, info.size);  // what lies between rows must not show
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_WRITE));
  const std::uint8_t* from = raw.pixels.data();
  for_each_row(frame, [&](std::uint8_t* row, std::size_t bytes) {
    std::copy_n(from, bytes, row);
    from += bytes;
  });
  EXPECT_EQ(from, raw.pixels.data() + raw.pixels.size()) << raw.format << " has another size";
  gst_video_frame_unmap(&frame);
  GST_BUFFER_PTS(buffer) = 0;
  return buffer;
}

/// Takes the buffer.
inline RawFrame raw_of(GstBuffer* buffer, GstCaps* caps) {
  GstVideoInfo info;
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_info_from_caps(&info, caps));
  EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ));
  RawFrame raw = {GST_VIDEO_INFO_NAME(&info), GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info), {}};
  for_each_row(frame, [&](const std::uint8_t* row, std::size_t bytes) {
    raw.pixels.insert(raw.pixels.end(), row, row + bytes);
  });
  gst_video_frame_unmap(&frame);
  gst_buffer_unref(buffer);
  return raw;
}

/// Elements of a launch line between a frame and what comes out of them.
class FrameHarness {
 public:
  explicit FrameHarness(const std::string& elements) : harness_(gst_harness_new_parse(elements.c_str())) {}
  ~FrameHarness() { gst_harness_teardown(harness_); }
  FrameHarness(const FrameHarness&) = delete;
  FrameHarness& operator=(const FrameHarness&) = delete;

  GstHarness* get() const { return harness_; }

  void send_caps(const RawFrame& frame, const std::string& more = "") {
    gst_harness_set_src_caps_str(harness_,
                                 ("video/x-raw,format=" + frame.format + ",width=" + std::to_string(frame.width) +
                                  ",height=" + std::to_string(frame.height) + ",framerate=30/1" + more)
                                     .c_str());
  }

  void want_caps(const std::string& caps) { gst_harness_set_sink_caps_str(harness_, caps.c_str()); }

  GstFlowReturn push(const RawFrame& frame, GstClockTime time = 0) {
    GstBuffer* buffer = buffer_of(frame);
    GST_BUFFER_PTS(buffer) = time;
    return gst_harness_push(harness_, buffer);
  }

  /// The frame that has come out; an empty one, and a failure, when there is none.
  RawFrame pull() {
    GstBuffer* buffer = gst_harness_try_pull(harness_);
    GstCaps* caps = gst_pad_get_current_caps(harness_->sinkpad);
    EXPECT_NE(buffer, nullptr);
    EXPECT_NE(caps, nullptr);
    RawFrame frame;
    if (buffer != nullptr && caps != nullptr) frame = raw_of(buffer, caps);
    gst_clear_caps(&caps);
    return frame;
  }

 private:
  GstHarness* harness_;
};

/// One frame through elements, in the caps that are wanted behind them, if any.
inline RawFrame through(const std::string& elements, const RawFrame& frame, const std::string& wanted = "") {
  FrameHarness harness(elements);
  if (!wanted.empty()) harness.want_caps("video/x-raw," + wanted);
  harness.send_caps(frame);
  EXPECT_EQ(harness.push(frame), GST_FLOW_OK) << elements;
  return harness.pull();
}

inline RawFrame grey(int width, int height, Bytes pixels) { return {"GRAY8", width, height, std::move(pixels)}; }

/// Every byte different from its neighbours, in a picture of any format with whole bytes.
inline RawFrame noise(const std::string& format, int width, int height) {
  RawFrame raw = {format, width, height, {}};
  const GstVideoInfo info = video_info(raw);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, info.size, nullptr);
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, &info, buffer, GST_MAP_WRITE));
  std::uint32_t state = 12345;
  for_each_row(frame, [&](const std::uint8_t*, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      state = state * 1664525 + 1013904223;
      raw.pixels.push_back(static_cast<std::uint8_t>(state >> 24));
    }
  });
  gst_video_frame_unmap(&frame);
  gst_buffer_unref(buffer);
  return raw;
}

}  // namespace omv::test
