// SPDX-License-Identifier: LGPL-2.1-or-later
// An appsink, one frame ahead, so that a frame knows how long it lasts.
#include "runner/offline/pulled_frames.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "omv/image/coded_header.h"

namespace omv::runner {

namespace {

using convert::Nanoseconds;
using convert::TimedFrame;

// Decoders say 1 ns of a frame whose duration they don't know.
constexpr Nanoseconds kLeastDuration = std::chrono::microseconds(1);

struct MappedBuffer {
  explicit MappedBuffer(GstBuffer* of) : buffer(of), is_mapped(gst_buffer_map(of, &map, GST_MAP_READ) != FALSE) {}
  MappedBuffer(const MappedBuffer&) = delete;
  MappedBuffer& operator=(const MappedBuffer&) = delete;
  ~MappedBuffer() {
    if (is_mapped) gst_buffer_unmap(buffer, &map);
  }

  GstBuffer* buffer;
  GstMapInfo map = GST_MAP_INFO_INIT;
  bool is_mapped;
};

Result<Frame> coded_frame(GstBuffer* buffer, PixelFormat format) {
  const MappedBuffer mapped(buffer);
  if (!mapped.is_mapped) return Error{Errc::io, "a frame can't be read"};
  Bytes bytes(mapped.map.data, mapped.map.data + mapped.map.size);
  OMV_TRY(const CodedSize size, format == PixelFormat::jpeg ? read_jpeg_size(bytes) : read_png_size(bytes));
  return Frame{{format, size.width, size.height}, std::move(bytes)};
}

PixelFormat pixel_format_of(GstVideoFormat format) {
  if (format == GST_VIDEO_FORMAT_GRAY8) return PixelFormat::grayscale;
  return format == GST_VIDEO_FORMAT_RGB16 ? PixelFormat::rgb565 : PixelFormat::rgb888;
}

Result<Frame> raw_frame(GstBuffer* buffer, const GstCaps* caps) {
  GstVideoInfo info;
  GstVideoFrame video;
  if (!gst_video_info_from_caps(&info, caps) || !gst_video_frame_map(&video, &info, buffer, GST_MAP_READ))
    return Error{Errc::invalid, "a frame does not fit its caps"};
  Frame frame;
  frame.info = {pixel_format_of(GST_VIDEO_INFO_FORMAT(&info)), static_cast<std::uint32_t>(info.width),
                static_cast<std::uint32_t>(info.height)};
  frame.data.resize(static_cast<std::size_t>(payload_bytes(frame.info)));
  const auto row = static_cast<std::size_t>(row_bytes(frame.info.format, frame.info.width));
  const auto* pixels = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&video, 0));
  const auto stride = static_cast<std::size_t>(GST_VIDEO_FRAME_PLANE_STRIDE(&video, 0));
  for (std::size_t y = 0; y < frame.info.height; ++y)
    std::memcpy(frame.data.data() + y * row, pixels + y * stride, row);
  gst_video_frame_unmap(&video);
  return frame;
}

Nanoseconds time_of(GstClockTime time) {
  return GST_CLOCK_TIME_IS_VALID(time) ? Nanoseconds(static_cast<std::int64_t>(time)) : Nanoseconds(0);
}

// Unlike running time, it does not begin again with a seek.
Nanoseconds stream_time(GstSample* sample) {
  return time_of(gst_segment_to_stream_time(gst_sample_get_segment(sample), GST_FORMAT_TIME,
                                            GST_BUFFER_PTS(gst_sample_get_buffer(sample))));
}

Result<Frame> frame_of(GstSample* sample) {
  const GstCaps* caps = gst_sample_get_caps(sample);
  const GstStructure* facts = gst_caps_get_structure(caps, 0);
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  if (gst_structure_has_name(facts, "image/jpeg")) return coded_frame(buffer, PixelFormat::jpeg);
  if (gst_structure_has_name(facts, "image/png")) return coded_frame(buffer, PixelFormat::png);
  return raw_frame(buffer, caps);
}

}  // namespace

PulledFrames::PulledFrames(std::string name, OfflinePipeline pipeline, GoOn go_on)
    : name_(std::move(name)), pipeline_(std::move(pipeline)), go_on_(std::move(go_on)), sink_(pipeline_.find("out")) {}

Result<void> PulledFrames::start() {
  OMV_CHECK(pipeline_.set_state(GST_STATE_PLAYING));
  OMV_TRY(ahead_, pull());
  return ahead_ ? Result<void>() : Error{Errc::end, name_ + ": there is no frame"};
}

Result<bool> PulledFrames::next(TimedFrame& into) {
  if (!ahead_) return false;
  const SamplePtr sample = std::move(ahead_);
  OMV_TRY(ahead_, pull());
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  const Nanoseconds time = stream_time(sample.get());
  if (!std::exchange(is_begun_, true)) first_ = last_ = time;
  auto frame = frame_of(sample.get());
  if (!frame)
    return Error{frame.error().code, name_ + ": frame " + std::to_string(frames_) + ": " + frame.error().message};
  into.frame = *std::move(frame);
  into.index = frames_++;
  into.time = time - first_;
  into.interval = time - std::exchange(last_, time);
  into.duration = ahead_ ? stream_time(ahead_.get()) - time : time_of(GST_BUFFER_DURATION(buffer));
  if (!ahead_ && into.duration < kLeastDuration) into.duration = into.interval;
  return true;
}

Result<void> PulledFrames::skip(std::size_t frames) {
  for (std::size_t n = 0; n < frames && ahead_; ++n) {
    if (!std::exchange(is_begun_, true)) first_ = stream_time(ahead_.get());
    last_ = stream_time(ahead_.get());
    ++frames_;
    OMV_TRY(ahead_, pull());
  }
  return {};
}

Result<void> PulledFrames::go_to(Nanoseconds time) {
  if (!is_begun_ && ahead_) first_ = stream_time(ahead_.get());
  is_begun_ = true;
  const auto position = static_cast<gint64>((first_ + time).count());
  const auto flags = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
  ahead_.reset();
  if (!gst_element_seek_simple(pipeline_.get(), GST_FORMAT_TIME, flags, position))
    return Error{Errc::unsupported, name_ + ": there is no way back or forth in it"};
  OMV_TRY(ahead_, pull());
  while (ahead_ && stream_time(ahead_.get()) < first_ + time) {
    OMV_TRY(ahead_, pull());
  }
  last_ = ahead_ ? stream_time(ahead_.get()) : first_ + time;
  frames_ = number_at(last_ - first_);
  return {};
}

std::size_t PulledFrames::number_at(Nanoseconds time) const {
  const auto frames_a_second = rate();
  if (!frames_a_second) return frames_;
  return static_cast<std::size_t>(std::lround(std::chrono::duration<double>(time).count() * frames_a_second->numerator /
                                              frames_a_second->denominator));
}

Result<convert::Timeline> PulledFrames::timeline() {
  convert::Timeline timeline;
  TimedFrame frame;
  for (;;) {
    OMV_TRY(const bool there, next(frame));
    if (!there) return timeline;
    timeline.times.push_back(frame.time);
    timeline.end = frame.time + frame.duration;
  }
}

std::optional<avi::Rate> PulledFrames::rate() const {
  if (!ahead_) return std::nullopt;
  gint numerator = 0;
  gint denominator = 0;
  const GstStructure* facts = gst_caps_get_structure(gst_sample_get_caps(ahead_.get()), 0);
  if (!gst_structure_get_fraction(facts, "framerate", &numerator, &denominator) || numerator <= 0) return std::nullopt;
  const avi::Rate rate{static_cast<std::uint32_t>(numerator), static_cast<std::uint32_t>(denominator)};
  return rate.per_second() <= convert::kMostFramesASecond ? std::optional(rate) : std::nullopt;
}

std::optional<Nanoseconds> PulledFrames::length() const {
  gint64 length = 0;
  if (!gst_element_query_duration(pipeline_.get(), GST_FORMAT_TIME, &length) || length <= 0) return std::nullopt;
  return Nanoseconds(length);
}

// Null at the end.
Result<SamplePtr> PulledFrames::pull() {
  while (go_on_()) {
    SamplePtr sample(gst_app_sink_try_pull_sample(GST_APP_SINK(sink_.get()), 100 * GST_MSECOND));
    if (sample) return sample;
    OMV_CHECK(pipeline_.check());
    if (gst_app_sink_is_eos(GST_APP_SINK(sink_.get()))) break;
  }
  return SamplePtr();
}

}  // namespace omv::runner
