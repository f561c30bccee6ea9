// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports as messages.
#include "common/clip_reporter.h"

#include <string>

#include "common/clip_message.h"

namespace omv::gst {

namespace {

template <typename Tell>
void with_element(GWeakRef& weak, Tell tell) {
  auto* element = static_cast<GstElement*>(g_weak_ref_get(&weak));
  if (element == nullptr) return;
  tell(element);
  gst_object_unref(element);
}

void post(GWeakRef& weak, GstStructure* structure) {
  auto* element = static_cast<GstElement*>(g_weak_ref_get(&weak));
  if (element == nullptr) {
    gst_structure_free(structure);
    return;
  }
  gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), structure));
  gst_object_unref(element);
}

void warn(GstElement* element, gint code, const std::string& text, const char* debug) {
  gst_element_message_full(element, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR, code, g_strdup(text.c_str()),
                           g_strdup(debug), __FILE__, "omvclipsink", __LINE__);
}

// What is told when a clip is not what it should be.
std::string loss_text(const ClipReport& report) {
  std::string text = "A clip is incomplete, and the next ones may be";
  if (report.complete) text = report.location;
  if (report.complete && report.losses.frames() > 0)
    text += " lacks " + std::to_string(report.losses.frames()) + " frames";
  if (report.error) text += ": " + report.error->message;
  if (!report.complete && !report.location.empty())
    text += "; what there is of it is " + report.location + ", which omv recover may repair";
  return text;
}

}  // namespace

void ClipReporter::on_started(const ClipOpening& opening, const std::string& location, const std::string& part) {
  GstStructure* structure = clip_structure(kClipStarted, opening.clip, opening.wall_clock);
  gst_structure_set(structure, "location", G_TYPE_STRING, location.c_str(), "part", G_TYPE_STRING, part.c_str(),
                    nullptr);
  post(element_, structure);
}

void ClipReporter::on_done(const ClipReport& report) {
  GstStructure* structure = clip_done_structure(report.clip, report.wall_clock);
  gst_structure_set(structure, "location", G_TYPE_STRING, report.location.c_str(), "complete", G_TYPE_BOOLEAN,
                    report.complete ? TRUE : FALSE, "muxer", G_TYPE_STRING, report.muxer.c_str(), "file-frames",
                    G_TYPE_UINT64, guint64{report.frames}, "file-bytes", G_TYPE_UINT64, guint64{report.file_bytes},
                    "frames-lost", G_TYPE_UINT64, guint64{report.losses.frames()}, nullptr);
  if (report.error) gst_structure_set(structure, "error", G_TYPE_STRING, report.error->message.c_str(), nullptr);
  post(element_, structure);
}

void ClipReporter::on_loss(const ClipReport& report) {
  const bool is_full = report.error && report.error->code == Errc::full;
  const gint code = is_full ? GST_RESOURCE_ERROR_NO_SPACE_LEFT : GST_RESOURCE_ERROR_WRITE;
  with_element(element_, [&](GstElement* element) {
    warn(element, code, loss_text(report), report.error ? to_string(report.error->code) : "queue");
  });
}

void ClipReporter::on_recovery(std::uint64_t clips) {
  with_element(element_, [&](GstElement* element) {
    GST_ELEMENT_INFO(element, RESOURCE, WRITE,
                     ("Clips are whole again; %" G_GUINT64_FORMAT " were not", guint64{clips}), (nullptr));
  });
}

void ClipReporter::on_leftovers(const std::vector<std::string>& paths) {
  with_element(element_, [&](GstElement* element) {
    const std::string more = paths.size() > 1 ? " and " + std::to_string(paths.size() - 1) + " more" : "";
    warn(element, GST_RESOURCE_ERROR_FAILED,
         "Clips were left unfinished: " + paths.front() + more + "; try omv recover " + paths.front() + " OUT",
         "leftovers");
  });
  for (const std::string& path : paths)
    post(element_, gst_structure_new("omv-clip-unfinished", "location", G_TYPE_STRING, path.c_str(), nullptr));
}

void add_clip_counters(GstStructure* stats, const ClipCounters& counters) {
  const auto set = [stats](const char* name, std::uint64_t value) {
    gst_structure_set(stats, name, G_TYPE_UINT64, guint64{value}, nullptr);
  };
  set("saved", counters.saved);
  set("incomplete", counters.incomplete);
  set("written-frames", counters.frames);
  set("written-bytes", counters.bytes);
  set("lost-queue-full", counters.lost_queue_full);
  set("lost-disk-full", counters.lost_disk_full);
  set("lost-failed", counters.lost_failed);
  set("deleted", counters.deleted);
}

}  // namespace omv::gst
