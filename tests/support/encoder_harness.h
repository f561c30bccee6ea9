// SPDX-License-Identifier: LGPL-2.1-or-later
// An encoder of stills in a harness: frames in, coded pictures out, and what it posts on its bus.
#pragma once

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "omv/base/bytes.h"

namespace omv::test {

struct Coded {
  Bytes bytes;
  GstClockTime pts = GST_CLOCK_TIME_NONE;

  bool operator==(const Coded&) const = default;
};

class EncoderHarness {
 public:
  EncoderHarness(const char* element, guint threads) : element_(gst_element_factory_make(element, nullptr)) {
    EXPECT_NE(element_, nullptr) << element;
    set("threads", threads);
    gst_element_set_bus(element_, bus_);
    harness_ = gst_harness_new_with_element(element_, "sink", "src");
  }
  EncoderHarness(const EncoderHarness&) = delete;
  EncoderHarness& operator=(const EncoderHarness&) = delete;
  ~EncoderHarness() {
    gst_harness_teardown(harness_);
    gst_bus_set_flushing(bus_, TRUE);
    gst_element_set_bus(element_, nullptr);
    gst_object_unref(element_);
    gst_object_unref(bus_);
  }

  GstHarness* get() const { return harness_; }
  GstElement* element() const { return element_; }

  template <typename Value>
  void set(const char* property, Value value) {
    g_object_set(element_, property, value, nullptr);
  }

  void caps(const std::string& text) { gst_harness_set_src_caps_str(harness_, text.c_str()); }

  GstFlowReturn push(const Bytes& bytes, GstClockTime pts) {
    GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = pts;
    return gst_harness_push(harness_, buffer);
  }

  bool push_event(GstEvent* event) { return gst_harness_push_event(harness_, event) != FALSE; }

  /// Everything that has come out so far.
  std::vector<Coded> take() {
    std::vector<Coded> all;
    while (GstBuffer* buffer = gst_harness_try_pull(harness_)) all.push_back(coded(buffer));
    return all;
  }

  /// The end of the stream, and everything that came out until then: the encoder keeps nothing back.
  std::vector<Coded> finish() {
    EXPECT_TRUE(push_event(gst_event_new_eos()));
    return take();
  }

  /// The text of the error on the bus; empty when there is none.
  std::string error() {
    GstMessage* message = gst_bus_pop_filtered(bus_, GST_MESSAGE_ERROR);
    if (message == nullptr) return "";
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    const std::string text = error->message;
    g_error_free(error);
    gst_message_unref(message);
    return text;
  }

  /// Messages of a type that are on the bus; they are taken.
  int messages(GstMessageType type) {
    int count = 0;
    while (GstMessage* message = gst_bus_pop_filtered(bus_, type)) {
      ++count;
      gst_message_unref(message);
    }
    return count;
  }

 private:
  static Coded coded(GstBuffer* buffer) {
    Coded one;
    one.pts = GST_BUFFER_PTS(buffer);
    GstMapInfo map;
    EXPECT_TRUE(gst_buffer_map(buffer, &map, GST_MAP_READ));
    one.bytes.assign(map.data, map.data + map.size);
    gst_buffer_unmap(buffer, &map);
    gst_buffer_unref(buffer);
    return one;
  }

  GstElement* element_;
  GstBus* bus_ = gst_bus_new();
  GstHarness* harness_ = nullptr;
};

}  // namespace omv::test
