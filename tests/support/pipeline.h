// SPDX-License-Identifier: LGPL-2.1-or-later
// Pipelines in tests: launched from text, run to their end, everything that reached the appsink "out" kept.
#pragma once

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::test {

/// How long anything is waited for: only failures take that long; sanitizers and busy machines are slow.
inline constexpr GstClockTime kMaxWait = 60 * GST_SECOND;

/// One buffer as the sink saw it.
struct Received {
  std::string caps;
  Bytes bytes;
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  guint64 running_time = 0;
  guint64 offset = 0;
  bool discont = false;
  gint meta_stride = 0;  // 0: no GstVideoMeta
};

struct Outcome {
  std::vector<Received> frames;
  std::vector<std::string> warnings;
  std::string error;
  bool eos = false;
};

/// Owns a launched pipeline; gone without a trace at the end of the test.
class Pipeline {
 public:
  explicit Pipeline(const std::string& description) {
    GError* failed = nullptr;
    element_ = gst_parse_launch(description.c_str(), &failed);
    EXPECT_EQ(failed, nullptr) << description << ": " << (failed != nullptr ? failed->message : "");
    g_clear_error(&failed);
  }
  ~Pipeline() {
    if (element_ == nullptr) return;
    gst_element_set_state(element_, GST_STATE_NULL);
    gst_object_unref(element_);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  GstElement* get() const { return element_; }
  GstElement* child(const char* name) const {  // borrowed
    GstElement* found = gst_bin_get_by_name(GST_BIN(element_), name);
    if (found != nullptr) gst_object_unref(found);
    return found;
  }

  GstStateChangeReturn set_state(GstState state) { return gst_element_set_state(element_, state); }

  /// Waits until the state is reached; false on failure or after kMaxWait.
  bool reach(GstState state) {
    if (set_state(state) == GST_STATE_CHANGE_FAILURE) return false;
    const auto result = gst_element_get_state(element_, nullptr, nullptr, kMaxWait);
    return result == GST_STATE_CHANGE_SUCCESS || result == GST_STATE_CHANGE_NO_PREROLL;
  }

  bool seek(gdouble rate, GstFormat format, int flags, GstSeekType start_type, gint64 start,
            GstSeekType stop_type = GST_SEEK_TYPE_NONE, gint64 stop = -1) {
    return gst_element_seek(element_, rate, format, static_cast<GstSeekFlags>(flags), start_type, start, stop_type,
                            stop) != FALSE;
  }

  /// The next message of one of these types; NULL after kMaxWait.
  GstMessage* wait_for(int types) {
    GstBus* bus = gst_element_get_bus(element_);
    GstMessage* message = gst_bus_timed_pop_filtered(bus, kMaxWait, static_cast<GstMessageType>(types));
    gst_object_unref(bus);
    return message;
  }

 private:
  GstElement* element_ = nullptr;
};

inline Received receive(GstSample* sample) {
  Received frame;
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  if (GstCaps* caps = gst_sample_get_caps(sample); caps != nullptr) {
    gchar* text = gst_caps_to_string(caps);
    frame.caps = text;
    g_free(text);
  }
  GstMapInfo map;
  if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    frame.bytes.assign(map.data, map.data + map.size);
    gst_buffer_unmap(buffer, &map);
  }
  const GstSegment* segment = gst_sample_get_segment(sample);
  frame.pts = GST_BUFFER_PTS(buffer);
  frame.duration = GST_BUFFER_DURATION(buffer);
  frame.offset = GST_BUFFER_OFFSET(buffer);
  if (segment->format == GST_FORMAT_TIME) {
    frame.stream_time = gst_segment_to_stream_time(segment, GST_FORMAT_TIME, frame.pts);
    frame.running_time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, frame.pts);
  }
  frame.discont = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  if (const GstVideoMeta* meta = gst_buffer_get_video_meta(buffer); meta != nullptr)
    frame.meta_stride = meta->stride[0];
  return frame;
}

/// Takes what the appsink has until it is at its end, the pipeline fails, or nothing comes for kMaxWait.
inline void drain(Pipeline& pipeline, std::vector<Received>& frames) {
  GstElement* sink = pipeline.child("out");
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kMaxWait)) {
    frames.push_back(receive(sample));
    gst_sample_unref(sample);
  }
}

inline void take_message(GstMessage* message, Outcome& outcome) {
  GError* error = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) outcome.eos = true;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, nullptr);
    if (outcome.error.empty()) outcome.error = error->message;
  }
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning(message, &error, nullptr);
    outcome.warnings.emplace_back(error->message);
  }
  g_clear_error(&error);
}

/// Runs a pipeline without an appsink, or with one named "out", to EOS or an error.
inline Outcome run(const std::string& description) {
  Outcome outcome;
  Pipeline pipeline(description);
  if (pipeline.get() == nullptr) return outcome;
  pipeline.set_state(GST_STATE_PLAYING);
  GstElement* sink = pipeline.child("out");
  const int types = GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING;
  while (!outcome.eos && outcome.error.empty()) {
    GstSample* sample = sink != nullptr ? gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 20 * GST_MSECOND) : nullptr;
    if (sample != nullptr) {
      outcome.frames.push_back(receive(sample));
      gst_sample_unref(sample);
      continue;
    }
    GstBus* bus = gst_element_get_bus(pipeline.get());
    const bool wait = sink == nullptr || gst_app_sink_is_eos(GST_APP_SINK(sink));
    GstMessage* message = gst_bus_timed_pop_filtered(bus, wait ? kMaxWait : 0, static_cast<GstMessageType>(types));
    gst_object_unref(bus);
    if (message == nullptr && wait) break;
    if (message == nullptr) continue;
    take_message(message, outcome);
    gst_message_unref(message);
  }
  return outcome;
}

/// Frames that a fakesink has rendered since it was started.
inline guint64 rendered(GstElement* sink) {
  GstStructure* stats = nullptr;
  guint64 count = 0;
  g_object_get(sink, "stats", &stats, nullptr);
  gst_structure_get_uint64(stats, "rendered", &count);
  gst_structure_free(stats);
  return count;
}

inline const std::string kAppSink = " ! appsink name=out sync=false max-buffers=0";

}  // namespace omv::test
