// SPDX-License-Identifier: LGPL-2.1-or-later
// Pipelines that end in an omvimagesink named "sink": what it counts, what it tells, which files are there.
#pragma once

#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "omv/storage/file_store.h"
#include "omv/storage/journal.h"
#include "pipeline.h"
#include "temp_dir.h"

namespace omv::test {

/// Paths below a directory in their order, but for hidden files.
inline std::vector<std::string> stills_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, missing))
    if (entry.is_regular_file() && entry.path().filename().string().front() != '.')
      names.push_back(entry.path().lexically_relative(directory).string());
  std::sort(names.begin(), names.end());
  return names;
}

inline guint64 still_stat(Pipeline& pipeline, const char* name) {
  GstStructure* stats = nullptr;
  g_object_get(pipeline.child("sink"), "stats", &stats, nullptr);
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
  gst_structure_free(stats);
  return value;
}

/// Waits until something is true; false when it never is.
inline bool wait_until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(kMaxWait);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Keeps the sink from finishing any still as long as this lives: it holds the journal that the sink needs, because
/// the sink has a limit.
class StoppedDisk {
 public:
  explicit StoppedDisk(const std::string& location) : journal_(open(location)) {}

 private:
  static storage::Journal open(const std::string& location) {
    const auto pattern = *storage::NamePattern::parse(location);
    return *storage::Journal::open(pattern.directory() + "/" + journal_name(pattern), false);
  }

  storage::Journal journal_;
};

/// The structures of GstMultiFileSink messages up to the end of the stream; an error or nothing for long ends it too.
inline std::vector<GstStructure*> saved_until_eos(Pipeline& pipeline) {
  std::vector<GstStructure*> saved;
  while (GstMessage* message = pipeline.wait_for(GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR)) {
    const GstMessageType type = GST_MESSAGE_TYPE(message);
    const GstStructure* structure = gst_message_get_structure(message);
    if (type == GST_MESSAGE_ELEMENT && gst_structure_has_name(structure, "GstMultiFileSink"))
      saved.push_back(gst_structure_copy(structure));
    gst_message_unref(message);
    EXPECT_NE(type, GST_MESSAGE_ERROR);
    if (type != GST_MESSAGE_ELEMENT) break;
  }
  return saved;
}

}  // namespace omv::test
