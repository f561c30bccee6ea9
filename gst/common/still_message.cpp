// SPDX-License-Identifier: LGPL-2.1-or-later
// Structures of messages and statistics.
#include "common/still_message.h"

#include <algorithm>

namespace omv::gst {

namespace {

const char* source_of(const Still& still) {
  const auto source = still.values.fields.find("source");
  const auto* text = source != still.values.fields.end() ? std::get_if<std::string>(&source->second) : nullptr;
  return text != nullptr ? text->c_str() : "";
}

gint as_int(std::uint64_t index) { return static_cast<gint>(std::min<std::uint64_t>(index, G_MAXINT)); }

}  // namespace

GstStructure* saved_structure(const Still& still, const SavedFile& file) {
  GstStructure* structure = gst_structure_new(
      "GstMultiFileSink", "filename", G_TYPE_STRING, file.path.c_str(), "index", G_TYPE_INT, as_int(file.index),
      "timestamp", G_TYPE_UINT64, still.timestamp, "stream-time", G_TYPE_UINT64, still.stream_time, "running-time",
      G_TYPE_UINT64, still.running_time, "duration", G_TYPE_UINT64, still.duration, "offset", G_TYPE_UINT64,
      still.offset, "offset-end", G_TYPE_UINT64, still.offset_end, "bytes", G_TYPE_UINT64, guint64{file.bytes},
      "source", G_TYPE_STRING, source_of(still), "variant", G_TYPE_STRING, file.variant.c_str(), "wall-clock",
      G_TYPE_INT64, gint64{still.values.wall_clock.count()}, nullptr);
  if (still.request) gst_structure_set(structure, "trigger", GST_TYPE_STRUCTURE, still.request.get(), nullptr);
  return structure;
}

void add_still_stats(GstStructure* stats, const StillCounters& counters, const StillWriter* writer) {
  const auto set = [stats](const char* name, std::uint64_t value) {
    gst_structure_set(stats, name, G_TYPE_UINT64, guint64{value}, nullptr);
  };
  set("saved", counters.saved);
  set("bytes", counters.bytes);
  set("dropped-overflow", counters.dropped_overflow);
  set("dropped-full", counters.dropped_full);
  set("dropped-corrupt", counters.dropped_corrupt);
  set("failed", counters.failed);
  set("deleted", counters.deleted);
  set("queued", writer != nullptr ? writer->queued() : 0);
  set("queued-bytes", writer != nullptr ? writer->queued_bytes() : 0);
}

}  // namespace omv::gst
