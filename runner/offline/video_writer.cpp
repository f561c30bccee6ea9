// SPDX-License-Identifier: LGPL-2.1-or-later
// An appsrc before an encoder and a muxer, which write the part of the file.
#include "runner/offline/video_writer.h"

#include <gst/app/gstappsrc.h>

#include <array>
#include <optional>
#include <utility>

#include "omv/convert/pictures.h"
#include "omv/storage/part_file.h"
#include "runner/offline/frame_buffer.h"
#include "runner/offline/offline_pipeline.h"

namespace omv::runner {

namespace {

using convert::FrameWriter;
using convert::Nanoseconds;
using convert::TimedFrame;
using storage::PartFile;

// Without B frames, because decode times that jump make a muxer of MP4 cut the end off.
constexpr const char* kH264 = "videoconvert ! video/x-raw,format=I420 ! x264enc speed-preset=veryfast bframes=0 ! ";
constexpr const char* kVp8 = "videoconvert ! vp8enc deadline=1 cq-level=10 target-bitrate=0 end-usage=cq ! ";

struct VideoKind {
  std::string_view extension;
  const char* encoder;
  const char* muxer;
  bool takes_jpeg;
};

constexpr std::array kKinds = {
    VideoKind{".mkv", kH264, "matroskamux", true}, VideoKind{".mp4", kH264, "mp4mux", false},
    VideoKind{".mov", kH264, "qtmux", false},      VideoKind{".webm", kVp8, "webmmux", false},
    VideoKind{".ts", kH264, "mpegtsmux", false},
};

const VideoKind* kind_of(const std::string& path) {
  for (const VideoKind& kind : kKinds)
    if (path.size() > kind.extension.size() &&
        g_ascii_strcasecmp(path.c_str() + path.size() - kind.extension.size(), kind.extension.data()) == 0)
      return &kind;
  return nullptr;
}

std::string dimensions(const FrameInfo& info) { return std::to_string(info.width) + "x" + std::to_string(info.height); }

CapsPtr caps_of(const FrameInfo& info) {
  const bool is_jpeg = info.format == PixelFormat::jpeg;
  CapsPtr caps(gst_caps_new_simple(is_jpeg ? "image/jpeg" : "video/x-raw", "width", G_TYPE_INT,
                                   static_cast<gint>(info.width), "height", G_TYPE_INT, static_cast<gint>(info.height),
                                   "framerate", GST_TYPE_FRACTION, 0, 1, nullptr));
  if (!is_jpeg) gst_caps_set_simple(caps.get(), "format", G_TYPE_STRING, "RGBx", nullptr);
  return caps;
}

class VideoWriter final : public FrameWriter {
 public:
  VideoWriter(std::string path, const VideoKind& kind, PartFile part)
      : path_(std::move(path)), kind_(kind), part_(std::move(part)) {}

  Result<void> add(const TimedFrame& frame) override {
    if (!pipeline_) OMV_CHECK(begin(frame));
    OMV_TRY(Frame picture, as_taken(frame));
    if (picture.info != info_)
      return Error{Errc::unsupported, "frame " + std::to_string(frame.index) + " is " + dimensions(picture.info) +
                                          ", those before are " + dimensions(info_) + "; a video has one size"};
    return push(std::move(picture.data), frame);
  }

  Result<void> finish() override {
    if (pipeline_) {
      gst_app_src_end_of_stream(GST_APP_SRC(source_.get()));
      OMV_CHECK(pipeline_->wait_for_end());
      pipeline_.reset();
    }
    return part_.commit(path_, false);
  }

  void keep() override { part_.keep_when_abandoned(); }

 private:
  Result<void> begin(const TimedFrame& frame) {
    const FrameInfo& info = frame.frame.info;
    const bool is_jpeg = kind_.takes_jpeg && info.format == PixelFormat::jpeg;
    info_ = {is_jpeg ? PixelFormat::jpeg : PixelFormat::rgbx8888, info.width, info.height};
    first_ = frame.time;
    OMV_TRY(OfflinePipeline pipeline,
            OfflinePipeline::launch(std::string("appsrc name=in format=time block=true max-buffers=4 ! ") +
                                        (is_jpeg ? "" : kind_.encoder) + kind_.muxer + " ! filesink name=out",
                                    path_));
    pipeline_.emplace(std::move(pipeline));
    const ElementPtr sink = pipeline_->find("out");
    g_object_set(sink.get(), "location", part_.part_path().c_str(), nullptr);
    source_ = pipeline_->find("in");
    gst_app_src_set_caps(GST_APP_SRC(source_.get()), caps_of(info_).get());
    return pipeline_->set_state(GST_STATE_PLAYING);
  }

  Result<Frame> as_taken(const TimedFrame& frame) const {
    if (frame.frame.info.format == info_.format) return frame.frame;
    if (info_.format == PixelFormat::jpeg)
      return Error{Errc::unsupported, "frame " + std::to_string(frame.index) + " is no JPEG, those before are"};
    OMV_TRY(const Frame raw, convert::decoded(frame.frame));
    return convert::converted(raw, info_.format);
  }

  Result<void> push(Bytes data, const TimedFrame& frame) {
    GstBuffer* buffer = buffer_of(std::move(data)).release();
    GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>((frame.time - first_).count());
    if (frame.duration > Nanoseconds(0))
      GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(frame.duration.count());
    const GstFlowReturn flow = gst_app_src_push_buffer(GST_APP_SRC(source_.get()), buffer);
    OMV_CHECK(pipeline_->check());
    if (flow != GST_FLOW_OK) return Error{Errc::io, path_ + ": GStreamer takes no more frames"};
    return {};
  }

  std::string path_;
  const VideoKind& kind_;
  PartFile part_;
  std::optional<OfflinePipeline> pipeline_;
  ElementPtr source_;
  FrameInfo info_;
  Nanoseconds first_{0};
};

}  // namespace

std::string video_extensions() {
  std::string list;
  for (const VideoKind& kind : kKinds) list += (list.empty() ? "" : " ") + std::string(kind.extension);
  return list;
}

Result<std::unique_ptr<FrameWriter>> create_video(const std::string& path, const convert::WriterOptions& options) {
  const VideoKind* kind = kind_of(path);
  if (kind == nullptr)
    return Error{Errc::unsupported, path + ": its extension says no format; video can be " + video_extensions()};
  const auto when_taken = options.overwrite ? PartFile::WhenTaken::replace : PartFile::WhenTaken::refuse;
  OMV_TRY(PartFile part, PartFile::create(path, PartFile::WhenAbandoned::remove, PartFile::kSuffix, when_taken));
  return std::unique_ptr<FrameWriter>(std::make_unique<VideoWriter>(path, *kind, std::move(part)));
}

}  // namespace omv::runner
