// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements behind a tee, by type and format of the record.
#include "rig/branch.h"

#include <array>

#include "rig/element.h"
#include "rig/estimate.h"
#include "rig/host_port.h"
#include "rig/location.h"
#include "rig/resolve.h"

namespace omv::rig {

namespace {

constexpr std::string_view kBreak = " \\\n    ! ";

// In front of sinks that wait for a disk or the network; the others have queues of their own.
std::string leaky_queue(const Record& record) {
  Element element("queue");
  element.set("max-size-buffers", "0").set("max-size-time", "0").set_size("max-size-bytes", record.queue);
  return element.set("leaky", "downstream").text();
}

std::string_view muxer_of(FileFormat format) {
  switch (format) {
    case FileFormat::imageio: return "imageiomux";
    case FileFormat::avi: return "omvmjpegmux";
    case FileFormat::matroska: return "matroskamux";
    case FileFormat::mp4: return "mp4mux";
    case FileFormat::gif: return "gif";
    default: return "images";
  }
}

std::string h264(const Record& record) {
  Element encoder("x264enc");
  encoder.set_number("bitrate", record.bitrate).set("tune", "zerolatency").set("key-int-max", "30");
  return "videoconvert ! " + encoder.text() + " ! h264parse";
}

// Clips are encoded when they are written, so that the ring holds what the camera sent.
std::string clip_muxer(const Record& record, const Camera& camera) {
  if (record.format != FileFormat::mp4) return std::string(muxer_of(record.format));
  const bool is_jpeg =
      camera.pipeline.empty() ? estimate_camera(camera).coded : camera.pipeline.find("jpeg") != std::string::npos;
  return (is_jpeg ? "jpegdec ! " : "") + h264(record) + " ! mp4mux fragment-duration=1000";
}

// Of a pattern in the directory, whose name is none.
std::string path_of(const Rig& rig, const std::string& pattern) {
  if (rig.storage.directory == ".") return pattern;
  std::string path;
  for (const char c : rig.storage.directory) path += c == '%' ? "%%" : std::string(1, c);
  return path + "/" + pattern;
}

std::string continuous(const Rig& rig, const Record& record, const Camera& camera,
                       std::vector<std::string>& runner_adds) {
  Element sink("splitmuxsink");
  sink.set("muxer", muxer_of(record.format)).set_time("max-size-time", record.segment_time);
  sink.set_size("max-size-bytes", record.segment_size);
  sink.set("location",
           path_of(rig, record.name + "-" + camera.name + "-%05d." + std::string(extension_of(record.format))));
  runner_adds.push_back("names like " + fixed_name(rig, record, camera.name) + " for record " + record.name +
                        ", and .part until a file is whole");
  if (record.segment_clock.count() > 0)
    runner_adds.push_back("segments of record " + record.name + " every " + duration_text(record.segment_clock) +
                          " by the clock");
  const std::string encoder = record.format == FileFormat::mp4 ? "decodebin ! " + h264(record) + " ! " : "";
  return leaky_queue(record) + std::string(kBreak) + encoder + sink.text();
}

std::string clip(const Rig& rig, const Record& record, const Camera& camera, std::vector<std::string>& runner_adds) {
  constexpr std::array<std::string_view, 3> kRetriggers = {"extend", "ignore", "new"};
  Element sink("omvclipsink");
  sink.set("location", path_of(rig, fixed_name(rig, record, camera.name))).set("muxer", clip_muxer(record, camera));
  sink.set("pre-time", std::to_string(record.pre.count())).set_number("pre-frames", record.pre_frames);
  sink.set_size("max-bytes", record.ring).set("post-time", std::to_string(record.post.count()));
  sink.set_number("post-frames", record.post_frames).set_time("gap", record.gap).set_time("max-time", record.max);
  sink.set_number("max-clips", record.max_clips);
  if (record.retrigger != Retrigger::extend)
    sink.set("retrigger", kRetriggers[static_cast<std::size_t>(record.retrigger)]);
  if (record.on_eos == OnEos::save) sink.set("on-eos", "save");
  sink.set_size("queue-size", record.queue);
  if (rig.storage.fsync) sink.set("fsync", "true");
  if (record.format == FileFormat::gif)
    runner_adds.push_back("GIFs of record " + record.name + " with their width, rate, colours and dither");
  if (record.preview == Preview::gif) runner_adds.push_back("a GIF beside each clip of record " + record.name);
  return "queue ! " + sink.text();
}

std::string still(const Rig& rig, const Record& record, const Camera& camera, std::vector<std::string>& runner_adds) {
  constexpr std::array<std::string_view, 4> kSubsamplings = {"auto", "444", "422", "420"};
  Element sink("omvimagesink");
  sink.set("location", path_of(rig, fixed_name(rig, record, camera.name))).set_number("quality", record.quality);
  if (record.interval.count() > 0)
    sink.set("mode", "every").set_time("interval", record.interval);
  else if (record.burst > 1)
    sink.set("mode", "burst").set_number("burst", record.burst);
  else
    sink.set("mode", "snapshot");
  if (record.subsampling != Subsampling::automatic)
    sink.set("subsampling", kSubsamplings[static_cast<std::size_t>(record.subsampling)]);
  if (record.roi) sink.set("roi", rectangle_text(*record.roi));
  sink.set_size("queue-size", record.queue).set("overflow", "drop");
  if (rig.storage.fsync) sink.set("fsync", "true");
  if (!record.schedule.empty()) runner_adds.push_back("the schedule of record " + record.name);
  if (record.burst > 1) runner_adds.push_back("no burst of record " + record.name + " at the start");
  return "queue ! " + sink.text();
}

std::string with_camera(std::string url, const std::string& camera) {
  constexpr std::string_view kField = "%{camera}";
  for (std::size_t at = url.find(kField); at != std::string::npos; at = url.find(kField, at + camera.size()))
    url.replace(at, kField.size(), camera);
  return url;
}

std::string stream(const Record& record, const Camera& camera) {
  const std::string url = with_camera(record.url, camera.name);
  const std::string coded = leaky_queue(record) + std::string(kBreak) +
                            (record.codec == Codec::h264 ? "decodebin ! " + h264(record) + " ! " : "");
  if (url.starts_with("rtsp://")) return coded + Element("rtspclientsink").set("location", url).text();
  if (url.starts_with("srt://")) return coded + "mpegtsmux ! " + Element("srtsink").set("uri", url).text();
  const auto [host, port] = host_port_of(url);
  Element sink("tcpclientsink");
  sink.set("host", host).set("port", port.value_or(""));
  return coded + "omvlenpay ! " + sink.text();
}

}  // namespace

std::string branch_text(const Rig& rig, const Record& record, const Camera& camera,
                        std::vector<std::string>& runner_adds) {
  if (!record.hook.empty()) runner_adds.push_back("the hook of record " + record.name);
  if (record.pin) runner_adds.push_back("files of record " + record.name + " are pinned");
  switch (record.type) {
    case RecordType::continuous: return continuous(rig, record, camera, runner_adds);
    case RecordType::clip: return clip(rig, record, camera, runner_adds);
    case RecordType::still: return still(rig, record, camera, runner_adds);
    case RecordType::stream: return stream(record, camera);
  }
  return "";
}

}  // namespace omv::rig
