// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements behind a tee, by type and format of the record.
#include "rig/branch.h"

#include <array>

#include "rig/coded_video.h"
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
  return element.set("leaky", "upstream").text();
}

std::string_view muxer_of(FileFormat format) {
  switch (format) {
    case FileFormat::imageio: return "imageiomux";
    case FileFormat::avi: return "omvmjpegmux";
    case FileFormat::matroska: return "matroskamux";
    case FileFormat::mp4: return "mp4mux";
    default: return "images";
  }
}

std::string h264(const Record& record) {
  Element encoder("x264enc");
  encoder.set_number("bitrate", record.bitrate).set("tune", "zerolatency").set("speed-preset", "veryfast");
  encoder.set("key-int-max", "30");
  return "videoconvert ! " + encoder.text() + " ! h264parse";
}

// Whole frames a second, or thousandths of one.
std::string fraction_text(double rate) {
  const auto thousandths = static_cast<std::int64_t>(rate * 1000 + 0.5);
  return thousandths % 1000 == 0 ? std::to_string(thousandths / 1000) + "/1" : std::to_string(thousandths) + "/1000";
}

std::string animation(const Record& record) {
  constexpr std::array<std::string_view, 3> kPalettes = {"adaptive", "global", "openmv"};
  constexpr std::array<std::string_view, 3> kDithers = {"none", "ordered", "diffusion"};
  std::string text = "videorate ! video/x-raw,framerate=" + fraction_text(record.gif_framerate) + " ! ";
  if (record.gif_width > 0)
    text += "videoscale ! video/x-raw,width=[1," + std::to_string(record.gif_width) + "],pixel-aspect-ratio=1/1 ! ";
  Element encoder("omvgifenc");
  encoder.set_number("colors", record.gif_colors);
  encoder.set("palette", kPalettes[static_cast<std::size_t>(record.gif_palette)]);
  encoder.set("dither", kDithers[static_cast<std::size_t>(record.gif_dither)]);
  return text + "videoconvert ! " + encoder.text();
}

// Video that is coded already is stored as it is. Other clips are encoded when they are written, so that the ring holds
// what the camera sent.
std::string clip_muxer(const Record& record, const Camera& camera) {
  const std::string_view parser = parser_of(camera);
  if (!parser.empty() && record.format == FileFormat::matroska) return std::string(parser) + " ! matroskamux";
  if (!parser.empty() && record.format == FileFormat::mp4)
    return std::string(parser) + " ! mp4mux fragment-duration=1000";
  const bool is_encoded = record.format == FileFormat::mp4 || record.format == FileFormat::gif;
  if (!is_encoded) return std::string(muxer_of(record.format));
  const bool is_jpeg =
      camera.pipeline.empty() ? estimate_camera(camera).coded : camera.pipeline.find("jpeg") != std::string::npos;
  const std::string decoder = is_jpeg ? "jpegdec ! " : "";
  if (record.format == FileFormat::gif) return decoder + animation(record);
  return decoder + h264(record) + " ! mp4mux fragment-duration=1000";
}

std::string with_field(std::string text, std::string_view field, std::string_view value) {
  for (std::size_t at = text.find(field); at != std::string::npos; at = text.find(field, at + value.size()))
    text.replace(at, field.size(), value);
  return text;
}

// One clip that never ends, cut into files: no frame is lost at a cut, and a file has its name when it is whole.
std::string continuous(const Rig& rig, const Record& record, const Camera& camera) {
  Element sink("omvclipsink");
  sink.set("location", location_path(rig, fixed_name(rig, record, camera.name)))
      .set("muxer", clip_muxer(record, camera));
  sink.set("trigger", "start").set("pre-time", "0").set("post-time", "-1").set("retrigger", "new");
  sink.set_time("max-time", record.segment_time).set_size("max-bytes", record.queue);
  sink.set_size("queue-size", record.queue);
  if (rig.storage.fsync) sink.set("fsync", "true");
  return sink.text();
}

std::string clip(const Rig& rig, const Record& record, const Camera& camera) {
  constexpr std::array<std::string_view, 3> kRetriggers = {"extend", "ignore", "new"};
  Element sink("omvclipsink");
  sink.set("location", location_path(rig, fixed_name(rig, record, camera.name)))
      .set("muxer", clip_muxer(record, camera));
  sink.set("pre-time", std::to_string(record.pre.count())).set_number("pre-frames", record.pre_frames);
  sink.set_size("max-bytes", record.ring).set("post-time", std::to_string(record.post.count()));
  sink.set_number("post-frames", record.post_frames).set_time("gap", record.gap).set_time("max-time", record.max);
  sink.set_number("max-clips", record.max_clips);
  if (record.retrigger != Retrigger::extend)
    sink.set("retrigger", kRetriggers[static_cast<std::size_t>(record.retrigger)]);
  if (record.on_eos == OnEos::save) sink.set("on-eos", "save");
  sink.set_size("queue-size", record.queue);
  if (rig.storage.fsync) sink.set("fsync", "true");
  return sink.text();
}

// Stills have their own words for what a rig file calls the trigger and the number of the clip.
std::string still_location(const Rig& rig, const Record& record, const Camera& camera) {
  const std::string location = with_field(fixed_name(rig, record, camera.name), "%{trigger}", "%{source}");
  return location_path(rig, with_field(location, "%{clip", "%{index"));
}

std::string still(const Rig& rig, const Record& record, const Camera& camera) {
  constexpr std::array<std::string_view, 4> kSubsamplings = {"auto", "444", "422", "420"};
  Element sink("omvimagesink");
  sink.set("location", still_location(rig, record, camera)).set_number("quality", record.quality);
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
  return sink.text();
}

// Connections that fail are the runner's, which counts what is lost; nobody who listens is no failure.
std::string srt(const std::string& url) {
  Element sink("srtsink");
  sink.set("uri", url).set("auto-reconnect", "false");
  if (url.find("mode=listener") != std::string::npos) sink.set("wait-for-connection", "false");
  return "mpegtsmux ! " + sink.text();
}

// Over TCP: a hub that is slow is noticed, and a packet that is lost is sent again.
std::string rtsp(const std::string& url) {
  return Element("rtspclientsink").set("location", url).set("protocols", "tcp").text();
}

std::string stream(const Record& record, const Camera& camera) {
  const std::string url = with_field(record.url, "%{camera}", camera.name);
  const std::string coded = record.codec == Codec::h264 ? "decodebin ! " + h264(record) + " ! " : "";
  if (url.starts_with("rtsp://")) return coded + rtsp(url);
  if (url.starts_with("srt://")) return coded + srt(url);
  const auto [host, port] = host_port_of(url);
  Element sink("tcpclientsink");
  sink.set("host", host).set("port", port.value_or(""));
  return coded + "omvlenpay ! " + sink.text();
}

void add_record_notes(const Record& record, std::vector<std::string>& runner_adds) {
  const auto add = [&](bool applies, const std::string& note) {
    if (applies) runner_adds.push_back(note + " of record " + record.name);
  };
  add(!record.hook.empty(), "the hook");
  add(record.pin, "pins for the files");
  add(record.segment_clock.count() > 0, "segments every " + duration_text(record.segment_clock) + " by the clock");
  add(record.segment_size > 0, "segments by size");
  add(record.preview == Preview::gif, "a GIF beside each clip");
  add(!record.schedule.empty(), "the schedule");
  add(record.type == RecordType::still && record.interval.count() == 0 && record.burst > 1,
      "no burst at the start of the stills");
}

}  // namespace

std::string sink_text(const Rig& rig, const Record& record, const Camera& camera) {
  switch (record.type) {
    case RecordType::continuous: return continuous(rig, record, camera);
    case RecordType::clip: return clip(rig, record, camera);
    case RecordType::still: return still(rig, record, camera);
    case RecordType::stream: return stream(record, camera);
  }
  return "";
}

std::string branch_text(const Rig& rig, const Record& record, const Camera& camera,
                        std::vector<std::string>& runner_adds) {
  add_record_notes(record, runner_adds);
  const std::string queue = record.type == RecordType::stream ? leaky_queue(record) + std::string(kBreak) : "queue ! ";
  return queue + sink_text(rig, record, camera);
}

}  // namespace omv::rig
