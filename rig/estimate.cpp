// SPDX-License-Identifier: LGPL-2.1-or-later
// Arithmetic on assumptions.
#include "rig/estimate.h"

#include <algorithm>
#include <cctype>
#include <chrono>

#include "omv/camera/frame_sizes.h"

namespace omv::rig {

namespace {

constexpr double kSecondsADay = 86400;
constexpr double kDefaultRate = 30;
constexpr camera::FrameSize kDefaultSize = {320, 240};
constexpr camera::FrameSize kPipelineSize = {640, 480};
constexpr double kGifPixelBytes = 0.3;
constexpr double kPngPixelBytes = 1.5;

double seconds_of(Duration value) { return std::chrono::duration<double>(value).count(); }

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

camera::FrameSize size_of(const Camera& camera) {
  if (!camera.pipeline.empty()) return kPipelineSize;
  const auto size = camera::parse_frame_size(camera.framesize);
  return size ? *size : kDefaultSize;
}

// Of a frame that comes raw; 0: it comes as JPEG.
double raw_pixel_bytes(const Camera& camera) {
  if (camera.stream != StreamForm::raw || !camera.pipeline.empty() || camera.quality > 0) return 0;
  const std::string format = upper(camera.pixformat);
  if (format == "GRAYSCALE") return 1;
  if (format == "BINARY") return 0.125;
  return format.empty() || format == "RGB565" ? 2 : 0;
}

double jpeg_pixel_bytes(std::int64_t quality) { return quality == 0 || quality > 85 ? 0.4 : quality > 60 ? 0.2 : 0.12; }

// Bytes of a frame as the files of this record have it.
double stored_frame_bytes(const Record& record, const Camera& camera) {
  const auto size = size_of(camera);
  const double pixels = static_cast<double>(size.width) * size.height;
  const double came = estimate_camera(camera).frame_bytes;
  switch (record.format) {
    case FileFormat::gif: {
      const double width = static_cast<double>(record.gif_width);
      const double scale = width > 0 && width < size.width ? width / size.width : 1;
      return pixels * scale * scale * kGifPixelBytes;
    }
    case FileFormat::png: return pixels * kPngPixelBytes;
    case FileFormat::bmp:
    case FileFormat::ppm: return pixels * 3;
    case FileFormat::pgm: return pixels;
    case FileFormat::jpeg: return raw_pixel_bytes(camera) > 0 ? pixels * jpeg_pixel_bytes(record.quality) : came;
    default: return came;
  }
}

double rate_of(const Record& record, const Camera& camera) {
  const double rate = estimate_camera(camera).rate;
  return record.format == FileFormat::gif ? std::min(rate, record.gif_framerate) : rate;
}

bool is_h264(const Record& record) {
  return record.type == RecordType::stream ? record.codec == Codec::h264 : record.format == FileFormat::mp4;
}

// Of one camera while it is recorded.
double bytes_per_second(const Record& record, const Camera& camera) {
  if (is_h264(record)) return static_cast<double>(record.bitrate) * 125;
  if (record.type == RecordType::stream) return estimate_camera(camera).bytes_per_second();
  return stored_frame_bytes(record, camera) * rate_of(record, camera);
}

double clip_seconds(const Record& record, const Camera& camera) {
  const double held = ring_seconds(record, camera);
  return std::min(seconds_of(record.pre), held) + seconds_of(record.post);
}

double stills_a_day(const Record& record, double rate) {
  const double burst = static_cast<double>(record.burst);
  double stills = times_a_day(record.schedule) * burst;
  if (record.interval.count() > 0) stills += kSecondsADay * std::min(rate, 1 / seconds_of(record.interval));
  if (!record.triggers.empty()) stills += record.estimate_per_day * burst;
  return stills;
}

double bytes_a_day(const Record& record, const Camera& camera) {
  switch (record.type) {
    case RecordType::continuous:
    case RecordType::stream: return bytes_per_second(record, camera) * kSecondsADay;
    case RecordType::clip:
      return bytes_per_second(record, camera) * clip_seconds(record, camera) * record.estimate_per_day;
    case RecordType::still:
      return stored_frame_bytes(record, camera) * stills_a_day(record, estimate_camera(camera).rate);
  }
  return 0;
}

std::string assumption_of(const Record& record) {
  const std::string triggers = plain_number(record.estimate_per_day) + " triggers a day";
  switch (record.type) {
    case RecordType::continuous:
    case RecordType::stream: return is_h264(record) ? std::to_string(record.bitrate) + " kbit/s all day" : "all day";
    case RecordType::clip: return triggers + ", none within another's clip";
    case RecordType::still: return record.triggers.empty() ? "by the clock" : triggers;
  }
  return "";
}

}  // namespace

CameraEstimate estimate_camera(const Camera& camera) {
  CameraEstimate estimate;
  const auto size = size_of(camera);
  const double raw = raw_pixel_bytes(camera);
  const double pixel = raw > 0 ? raw : jpeg_pixel_bytes(camera.quality);
  estimate.coded = raw == 0;
  estimate.frame_bytes = static_cast<double>(size.width) * size.height * pixel;
  estimate.rate = camera.framerate > 0 ? static_cast<double>(camera.framerate) : kDefaultRate;
  if (camera.estimate_rate) estimate.rate = *camera.estimate_rate;
  estimate.assumption = camera::frame_size_name(size) + " at " + rate_text(estimate.rate);
  if (camera.estimate_bytes) {
    estimate.frame_bytes = static_cast<double>(*camera.estimate_bytes);
    estimate.assumption = size_text(*camera.estimate_bytes) + " a frame at " + rate_text(estimate.rate);
  } else {
    estimate.assumption += (raw > 0 ? ", raw of " : ", JPEG of ") + plain_number(pixel) + " bytes a pixel";
  }
  return estimate;
}

RecordEstimate estimate_record(const Rig& rig, const Record& record) {
  RecordEstimate estimate;
  for (const std::string& name : record.cameras) {
    const Camera* camera = find_camera(rig, name);
    if (camera == nullptr) continue;
    if (record.type == RecordType::clip) estimate.ring_bytes += record.ring;
    if (record.type == RecordType::continuous) estimate.ring_bytes += record.queue;  // what waits for the cut
    estimate.queue_bytes += record.queue;
    estimate.bytes_per_day += bytes_a_day(record, *camera);
  }
  estimate.assumption = assumption_of(record);
  return estimate;
}

double ring_seconds(const Record& record, const Camera& camera) {
  return static_cast<double>(record.ring) / std::max(estimate_camera(camera).bytes_per_second(), 1e-9);
}

std::uint64_t memory_of(const Rig& rig) {
  std::uint64_t sum = 0;
  for (const Record& record : rig.records) {
    const RecordEstimate estimate = estimate_record(rig, record);
    sum += estimate.ring_bytes + estimate.queue_bytes;
  }
  return sum;
}

}  // namespace omv::rig
