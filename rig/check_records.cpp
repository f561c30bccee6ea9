// SPDX-License-Identifier: LGPL-2.1-or-later
// Records: that their settings, cameras and triggers fit together.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "rig/checks.h"
#include "rig/estimate.h"
#include "rig/location.h"
#include "rig/option_tables.h"
#include "rig/resolve.h"
#include "rig/suggest.h"

namespace omv::rig {

namespace {

std::string format_name(FileFormat format) {
  constexpr std::array<std::string_view, 12> kNames = {"imageio", "avi", "gif", "matroska", "mp4", "images",
                                                       "jpeg",    "png", "bmp", "pgm",      "ppm", "raw"};
  return std::string(kNames[static_cast<std::size_t>(format)]);
}

template <typename Sections>
void check_names(const Record& record, std::string_view key, const std::vector<std::string>& named,
                 const Sections& sections, std::string_view kind, Report& report) {
  if (!record.has(key)) return;
  std::vector<std::string_view> names;
  for (const auto& section : sections) names.push_back(section.name);
  for (const std::string& name : named)
    if (!report.is_full() && std::find(names.begin(), names.end(), name) == names.end())
      report.error(record.place(key), title(record) + "'" + std::string(key) + "' names '" + name.substr(0, 64) +
                                          "', but there is no [" + std::string(kind) + "." + name.substr(0, 64) + "]" +
                                          did_you_mean(name, names));
}

bool fits_type(RecordType type, FileFormat format) {
  using enum FileFormat;
  const bool video = format == imageio || format == avi || format == matroska || format == mp4;
  switch (type) {
    case RecordType::continuous: return video;
    case RecordType::clip: return video || format == gif || format == images;
    case RecordType::still: return !video && format != gif && format != images;
    case RecordType::stream: return true;
  }
  return true;
}

void check_format(const Rig& rig, const Record& record, Report& report) {
  if (!record.is_sound({"format"})) return;
  if (!fits_type(record.type, record.format)) {
    const char* const cure = record.type == RecordType::still ? "stills are jpeg, png, bmp, pgm, ppm or raw"
                             : record.type == RecordType::clip
                                 ? "clips are imageio, avi, matroska, mp4, gif or images"
                                 : "continuous recordings are imageio, avi, matroska or mp4";
    return report.error(record.place("format"),
                        title(record) + "'format' is " + format_name(record.format) + ", but " + cure);
  }
  if (record.format != FileFormat::avi) return;
  for (const std::string& name : record.cameras) {
    const Camera* camera = find_camera(rig, name);
    if (camera != nullptr && camera->is_sound({"stream", "pixformat"}) && !estimate_camera(*camera).coded)
      report.error(record.place("format"), title(record) + "'format' is avi, which holds JPEG, but [camera." + name +
                                               "] sends raw frames; use format = \"imageio\", or stream = \"jpeg\" "
                                               "there");
  }
}

void check_extension(const Record& record, Report& report) {
  if (!writes_files(record) || !record.has("location") || !record.is_sound({"location", "format"})) return;
  const std::string_view extension = extension_in(record.location);
  const std::string_view wanted = extension_of(record.format);
  const bool same = extension == wanted || (wanted == "jpg" && extension == "jpeg");
  const std::string end =
      wanted.empty() ? ", which is a directory" : ", whose files end with '." + std::string(wanted) + "'";
  if (!same)
    report.error(record.place("location"), title(record) + "'location' ends with '." + std::string(extension) +
                                               "', but 'format' is " + format_name(record.format) + end +
                                               "; leave the extension out");
}

void check_clip_times(const Record& record, Report& report) {
  if (!record.is_sound({"pre", "post", "gap", "max"})) return;
  if (record.max.count() > 0 && record.max < record.pre + record.post)
    report.error(record.place("max"), title(record) + "'max' is " + duration_text(record.max) +
                                          ", shorter than 'pre' and 'post' together, which are " +
                                          duration_text(record.pre + record.post) + "; make it longer");
  if (record.gap < record.pre)
    report.warning(record.place("gap"), title(record) + "'gap' is " + duration_text(record.gap) +
                                            ", shorter than 'pre', which is " + duration_text(record.pre) +
                                            ": frames between two clips can be in both; set gap = \"" +
                                            duration_text(record.pre) + "\" or more");
}

// Whole MiB, with a quarter to spare.
std::string sufficient_ring(double bytes) {
  return size_text(static_cast<std::uint64_t>(std::ceil(bytes * 1.25 / 0x1p20)) << 20);
}

void check_ring(const Rig& rig, const Record& record, Report& report) {
  if (!record.is_sound({"ring", "pre"}) || record.pre_frames > 0) return;
  const double pre = std::chrono::duration<double>(record.pre).count();
  for (const std::string& name : record.cameras) {
    const Camera* camera = find_camera(rig, name);
    if (camera == nullptr || ring_seconds(record, *camera) >= pre) continue;
    const double needed = estimate_camera(*camera).bytes_per_second() * pre;
    report.warning(record.place(record.has("ring") ? "ring" : "pre"),
                   title(record) + "'ring' of " + size_text(record.ring) + " holds about " +
                       plain_number(std::round(ring_seconds(record, *camera) * 10) / 10) + " s" + " of [camera." +
                       name + "], less than 'pre', which is " + duration_text(record.pre) + "; set ring = \"" +
                       sufficient_ring(needed) + "\"");
  }
}

void check_clip(const Rig& rig, const Record& record, Report& report) {
  if (record.triggers.empty() && record.is_sound({"triggers"}))
    report.error(record.at, title(record) + "nothing starts a clip; set 'triggers', as in triggers = [\"door\"]");
  check_clip_times(record, report);
  check_ring(rig, record, report);
  if (record.format == FileFormat::gif && record.preview == Preview::gif)
    report.warning(record.place("preview"), title(record) +
                                                "'preview' beside files that are GIFs themselves; leave "
                                                "it out");
  if (record.gif_palette == GifPalette::openmv && record.gif_dither != Dither::none)
    report.error(record.place("gif_dither"), title(record) +
                                                 "'gif_dither' does not go with gif_palette = \"openmv\"; "
                                                 "leave one out");
}

void check_still(const Record& record, Report& report) {
  const bool any = !record.schedule.empty() || record.interval.count() > 0 || !record.triggers.empty();
  if (!any && record.is_sound({"schedule", "interval", "triggers"}))
    report.error(record.at, title(record) + "nothing asks for a still; set 'schedule', 'interval' or 'triggers'");
  if (record.burst > 1 && record.has("burst") && record.schedule.empty() && record.triggers.empty() && any)
    report.error(record.place("burst"), title(record) +
                                            "'burst' is of stills that a trigger or the clock asks for; set "
                                            "'triggers' or 'schedule', or leave it out");
}

void check_segments(const Record& record, Report& report) {
  if (!record.is_sound({"segment_time", "segment_size", "segment_clock"})) return;
  if (record.segment_time.count() == 0 && record.segment_size == 0 && record.segment_clock.count() == 0)
    report.warning(record.at, title(record) +
                                  "files never end, so that no limit can delete any; set 'segment_time', "
                                  "'segment_size' or 'segment_clock'");
  constexpr Duration kDay = std::chrono::hours(24);
  if (record.segment_clock.count() > 0 && kDay % record.segment_clock != Duration(0))
    report.error(record.place("segment_clock"), title(record) + "'segment_clock' is " +
                                                    duration_text(record.segment_clock) +
                                                    ", which does not divide a day; use 15min, 1h or 6h, say");
  if (record.segment_size > 0 && record.segment_size < 64 * 1024)
    report.error(record.place("segment_size"), title(record) + "'segment_size' is " + size_text(record.segment_size) +
                                                   ", less than a frame may have; make it 64KiB at least");
}

// RTP has a type for JPEG in colour with less chroma than luma (RFC 2435, section 3.1.3), which cameras send up to 59.
constexpr std::int64_t kBestRtpQuality = 59;

void check_rtp_jpeg(const Record& record, const Camera& camera, Report& report) {
  if (!camera.is_sound({"pixformat", "quality", "stream", "pipeline", "script", "script_text"})) return;
  if (!camera.pipeline.empty() || !camera.script.empty() || !camera.script_text.empty()) return;
  const std::string cure = "set codec = \"h264\"";
  if (camera.pixformat == "GRAYSCALE" || camera.pixformat == "BINARY")
    report.error(record.place("url"), title(record) + "'url' is of RTSP, which carries JPEG in colour, but [camera." +
                                          camera.name + "] captures " + camera.pixformat + "; " + cure);
  else if (camera.quality > kBestRtpQuality)
    report.error(record.place("url"),
                 title(record) + "'url' is of RTSP, which carries no JPEG with all of the chroma, " +
                     "as that of [camera." + camera.name + "] with quality = " + std::to_string(camera.quality) +
                     "; set quality = " + std::to_string(kBestRtpQuality) + " there, or " + cure);
}

void check_stream_cameras(const Rig& rig, const Record& record, Report& report) {
  if (record.codec != Codec::none) return;
  for (const std::string& name : record.cameras) {
    const Camera* camera = find_camera(rig, name);
    if (camera == nullptr || !camera->is_sound({"stream", "pixformat"})) continue;
    if (record.url.starts_with("rtsp://"))
      check_rtp_jpeg(record, *camera, report);
    else if (record.url.starts_with("tcp://") && !estimate_camera(*camera).coded)
      report.error(record.place("url"), title(record) + "'url' is of tcp://, which carries JPEG, but [camera." + name +
                                            "] sends raw frames; use stream = \"jpeg\" there");
  }
}

void check_stream(const Rig& rig, const Record& record, Report& report) {
  if (!record.has("url") || !record.is_sound({"url", "codec"})) return;
  if (record.url.starts_with("tcp://") && record.codec == Codec::h264)
    report.error(record.place("codec"), title(record) +
                                            "'codec' is h264, but tcp:// carries JPEG; use rtsp:// or "
                                            "srt://, or leave it out");
  if (record.url.starts_with("srt://") && record.codec == Codec::none)
    report.error(record.place("url"), title(record) + "'url' is of SRT, which carries no JPEG; set codec = \"h264\"");
  if (record.cameras.size() > 1 && record.url.find("%{camera}") == std::string::npos)
    report.error(record.place("url"), title(record) + std::to_string(record.cameras.size()) +
                                          " cameras would be pushed to one place; put %{camera} into 'url'");
  check_stream_cameras(rig, record, report);
}

void check_hook(const Record& record, Report& report) {
  constexpr std::array<std::string_view, 5> kWords = {"path", "name", "record", "camera", "trigger"};
  check_placeholders(title(record), record, "hook", record.hook, kWords, report);
}

void check_record(const Rig& rig, const Record& record, Report& report) {
  check_names(record, "cameras", record.cameras, rig.cameras, "camera", report);
  check_names(record, "triggers", record.triggers, rig.triggers, "trigger", report);
  check_format(rig, record, report);
  check_extension(record, report);
  check_hook(record, report);
  switch (record.type) {
    case RecordType::continuous: return check_segments(record, report);
    case RecordType::clip: return check_clip(rig, record, report);
    case RecordType::still: return check_still(record, report);
    case RecordType::stream: return check_stream(rig, record, report);
  }
}

}  // namespace

void check_records(const Rig& rig, Report& report) {
  for (const Record& record : rig.records)
    if (record.is_sound({})) check_record(rig, record, report);
}

}  // namespace omv::rig
