// SPDX-License-Identifier: LGPL-2.1-or-later
// omvring in a harness: frames that carry their number go in, clips come out.
#pragma once

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/clock.h"

namespace omv::test {

struct FreeGstStructure {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using Facts = std::unique_ptr<GstStructure, FreeGstStructure>;

inline guint64 number(const GstStructure* facts, const char* field) {
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(facts, field, &value)) << field;
  return value;
}

inline std::string text(const GstStructure* facts, const char* field) {
  const gchar* value = gst_structure_get_string(facts, field);
  return value != nullptr ? value : "";
}

inline bool flag(const GstStructure* facts, const char* field) {
  gboolean value = FALSE;
  EXPECT_TRUE(gst_structure_get_boolean(facts, field, &value)) << field;
  return value != FALSE;
}

/// One of the triggers a clip's facts list; borrowed.
inline const GstStructure* trigger_of(const GstStructure* facts, guint index) {
  const GValue* list = gst_structure_get_value(facts, "triggers");
  if (list == nullptr || gst_value_array_get_size(list) <= index) return nullptr;
  return gst_value_get_structure(gst_value_array_get_value(list, index));
}

/// A codec header that comes as a buffer of its own.
inline GstBuffer* header(const char* text) {
  GstBuffer* buffer = gst_buffer_new_memdup(text, std::strlen(text));
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_HEADER);
  return buffer;
}

inline GstEvent* custom(GstEventType type, const char* text) {
  return gst_event_new_custom(type, gst_structure_from_string(text, nullptr));
}

inline GstEvent* tags(const char* title, GstTagScope scope = GST_TAG_SCOPE_STREAM) {
  GstTagList* tags = gst_tag_list_new(GST_TAG_TITLE, title, nullptr);
  gst_tag_list_set_scope(tags, scope);
  return gst_event_new_tag(tags);
}

struct ClipFrame {
  std::uint64_t sequence = 0;
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  GstClockTime dts = GST_CLOCK_TIME_NONE;
  guint64 running_time = 0;
  bool discont = false;
  bool delta = false;
  bool header = false;
  gconstpointer memory = nullptr;
};

struct ClipOut {
  GstSegment segment;
  std::string caps;
  Facts facts;  // of the event in front
  std::vector<ClipFrame> frames;
};

class RingHarness {
 public:
  RingHarness() : harness_(gst_harness_new("omvring")) {
    gst_harness_set_live(harness_, FALSE);
    gst_harness_set_drop_buffers(harness_, TRUE);
    element_ = harness_->element;
    gst_element_set_bus(element_, bus_);
    GstPad* pad = gst_element_get_static_pad(element_, "src");
    const auto what = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_BUFFER);
    gst_pad_add_probe(pad, what, watch, this, nullptr);
    gst_object_unref(pad);
  }
  RingHarness(const RingHarness&) = delete;
  RingHarness& operator=(const RingHarness&) = delete;
  ~RingHarness() {
    gst_harness_teardown(harness_);
    gst_bus_set_flushing(bus_, TRUE);
    gst_object_unref(bus_);
  }

  GstHarness* get() const { return harness_; }
  GstElement* element() const { return element_; }

  template <typename... Arguments>
  void set(const char* first, Arguments... more) {
    g_object_set(element_, first, more..., nullptr);
  }

  void caps(const char* text = "image/jpeg,width=32,height=16,framerate=50/1") {
    gst_harness_set_src_caps_str(harness_, text);
  }

  /// A frame that carries its number, 20 ms after the one before.
  static GstBuffer* frame(std::uint64_t sequence, std::size_t size = 100) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, size, nullptr);
    gst_buffer_fill(buffer, 0, &sequence, sizeof sequence);
    GST_BUFFER_PTS(buffer) = sequence * 20 * GST_MSECOND;
    GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
    return buffer;
  }

  GstFlowReturn push(GstBuffer* buffer) { return gst_harness_push(harness_, buffer); }

  /// Frames up to the one in front of `until`; every so many is a key frame.
  void run(std::uint64_t until, std::uint64_t group = 1) {
    for (; next_ < until; ++next_) {
      GstBuffer* buffer = frame(next_);
      if (next_ % group != 0) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
      ASSERT_EQ(push(buffer), GST_FLOW_OK);
    }
  }

  bool event(GstEvent* event) { return gst_harness_push_event(harness_, event) != FALSE; }

  bool trigger(std::optional<Time> time = std::nullopt, const char* source = "test") {
    GstStructure* structure = gst_structure_new("omv-trigger", "source", G_TYPE_STRING, source, nullptr);
    if (time) gst_structure_set(structure, "running-time", G_TYPE_UINT64, static_cast<guint64>(time->count()), nullptr);
    gboolean taken = FALSE;
    g_signal_emit_by_name(element_, "trigger", structure, &taken);
    gst_structure_free(structure);
    return taken != FALSE;
  }

  std::uint64_t stat(const char* field) const {
    GstStructure* stats = nullptr;
    g_object_get(element_, "stats", &stats, nullptr);
    const std::uint64_t value = number(stats, field);
    gst_structure_free(stats);
    return value;
  }

  /// Facts of the messages of that name on the bus; other messages are lost.
  std::vector<Facts> messages(const char* name) {
    std::vector<Facts> found;
    while (GstMessage* message = gst_bus_pop(bus_)) {
      const GstStructure* structure = gst_message_get_structure(message);
      if (structure != nullptr && gst_structure_has_name(structure, name))
        found.emplace_back(gst_structure_copy(structure));
      gst_message_unref(message);
    }
    return found;
  }

  /// Warnings on the bus; other messages are lost.
  int warnings() {
    int count = 0;
    while (GstMessage* message = gst_bus_pop(bus_)) {
      count += GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING ? 1 : 0;
      gst_message_unref(message);
    }
    return count;
  }

  /// Of the tags that came out first, as far as they hold.
  std::string title() const {
    GstPad* pad = gst_element_get_static_pad(element_, "src");
    GstEvent* event = gst_pad_get_sticky_event(pad, GST_EVENT_TAG, 0);
    gst_object_unref(pad);
    if (event == nullptr) return "";
    GstTagList* tags = nullptr;
    const gchar* title = nullptr;
    gst_event_parse_tag(event, &tags);
    const std::string found = gst_tag_list_peek_string_index(tags, GST_TAG_TITLE, 0, &title) ? title : "";
    gst_event_unref(event);
    return found;
  }

  /// First and last number of each clip.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans() const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
    for (const ClipOut& clip : clips) spans.emplace_back(clip.frames.front().sequence, clip.frames.back().sequence);
    return spans;
  }

  std::vector<ClipOut> clips;
  std::vector<std::string> events;  // names of those that came out

 private:
  static GstPadProbeReturn watch(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto* self = static_cast<RingHarness*>(data);
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
      self->take(GST_PAD_PROBE_INFO_BUFFER(info));
    else
      self->take(GST_PAD_PROBE_INFO_EVENT(info));
    return GST_PAD_PROBE_OK;
  }

  void take(GstEvent* event) {
    events.emplace_back(GST_EVENT_TYPE_NAME(event));
    if (GST_EVENT_TYPE(event) == GST_EVENT_SEGMENT) gst_event_copy_segment(event, &segment_);
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
      GstCaps* caps = nullptr;
      gst_event_parse_caps(event, &caps);
      gchar* text = gst_caps_to_string(caps);
      caps_ = text;
      g_free(text);
    }
    const GstStructure* structure = gst_event_get_structure(event);
    if (structure == nullptr || !gst_structure_has_name(structure, "omv-clip")) return;
    events.back() = "omv-clip";
    clips.push_back({segment_, caps_, Facts(gst_structure_copy(structure)), {}});
  }

  void take(GstBuffer* buffer) {
    ASSERT_FALSE(clips.empty()) << "a frame outside of clips";
    ClipFrame frame;
    gst_buffer_extract(buffer, 0, &frame.sequence, sizeof frame.sequence);
    frame.pts = GST_BUFFER_PTS(buffer);
    frame.dts = GST_BUFFER_DTS(buffer);
    frame.running_time = gst_segment_to_running_time(&segment_, GST_FORMAT_TIME, frame.pts);
    frame.discont = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    frame.delta = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    frame.header = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_HEADER);
    frame.memory = gst_buffer_peek_memory(buffer, 0);
    clips.back().frames.push_back(frame);
  }

  GstHarness* harness_;
  GstElement* element_ = nullptr;
  GstBus* bus_ = gst_bus_new();
  GstSegment segment_{};
  std::string caps_;
  std::uint64_t next_ = 0;
};

constexpr guint64 kSecond = GST_SECOND;

/// One second before, one after.
class Ring : public RingHarness {
 public:
  explicit Ring(bool with_caps = true) {
    set("pre-time", kSecond, "post-time", kSecond);
    if (with_caps) caps();
  }
};

}  // namespace omv::test
