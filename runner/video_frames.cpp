// SPDX-License-Identifier: LGPL-2.1-or-later
// decodebin as far as JPEG or pixels, and an appsink from which frames are pulled.
#include "runner/video_frames.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <cstring>
#include <optional>
#include <utility>

#include "omv/image/coded_header.h"
#include "runner/offline_pipeline.h"

namespace omv::runner {

namespace {

using convert::FrameReader;
using convert::Nanoseconds;
using convert::TimedFrame;

constexpr const char* kPipeline =
    "filesrc name=in ! decodebin name=decode caps=\"image/jpeg;video/x-raw(ANY)\" "
    "identity name=pictures ! appsink name=out sync=false max-buffers=4 "
    "caps=\"image/jpeg;video/x-raw,format=(string){GRAY8,RGB16,RGB}\"";

// Decoders say 1 ns of a frame whose duration they don't know.
constexpr Nanoseconds kLeastDuration = std::chrono::microseconds(1);

bool links_to_pictures(GstPad* pad, GstElement* pictures) {
  const PadPtr sink(gst_element_get_static_pad(pictures, "sink"));
  return !gst_pad_is_linked(sink.get()) && gst_pad_link(pad, sink.get()) == GST_PAD_LINK_OK;
}

// Raw video of any kind becomes what frames can be.
void add_converter(GstElement* pipeline, GstPad* pad, GstElement* pictures) {
  const PadPtr taken(gst_element_get_static_pad(pictures, "sink"));
  GstElement* converter = gst_element_factory_make("videoconvert", nullptr);
  if (converter == nullptr || gst_pad_is_linked(taken.get())) return;
  gst_bin_add(GST_BIN(pipeline), converter);
  const PadPtr sink(gst_element_get_static_pad(converter, "sink"));
  gst_element_link(converter, pictures);
  gst_element_sync_state_with_parent(converter);
  gst_pad_link(pad, sink.get());
}

void on_pad_added(GstElement* decode, GstPad* pad, gpointer data) {
  GstElement* pictures = GST_ELEMENT(data);
  const CapsPtr caps(gst_pad_get_current_caps(pad));
  if (!caps) return;
  const char* name = gst_structure_get_name(gst_caps_get_structure(caps.get(), 0));
  if (g_str_equal(name, "image/jpeg")) links_to_pictures(pad, pictures);
  if (!g_str_equal(name, "video/x-raw")) return;
  const ElementPtr pipeline(GST_ELEMENT(gst_element_get_parent(decode)));
  add_converter(pipeline.get(), pad, pictures);
}

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

Result<Frame> jpeg_frame(GstBuffer* buffer) {
  const MappedBuffer mapped(buffer);
  if (!mapped.is_mapped) return Error{Errc::io, "a frame can't be read"};
  Bytes bytes(mapped.map.data, mapped.map.data + mapped.map.size);
  OMV_TRY(const CodedSize size, read_jpeg_size(bytes));
  return Frame{{PixelFormat::jpeg, size.width, size.height}, std::move(bytes)};
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

class VideoFrames final : public FrameReader {
 public:
  VideoFrames(std::string path, OfflinePipeline pipeline)
      : path_(std::move(path)), pipeline_(std::move(pipeline)), sink_(pipeline_.find("out")) {}

  Result<void> start() {
    const ElementPtr source = pipeline_.find("in");
    g_object_set(source.get(), "location", path_.c_str(), nullptr);
    const ElementPtr decode = pipeline_.find("decode");
    const ElementPtr pictures = pipeline_.find("pictures");
    g_signal_connect_object(decode.get(), "pad-added", G_CALLBACK(on_pad_added), pictures.get(),
                            static_cast<GConnectFlags>(0));
    OMV_CHECK(pipeline_.set_state(GST_STATE_PLAYING));
    OMV_TRY(ahead_, pull());
    if (!ahead_) return Error{Errc::unsupported, path_ + ": there is no video in it"};
    return {};
  }

  Result<bool> next(TimedFrame& into) override {
    if (!ahead_) return false;
    const SamplePtr sample = std::move(ahead_);
    OMV_TRY(ahead_, pull());
    GstBuffer* buffer = gst_sample_get_buffer(sample.get());
    const Nanoseconds time = running_time(sample.get());
    if (frames_ == 0) first_ = last_ = time;
    auto frame = frame_of(sample.get());
    if (!frame)
      return Error{frame.error().code, path_ + ": frame " + std::to_string(frames_) + ": " + frame.error().message};
    into.frame = *std::move(frame);
    into.index = frames_++;
    into.time = time - first_;
    into.interval = time - std::exchange(last_, time);
    into.duration = ahead_ ? running_time(ahead_.get()) - time : time_of(GST_BUFFER_DURATION(buffer));
    if (!ahead_ && into.duration < kLeastDuration) into.duration = into.interval;
    return true;
  }

  Result<void> skip(std::size_t frames) override {
    for (std::size_t n = 0; n < frames && ahead_; ++n) {
      if (frames_ == 0) first_ = running_time(ahead_.get());
      last_ = running_time(ahead_.get());
      ++frames_;
      OMV_TRY(ahead_, pull());
    }
    return {};
  }

  std::optional<std::size_t> count() const override { return std::nullopt; }

  Result<convert::Timeline> timeline() override {
    OMV_TRY(const auto whole, open_video(path_));
    convert::Timeline timeline;
    TimedFrame frame;
    for (;;) {
      OMV_TRY(const bool there, whole->next(frame));
      if (!there) return timeline;
      timeline.times.push_back(frame.time);
      timeline.end = frame.time + frame.duration;
    }
  }

  std::optional<avi::Rate> rate() const override {
    if (!ahead_) return std::nullopt;
    gint numerator = 0;
    gint denominator = 0;
    const GstStructure* facts = gst_caps_get_structure(gst_sample_get_caps(ahead_.get()), 0);
    if (!gst_structure_get_fraction(facts, "framerate", &numerator, &denominator) || numerator <= 0)
      return std::nullopt;
    return avi::Rate{static_cast<std::uint32_t>(numerator), static_cast<std::uint32_t>(denominator)};
  }

  std::optional<Nanoseconds> length() const override {
    gint64 length = 0;
    if (!gst_element_query_duration(pipeline_.get(), GST_FORMAT_TIME, &length) || length <= 0) return std::nullopt;
    return Nanoseconds(length);
  }

 private:
  // Null at the end.
  Result<SamplePtr> pull() {
    for (;;) {
      SamplePtr sample(gst_app_sink_try_pull_sample(GST_APP_SINK(sink_.get()), 100 * GST_MSECOND));
      if (sample) return sample;
      OMV_CHECK(pipeline_.check());
      if (gst_app_sink_is_eos(GST_APP_SINK(sink_.get()))) return SamplePtr();
    }
  }

  static Nanoseconds running_time(GstSample* sample) {
    return time_of(gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME,
                                               GST_BUFFER_PTS(gst_sample_get_buffer(sample))));
  }

  static Result<Frame> frame_of(GstSample* sample) {
    const GstCaps* caps = gst_sample_get_caps(sample);
    const bool is_jpeg = gst_structure_has_name(gst_caps_get_structure(caps, 0), "image/jpeg") != FALSE;
    GstBuffer* buffer = gst_sample_get_buffer(sample);
    return is_jpeg ? jpeg_frame(buffer) : raw_frame(buffer, caps);
  }

  std::string path_;
  OfflinePipeline pipeline_;
  ElementPtr sink_;
  SamplePtr ahead_;  // the next frame
  std::size_t frames_ = 0;
  Nanoseconds first_{0};
  Nanoseconds last_{0};
};

}  // namespace

Result<std::unique_ptr<FrameReader>> open_video(const std::string& path) {
  OMV_TRY(OfflinePipeline pipeline, OfflinePipeline::launch(kPipeline, path));
  auto frames = std::make_unique<VideoFrames>(path, std::move(pipeline));
  OMV_CHECK(frames->start());
  return std::unique_ptr<FrameReader>(std::move(frames));
}

}  // namespace omv::runner
