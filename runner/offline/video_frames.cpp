// SPDX-License-Identifier: LGPL-2.1-or-later
// decodebin as far as JPEG or pixels.
#include "runner/offline/video_frames.h"

#include <gst/gst.h>

#include <utility>

#include "runner/offline/pulled_frames.h"

namespace omv::runner {

namespace {

using convert::FrameReader;

constexpr const char* kPipeline =
    "filesrc name=in ! decodebin name=decode caps=\"image/jpeg;video/x-raw(ANY)\" "
    "identity name=pictures ! appsink name=out sync=false max-buffers=4";

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

using GoOn = std::function<bool()>;

// What comes to an end because nobody wants it any more is no shorter video.
Result<void> check_wanted(const GoOn& go_on) {
  return go_on() ? Result<void>() : Error{Errc::cancelled, "interrupted; nothing was written"};
}

Result<std::unique_ptr<PulledFrames>> pull_from(const std::string& path, const GoOn& go_on) {
  OMV_TRY(OfflinePipeline pipeline, OfflinePipeline::launch(kPipeline, path));
  const ElementPtr source = pipeline.find("in");
  g_object_set(source.get(), "location", path.c_str(), nullptr);
  const ElementPtr sink = pipeline.find("out");
  const CapsPtr caps(gst_caps_from_string(kPulledCaps));
  g_object_set(sink.get(), "caps", caps.get(), nullptr);
  const ElementPtr decode = pipeline.find("decode");
  const ElementPtr pictures = pipeline.find("pictures");
  g_signal_connect_object(decode.get(), "pad-added", G_CALLBACK(on_pad_added), pictures.get(),
                          static_cast<GConnectFlags>(0));
  auto frames = std::make_unique<PulledFrames>(path, std::move(pipeline), go_on);
  auto started = frames->start();
  OMV_CHECK(check_wanted(go_on));
  OMV_CHECK(started);
  return frames;
}

// Another run through the file tells when its frames are.
class VideoFrames final : public FrameReader {
 public:
  VideoFrames(std::string path, std::unique_ptr<PulledFrames> frames, GoOn go_on)
      : path_(std::move(path)), frames_(std::move(frames)), go_on_(std::move(go_on)) {}

  Result<bool> next(convert::TimedFrame& into) override {
    auto there = frames_->next(into);
    OMV_CHECK(check_wanted(go_on_));
    return there;
  }
  Result<void> skip(std::size_t frames) override { return frames_->skip(frames); }

  using FrameReader::go_to;
  Result<void> go_to(convert::Nanoseconds time) override { return frames_->go_to(time); }
  std::optional<std::size_t> count() const override { return std::nullopt; }
  std::optional<convert::Nanoseconds> length() const override { return frames_->length(); }
  std::optional<avi::Rate> rate() const override { return frames_->rate(); }

  Result<convert::Timeline> timeline() override {
    OMV_TRY(const auto whole, pull_from(path_, go_on_));
    auto timeline = whole->timeline();
    OMV_CHECK(check_wanted(go_on_));
    return timeline;
  }

 private:
  std::string path_;
  std::unique_ptr<PulledFrames> frames_;
  GoOn go_on_;
};

}  // namespace

Result<std::unique_ptr<FrameReader>> open_video(const std::string& path, std::function<bool()> go_on) {
  OMV_TRY(auto frames, pull_from(path, go_on));
  return std::unique_ptr<FrameReader>(std::make_unique<VideoFrames>(path, std::move(frames), std::move(go_on)));
}

}  // namespace omv::runner
