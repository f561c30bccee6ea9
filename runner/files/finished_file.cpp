// SPDX-License-Identifier: LGPL-2.1-or-later
// Fields of messages.
#include "runner/files/finished_file.h"

#include <utility>

#include "runner/guarded.h"

namespace omv::runner {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::string text_of(const GstStructure* said, const char* name) {
  const gchar* text = gst_structure_get_string(said, name);
  return text != nullptr ? text : "";
}

std::uint64_t number_of(const GstStructure* said, const char* name) {
  guint64 number = 0;
  gst_structure_get_uint64(said, name, &number);
  return number;
}

WallTime wall_clock_of(const GstStructure* said) {
  gint64 time = 0;
  gst_structure_get_int64(said, "wall-clock", &time);
  return duration_cast<WallTime>(nanoseconds(time));
}

FinishedFile of_clip(const GstStructure* said) {
  FinishedFile file;
  gboolean complete = FALSE;
  gst_structure_get_boolean(said, "complete", &complete);
  file.trigger = text_of(said, "source");
  file.path = text_of(said, "location");
  file.complete = complete != FALSE;
  file.error = text_of(said, "error");
  file.bytes = number_of(said, "file-bytes");
  file.frames = number_of(said, "file-frames");
  file.lost = number_of(said, "frames-lost");
  file.time = wall_clock_of(said);
  const auto length = static_cast<std::int64_t>(number_of(said, "end") - number_of(said, "start"));
  file.duration = duration_cast<milliseconds>(nanoseconds(length));
  return file;
}

FinishedFile of_still(const GstStructure* said) {
  FinishedFile file;
  file.trigger = text_of(said, "source");
  file.path = text_of(said, "filename");
  file.bytes = number_of(said, "bytes");
  file.frames = 1;
  file.time = wall_clock_of(said);
  return file;
}

struct Expectation {
  std::string record;
  std::string camera;
  ExpectFile expect;
};

void on_file_ready(GstElement*, const gchar* location, guint64 bytes, gint64 wall_clock, gpointer data) {
  guarded([&] {
    const auto* expectation = static_cast<Expectation*>(data);
    FinishedFile file;
    file.record = expectation->record;
    file.camera = expectation->camera;
    file.path = location;
    file.bytes = bytes;
    file.time = duration_cast<WallTime>(nanoseconds(wall_clock));
    expectation->expect(file);
  });
}

void delete_expectation(gpointer data, GClosure*) { delete static_cast<Expectation*>(data); }

}  // namespace

void expect_files(GstElement* sink, const std::string& record, const std::string& camera, ExpectFile expect) {
  const auto handler = reinterpret_cast<GCallback>(reinterpret_cast<void (*)()>(on_file_ready));
  g_signal_connect_data(sink, "file-ready", handler, new Expectation{record, camera, std::move(expect)},
                        delete_expectation, static_cast<GConnectFlags>(0));
}

std::optional<FinishedFile> finished_file(const GstStructure* said) {
  if (gst_structure_has_name(said, "omv-clip-done")) return of_clip(said);
  if (gst_structure_has_name(said, "GstMultiFileSink")) return of_still(said);
  return std::nullopt;
}

}  // namespace omv::runner
