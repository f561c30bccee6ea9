// SPDX-License-Identifier: LGPL-2.1-or-later
// One clip when it is loud: trigger_on_sound 'PIPELINE', with a `level` somewhere and an `omvring name=ring`.
//
//   trigger_on_sound 'autoaudiosrc ! level ! fakesink  omvsrc ! omvring name=ring ! omvmjpegmux ! filesink
//   location=a.avi'
#include <gst/gst.h>

#include <cstdio>

constexpr double kLoud = -20.0;  // dB

static bool is_loud(const GstStructure* level) {
  const GValue* rms = gst_structure_get_value(level, "rms");
  const auto* channels = static_cast<const GValueArray*>(g_value_get_boxed(rms));
  return g_value_get_double(channels->values) > kLoud;
}

static void trigger_when_loud(GstMessage* message, GstElement* ring) {
  const GstStructure* said = gst_message_get_structure(message);
  gboolean taken = FALSE;
  if (said != nullptr && gst_structure_has_name(said, "level") && is_loud(said))
    g_signal_emit_by_name(ring, "trigger", said, &taken);
}

static bool is_clip(GstMessage* message) {
  const GstStructure* said = gst_message_get_structure(message);
  if (said == nullptr || !gst_structure_has_name(said, "omv-clip-done")) return false;
  gchar* text = gst_structure_to_string(said);
  std::puts(text);
  g_free(text);
  return true;
}

static bool is_end(GstMessage* message) {
  return (GST_MESSAGE_TYPE(message) & (GST_MESSAGE_EOS | GST_MESSAGE_ERROR)) != 0;
}

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  GstElement* pipeline = argc == 2 ? gst_parse_launch(argv[1], nullptr) : nullptr;
  GstElement* ring = pipeline != nullptr ? gst_bin_get_by_name(GST_BIN(pipeline), "ring") : nullptr;
  if (ring == nullptr) return std::fprintf(stderr, "Usage: %s 'PIPELINE with level and omvring name=ring'\n", *argv), 2;
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  bool has_clip = false;
  for (bool has_ended = false; !has_clip && !has_ended;) {
    GstMessage* message = gst_bus_timed_pop(bus, GST_CLOCK_TIME_NONE);
    trigger_when_loud(message, ring);
    has_clip = is_clip(message);
    has_ended = is_end(message);
    gst_message_unref(message);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(bus);
  gst_object_unref(ring);
  gst_object_unref(pipeline);
  return has_clip ? 0 : 1;
}
