// SPDX-License-Identifier: LGPL-2.1-or-later
// last_frame --last|--again|--all FILE: how long it takes to open a recording and fetch its last frame, to fetch it
// from a recording that is open, or to play the whole; prints `seconds X`.
#include <gst/gst.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string_view>

namespace {

constexpr GstClockTime kDeadline = 60 * GST_SECOND;

struct Unref {
  void operator()(void* object) const { gst_object_unref(object); }
};
using Element = std::unique_ptr<GstElement, Unref>;

Element open_player(const char* path) {
  Element player(gst_parse_launch("filesrc name=file ! imageiodemux ! fakesink name=sink sync=false", nullptr));
  if (!player) return nullptr;
  const Element file(gst_bin_get_by_name(GST_BIN(player.get()), "file"));
  g_object_set(file.get(), "location", path, nullptr);
  return player;
}

bool settled(GstElement* player) {
  return gst_element_get_state(player, nullptr, nullptr, kDeadline) == GST_STATE_CHANGE_SUCCESS;
}

/// End of the frame that the sink holds; GST_CLOCK_TIME_NONE when there is none.
GstClockTime end_of_shown_frame(GstElement* player) {
  const Element sink(gst_bin_get_by_name(GST_BIN(player), "sink"));
  GstSample* sample = nullptr;
  g_object_get(sink.get(), "last-sample", &sample, nullptr);
  if (sample == nullptr) return GST_CLOCK_TIME_NONE;
  GstBuffer* frame = gst_sample_get_buffer(sample);
  const GstClockTime end = GST_BUFFER_PTS(frame) + GST_BUFFER_DURATION(frame);
  gst_sample_unref(sample);
  return end;
}

bool open_recording(GstElement* player) {
  gst_element_set_state(player, GST_STATE_PAUSED);
  gint64 duration = 0;
  return settled(player) && gst_element_query_duration(player, GST_FORMAT_TIME, &duration);
}

bool fetch_last(GstElement* player) {
  gint64 duration = 0;
  if (!gst_element_query_duration(player, GST_FORMAT_TIME, &duration)) return false;
  constexpr auto kFlags = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
  if (!gst_element_seek_simple(player, GST_FORMAT_TIME, kFlags, duration - 1) || !settled(player)) return false;
  return end_of_shown_frame(player) >= static_cast<GstClockTime>(duration);
}

bool play_all(GstElement* player) {
  gst_element_set_state(player, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(player);
  constexpr auto kEnds = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GstMessage* end = gst_bus_timed_pop_filtered(bus, kDeadline, kEnds);
  const bool played = end != nullptr && GST_MESSAGE_TYPE(end) == GST_MESSAGE_EOS;
  if (end != nullptr) gst_message_unref(end);
  gst_object_unref(bus);
  return played;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 3) {
    std::fputs("Usage: last_frame --last|--again|--all FILE\n", stderr);
    return 2;
  }
  const Element player = open_player(argv[2]);
  if (!player) return 1;
  const std::string_view what = argv[1];
  if (what == "--again" && !open_recording(player.get())) return 1;
  const auto start = std::chrono::steady_clock::now();
  bool done = what != "--last" || open_recording(player.get());
  done = done && (what == "--all" ? play_all(player.get()) : fetch_last(player.get()));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  gst_element_set_state(player.get(), GST_STATE_NULL);
  if (!done) return 1;
  std::printf("seconds %.9f\n", took.count());
  return 0;
}
