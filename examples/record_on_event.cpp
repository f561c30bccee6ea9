// SPDX-License-Identifier: LGPL-2.1-or-later
// An application around the elements: it shows what a camera sees, and keeps what was around each event.
//
//   record_on_event [DEVICE]     each line of the standard input is an event; its end, or Ctrl-D, ends the program
//
// Frames go two ways: into an appsink, which takes the latest when it has time, and into an omvclipsink, which holds
// the last second in memory and writes a file for each event. Clips are event-00.avi and so on, in the current
// directory.
#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include <cstdio>
#include <memory>
#include <string>

namespace {

constexpr const char* kPipeline =
    "omvsrc name=camera ! tee name=t "
    "t. ! queue leaky=downstream max-size-buffers=1 ! appsink name=preview sync=false max-buffers=1 drop=true "
    "t. ! queue ! omvclipsink name=clips location=event-%{index:02d}.avi pre-time=1000000000 post-time=1000000000";
constexpr unsigned kPreviewMs = 500;

struct Unref {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
using Element = std::unique_ptr<GstElement, Unref>;

struct Application {
  Element pipeline;
  Element preview;
  Element clips;
  GMainLoop* loop;
  int status;
};

Element child(const Application& app, const char* name) {
  return Element(gst_bin_get_by_name(GST_BIN(app.pipeline.get()), name));
}

// Where a program with a window would draw: the latest frame, taken whenever it is wanted.
gboolean show(gpointer data) {
  const auto* app = static_cast<Application*>(data);
  GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(app->preview.get()), 0);
  if (sample == nullptr) return G_SOURCE_CONTINUE;
  GstBuffer* frame = gst_sample_get_buffer(sample);
  gchar* caps = gst_caps_to_string(gst_sample_get_caps(sample));
  std::printf("frame at %.1f s, %zu bytes, %s\n", static_cast<double>(GST_BUFFER_PTS(frame)) / GST_SECOND,
              gst_buffer_get_size(frame), caps);
  g_free(caps);
  gst_sample_unref(sample);
  return G_SOURCE_CONTINUE;
}

// A trigger is a structure: `source` names who raised it, whatever else is in it goes into the facts of the clip.
void raise_trigger(const Application& app, const char* what) {
  GstStructure* trigger =
      gst_structure_new("omv-trigger", "source", G_TYPE_STRING, "event", "what", G_TYPE_STRING, what, nullptr);
  gboolean taken = FALSE;
  g_signal_emit_by_name(app.clips.get(), "trigger", trigger, &taken);
  gst_structure_free(trigger);
}

gboolean on_input(GIOChannel* input, GIOCondition, gpointer data) {
  const auto* app = static_cast<Application*>(data);
  gchar* line = nullptr;
  const bool has_line = g_io_channel_read_line(input, &line, nullptr, nullptr, nullptr) == G_IO_STATUS_NORMAL;
  if (has_line)
    raise_trigger(*app, g_strchomp(line));
  else
    gst_element_send_event(app->pipeline.get(), gst_event_new_eos());  // a clip that is open is finished
  g_free(line);
  return has_line ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void on_clip(const GstStructure* clip) {
  guint64 frames = 0;
  gst_structure_get_uint64(clip, "file-frames", &frames);
  std::printf("clip %s: %" G_GUINT64_FORMAT " frames\n", gst_structure_get_string(clip, "location"), frames);
}

void on_error(Application& app, GstMessage* message) {
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  std::fprintf(stderr, "%s\n", error->message);
  g_error_free(error);
  app.status = 1;
  g_main_loop_quit(app.loop);
}

gboolean on_message(GstBus*, GstMessage* message, gpointer data) {
  auto& app = *static_cast<Application*>(data);
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name(message, "omv-clip-done")) on_clip(gst_message_get_structure(message));
      break;
    case GST_MESSAGE_ERROR: on_error(app, message); break;
    case GST_MESSAGE_EOS: g_main_loop_quit(app.loop); break;
    default: break;
  }
  return G_SOURCE_CONTINUE;
}

void run(Application& app) {
  app.loop = g_main_loop_new(nullptr, FALSE);
  GstBus* bus = gst_element_get_bus(app.pipeline.get());
  gst_bus_add_watch(bus, on_message, &app);
  GIOChannel* input = g_io_channel_unix_new(0);
  g_io_add_watch(input, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_input, &app);
  g_timeout_add(kPreviewMs, show, &app);
  gst_element_set_state(app.pipeline.get(), GST_STATE_PLAYING);  // what is wrong comes as a message
  g_main_loop_run(app.loop);
  gst_element_set_state(app.pipeline.get(), GST_STATE_NULL);
  g_io_channel_unref(input);
  gst_bus_remove_watch(bus);
  gst_object_unref(bus);
  g_main_loop_unref(app.loop);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  GError* error = nullptr;
  Application app = {Element(gst_parse_launch(kPipeline, &error)), nullptr, nullptr, nullptr, 0};
  if (error != nullptr) return std::fprintf(stderr, "%s\n", error->message), 1;
  app.preview = child(app, "preview");
  app.clips = child(app, "clips");
  if (argc > 1) g_object_set(child(app, "camera").get(), "device", argv[1], nullptr);
  run(app);
  return app.status;
}
