// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig: what its file says, with every default filled in. The tables in options.h say what each member means.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rig/report.h"
#include "rig/schedule.h"
#include "rig/units.h"

namespace omv::rig {

/// What all sections have.
struct Section {
  std::string name;                                     ///< of [camera.NAME]; else empty
  Position at;                                          ///< of the header; 0 when it is not in the file
  std::map<std::string, Position, std::less<>> places;  ///< of the values in the file, by key
  std::set<std::string, std::less<>> wrong;             ///< keys whose value is the preset because the file's is wrong

  bool has(std::string_view key) const { return places.find(key) != places.end(); }
  /// None of these keys, nor the type of the section, is wrong.
  bool is_sound(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys)
      if (wrong.find(key) != wrong.end()) return false;
    return wrong.find("type") == wrong.end();
  }
  /// Of the value, or of the header when the key is not there.
  Position place(std::string_view key) const {
    const auto found = places.find(key);
    return found == places.end() ? at : found->second;
  }
};

/// In pixels of the frame.
struct Area {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;

  bool operator==(const Area&) const = default;
};

enum class LogLevel { error, warning, info, debug };
enum class LogFormat { text, json };

struct General : Section {
  std::string name_of_rig;
  std::uint64_t memory = 0;  ///< bytes for all rings together; 0: half of what the machine has
  Duration stop_timeout{0};
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
  std::string listen;  ///< HOST:PORT; empty: no status page
  std::string token;
  std::string token_file;
  std::int64_t page_clients = 0;
};

struct Storage : Section {
  std::string directory;
  bool require_mount = false;
  std::uint64_t min_free = 0;
  std::uint64_t stop_free = 0;
  bool fsync = false;
  bool recover = true;
  std::string outbox;
};

enum class Protocol { automatic, v2, usbdbg };
enum class StreamForm { jpeg, raw };
enum class Overflow { block, drop };

struct Camera : Section {
  std::string device;
  std::string pipeline;  ///< instead of omvsrc
  Protocol protocol = Protocol::automatic;
  std::string script;
  std::string script_text;
  std::string pixformat;  ///< empty: the camera's default
  std::string framesize;
  std::int64_t quality = 0;
  std::int64_t framerate = 0;
  StreamForm stream = StreamForm::jpeg;
  Duration timeout{0};
  bool reconnect = true;
  Duration reconnect_delay{0};
  Duration reconnect_delay_max{0};
  Overflow overflow = Overflow::drop;
  bool optional = false;
  Duration restart_delay{0};
  double preview = 0;  ///< frames a second
  std::optional<std::uint64_t> estimate_bytes;
  std::optional<double> estimate_rate;
};

enum class TriggerType { motion, script, http, signal, schedule, file, gpio, mqtt, message };
enum class SignalName { usr1, usr2 };
enum class FileWatch { fifo, change };
enum class Edge { rising, falling, both };
enum class Bias { as_is, disabled, pull_up, pull_down };

struct Trigger : Section {
  TriggerType type = TriggerType::motion;
  Duration hold_off{0};
  std::string camera;    // motion, script, message
  double threshold = 0;  // motion, and below
  double min_area = 0;   ///< percent of the picture; likewise max_area
  double max_area = 0;
  Duration min_duration{0};
  Duration warm_up{0};
  Duration learning_time{0};
  bool ignore_light = true;
  double analysis_rate = 0;
  std::vector<Area> zones;
  std::string script_name;  // script
  SignalName signal = SignalName::usr1;
  Schedule schedule;
  std::string path;  // file
  FileWatch watch = FileWatch::fifo;
  std::string chip;  // gpio
  std::int64_t line = -1;
  Edge edge = Edge::rising;
  Bias bias = Bias::as_is;
  Duration debounce{0};
  std::string topic;  // mqtt
  std::string payload;
  std::string message;  // message
  std::string field;
  std::optional<double> above;
  std::optional<double> below;
};

enum class RecordType { continuous, clip, still, stream };
enum class FileFormat { imageio, avi, gif, matroska, mp4, images, jpeg, png, bmp, pgm, ppm, raw };
enum class Retrigger { extend, ignore, start_new };
enum class OnEos { discard, save };
enum class Preview { none, gif };
enum class Codec { none, h264 };
enum class GifPalette { adaptive, global, openmv };
enum class Dither { none, ordered, diffusion };
enum class Subsampling { automatic, s444, s422, s420 };

struct Record : Section {
  RecordType type = RecordType::clip;
  std::vector<std::string> cameras;  ///< never empty
  std::vector<std::string> triggers;
  FileFormat format = FileFormat::imageio;
  std::string location;  ///< pattern below the directory of storage, with the extension
  std::uint64_t queue = 0;
  bool pin = false;
  Duration segment_time{0};  // continuous; 0: none
  std::uint64_t segment_size = 0;
  Duration segment_clock{0};
  Duration pre{0};  // clip
  std::int64_t pre_frames = 0;
  Duration post{0};
  std::int64_t post_frames = 0;
  Duration gap{0};
  Duration max{0};
  std::int64_t max_clips = 0;
  Retrigger retrigger = Retrigger::extend;
  OnEos on_eos = OnEos::discard;
  std::uint64_t ring = 0;  ///< bytes, for each camera
  Preview preview = Preview::none;
  Schedule schedule;  // still
  Duration interval{0};
  std::int64_t burst = 1;
  std::int64_t quality = 0;
  Subsampling subsampling = Subsampling::automatic;
  std::optional<Area> roi;
  std::int64_t gif_width = 0;  // format or preview gif
  double gif_framerate = 0;
  std::int64_t gif_colors = 0;
  GifPalette gif_palette = GifPalette::adaptive;
  Dither gif_dither = Dither::none;
  std::string url;  // stream
  Codec codec = Codec::none;
  std::int64_t bitrate = 0;  ///< kbit/s
  std::vector<std::string> hook;
  Duration hook_timeout{0};
  std::int64_t hook_retries = 0;
  Duration hook_delay{0};
  double estimate_per_day = 0;
};

struct Retain : Section {
  std::vector<std::string> records;  ///< never empty
  Duration max_age{0};               ///< 0: no limit; likewise below
  std::uint64_t max_size = 0;
  std::int64_t max_files = 0;
  std::uint64_t min_free = 0;
  bool count_pinned = false;
};

struct Notify : Section {
  std::vector<std::string> events;
  std::vector<std::string> command;
  std::string mqtt;
  std::string mqtt_topic;
  std::string mqtt_user;
  std::string mqtt_password_file;
  std::int64_t mqtt_qos = 0;
};

struct Rig {
  General general;
  Storage storage;
  std::vector<Camera> cameras;  ///< in the order of the file; so are all of these
  std::vector<Trigger> triggers;
  std::vector<Record> records;
  std::vector<Retain> retains;
  Notify notify;
};

const Camera* find_camera(const Rig& rig, std::string_view name);
const Trigger* find_trigger(const Rig& rig, std::string_view name);
const Record* find_record(const Rig& rig, std::string_view name);

}  // namespace omv::rig
