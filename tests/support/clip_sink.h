// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames that carry their number into an omvclipsink named "sink", and out of the files it makes.
#pragma once

#include <gst/app/gstappsrc.h>
#include <json-glib/json-glib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "avi_recordings.h"
#include "omv/base/file.h"
#include "omv/recording/imageio_reader.h"
#include "pipeline.h"
#include "temp_dir.h"

namespace omv::test {

/// Frames come every 20 ms.
inline constexpr GstClockTime kFrameTime = 20 * GST_MSECOND;

/// A JPEG of 7x9 whose comment begins with a number.
inline Bytes numbered_jpeg(std::uint64_t number, std::size_t bytes = 64) {
  Bytes jpeg = tiny_jpeg(bytes);
  store_le<std::uint64_t>(jpeg.data() + 6, number);
  return jpeg;
}

inline std::uint64_t number_of(ConstByteSpan jpeg) {
  return jpeg.size() > 14 ? load_le<std::uint64_t>(jpeg.data() + 6) : 0;
}

/// A frame as it was found in a file.
struct FoundFrame {
  std::uint64_t number = 0;
  GstClockTime time = 0;
};

inline std::vector<FoundFrame> frames_of_recording(const std::string& path) {
  std::vector<FoundFrame> frames;
  const auto file = File::open(path, File::Mode::read);
  EXPECT_TRUE(file) << path;
  if (!file) return frames;
  auto reader = imageio::Reader::open(*file);
  EXPECT_TRUE(reader) << path;
  if (!reader) return frames;
  EXPECT_FALSE(*reader->damage()) << path;
  for (std::size_t i = 0; i < reader->frames_seen(); ++i) {
    Frame frame;
    EXPECT_TRUE(reader->read(*reader->chunk(i), frame));
    frames.push_back({number_of(frame.data), static_cast<GstClockTime>(reader->time(i)->count()) * GST_USECOND});
  }
  return frames;
}

/// By this library's reader for ImageIO, by GStreamer's demuxers for the rest.
inline std::vector<FoundFrame> frames_of(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".bin") return frames_of_recording(path);
  const char* demuxer = extension == ".avi" ? "avidemux" : extension == ".mkv" ? "matroskademux" : "qtdemux";
  const Outcome outcome = run("filesrc location=" + path + " ! " + demuxer + kAppSink);
  EXPECT_EQ(outcome.error, "") << path;
  std::vector<FoundFrame> frames;
  for (const Received& frame : outcome.frames) {
    if (!frame.bytes.empty()) frames.push_back({number_of(frame.bytes), frame.stream_time});
  }
  return frames;
}

inline std::vector<std::uint64_t> numbers_of(const std::string& path) {
  std::vector<std::uint64_t> numbers;
  for (const FoundFrame& frame : frames_of(path)) numbers.push_back(frame.number);
  return numbers;
}

inline std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (; first <= last; ++first) numbers.push_back(first);
  return numbers;
}

/// The paths in a directory, in order.
inline std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// A clip.json that is there and is one.
class ClipJson {
 public:
  explicit ClipJson(const std::string& path) : parser_(json_parser_new()) {
    EXPECT_TRUE(json_parser_load_from_file(parser_, path.c_str(), nullptr)) << path;
    root_ = json_node_get_object(json_parser_get_root(parser_));
  }
  ~ClipJson() { g_object_unref(parser_); }
  ClipJson(const ClipJson&) = delete;
  ClipJson& operator=(const ClipJson&) = delete;

  gint64 number(const char* name) const { return json_object_get_int_member(root_, name); }
  bool flag(const char* name) const { return json_object_get_boolean_member(root_, name) != FALSE; }
  bool is_null(const char* name) const { return json_object_get_null_member(root_, name) != FALSE; }
  std::string text(const char* name) const { return json_object_get_string_member(root_, name); }
  JsonObject* item(const char* list, guint index) const {
    return json_array_get_object_element(json_object_get_array_member(root_, list), index);
  }
  guint count(const char* list) const { return json_array_get_length(json_object_get_array_member(root_, list)); }

 private:
  JsonParser* parser_;
  JsonObject* root_ = nullptr;
};

/// What a clip sink said of a clip.
struct DoneClip {
  std::string location;
  std::string error;
  std::string end_reason;
  bool complete = false;
  guint64 number = 0;
  guint64 frames = 0;
  guint64 lost = 0;
};

/// A pipeline of an appsrc and an omvclipsink with these settings.
class ClipSink {
 public:
  explicit ClipSink(const std::string& settings, const std::string& caps = "image/jpeg,width=7,height=9")
      : pipeline_("appsrc name=src format=time caps=\"" + caps + "\" ! omvclipsink name=sink " + settings) {}

  Pipeline& pipeline() { return pipeline_; }
  bool play() { return pipeline_.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE; }

  void push(std::uint64_t number, bool key = true, std::size_t bytes = 64) {
    const Bytes jpeg = numbered_jpeg(number, bytes);
    GstBuffer* buffer = gst_buffer_new_memdup(jpeg.data(), jpeg.size());
    GST_BUFFER_PTS(buffer) = number * kFrameTime;
    GST_BUFFER_DURATION(buffer) = kFrameTime;
    if (!key) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    gst_app_src_push_buffer(GST_APP_SRC(pipeline_.child("src")), buffer);
  }
  void push_all(std::uint64_t first, std::uint64_t last) {
    for (; first <= last; ++first) push(first);
  }

  bool trigger(GstClockTime running_time, const char* source = "test") {
    GstStructure* structure = gst_structure_new("omv-trigger", "source", G_TYPE_STRING, source, "running-time",
                                                G_TYPE_UINT64, running_time, nullptr);
    gboolean taken = FALSE;
    g_signal_emit_by_name(pipeline_.child("sink"), "trigger", structure, &taken);
    gst_structure_free(structure);
    return taken != FALSE;
  }

  guint64 stat(const char* name) {
    GstStructure* stats = nullptr;
    g_object_get(pipeline_.child("sink"), "stats", &stats, nullptr);
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, name, &value)) << name;
    gst_structure_free(stats);
    return value;
  }

  /// Until something is true; false when it never is.
  bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(kMaxWait);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  void end_stream() { gst_app_src_end_of_stream(GST_APP_SRC(pipeline_.child("src"))); }

  /// Ends the stream and takes everything that is told until it has ended.
  Outcome finish() {
    end_stream();
    Outcome outcome;
    while (!outcome.eos && outcome.error.empty()) {
      if (!take(outcome)) break;
    }
    return outcome;
  }

  /// The next message, in any kind of order; false when none comes.
  bool take(Outcome& outcome) {
    GstMessage* message =
        pipeline_.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING | GST_MESSAGE_ELEMENT);
    if (message == nullptr) return false;
    take_message(message, outcome);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT) keep(gst_message_get_structure(message));
    gst_message_unref(message);
    return true;
  }

  /// Until so many clips are done.
  bool wait_for_clips(std::size_t count) {
    Outcome outcome;
    while (done.size() < count) {
      if (!take(outcome)) return false;
    }
    return true;
  }

  std::vector<DoneClip> done;           ///< in the order of their messages
  std::vector<std::string> started;     ///< locations
  std::vector<std::string> unfinished;  ///< of earlier runs

 private:
  void keep(const GstStructure* structure) {
    const char* location = gst_structure_get_string(structure, "location");
    if (gst_structure_has_name(structure, "omv-clip-started")) started.emplace_back(location);
    if (gst_structure_has_name(structure, "omv-clip-unfinished")) unfinished.emplace_back(location);
    if (!gst_structure_has_name(structure, "omv-clip-done")) return;
    DoneClip clip;
    clip.location = location;
    const char* error = gst_structure_get_string(structure, "error");
    clip.error = error != nullptr ? error : "";
    clip.end_reason = gst_structure_get_string(structure, "end-reason");
    gboolean complete = FALSE;
    gst_structure_get_boolean(structure, "complete", &complete);
    clip.complete = complete != FALSE;
    gst_structure_get_uint64(structure, "number", &clip.number);
    gst_structure_get_uint64(structure, "file-frames", &clip.frames);
    gst_structure_get_uint64(structure, "frames-lost", &clip.lost);
    done.push_back(clip);
  }

  Pipeline pipeline_;
};

/// Settings for clips around a trigger, in milliseconds.
inline std::string around(unsigned pre, unsigned post) {
  return "pre-time=" + std::to_string(pre * GST_MSECOND) + " post-time=" + std::to_string(post * GST_MSECOND) + " ";
}

}  // namespace omv::test
