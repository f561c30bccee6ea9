// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames without timestamps, which a sink shows at once.
#include "runner/offline/video_window.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/navigation.h>
#include <gst/video/video.h>

#include <mutex>
#include <utility>

#include "omv/convert/pictures.h"
#include "runner/offline/frame_buffer.h"
#include "runner/offline/offline_pipeline.h"

namespace omv::runner {

namespace {

constexpr const char* kSource =
    "appsrc name=in format=time max-buffers=0 max-bytes=0 max-time=0 ! videoconvert name=convert ! ";
constexpr gulong kPeriodUs = 200;                       // of looking whether there is room
constexpr GstClockTime kEndPeriod = 100 * GST_MSECOND;  // of asking whether to wait for the end

class Window final : public VideoWindow {
 public:
  explicit Window(OfflinePipeline pipeline) : pipeline_(std::move(pipeline)), source_(pipeline_.find("in")) {}

  Result<void> start();
  bool finds_no_screen() const;
  Result<void> show(const Frame& frame, const GoOn& go_on) override;
  std::vector<std::string> take_keys() override;
  Result<void> finish(const GoOn& go_on) override;

 private:
  Result<void> check();
  Result<void> wait_for_room(const GoOn& go_on);
  void use_size(const FrameInfo& info);
  static GstPadProbeReturn on_upstream(GstPad* pad, GstPadProbeInfo* info, gpointer self);

  std::mutex lock_;  // of keys_, which a thread of the sink fills
  std::vector<std::string> keys_;
  OfflinePipeline pipeline_;
  ElementPtr source_;
  FrameInfo info_;
};

Result<void> Window::start() {
  const ElementPtr converter = pipeline_.find("convert");
  const PadPtr pad(gst_element_get_static_pad(converter.get(), "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream, this, nullptr);
  return pipeline_.set_state(GST_STATE_PLAYING);
}

GstPadProbeReturn Window::on_upstream(GstPad*, GstPadProbeInfo* info, gpointer self) {
  GstEvent* event = gst_pad_probe_info_get_event(info);
  const gchar* key = nullptr;
  if (gst_navigation_event_get_type(event) != GST_NAVIGATION_EVENT_KEY_PRESS ||
      !gst_navigation_event_parse_key_event(event, &key))
    return GST_PAD_PROBE_OK;
  auto* window = static_cast<Window*>(self);
  const std::lock_guard guard(window->lock_);
  window->keys_.emplace_back(key);
  return GST_PAD_PROBE_OK;
}

std::vector<std::string> Window::take_keys() {
  const std::lock_guard guard(lock_);
  return std::exchange(keys_, {});
}

// Sinks with a window say of one that was closed what they say of none.
Result<void> Window::check() {
  auto checked = pipeline_.check();
  if (!checked && checked.error().message.find("window was closed") != std::string::npos)
    return Error{Errc::closed, std::move(checked).error().message};
  return checked;
}

void Window::use_size(const FrameInfo& info) {
  GstVideoInfo video;
  gst_video_info_set_format(&video, GST_VIDEO_FORMAT_RGBx, info.width, info.height);
  video.fps_n = 0;
  const CapsPtr caps(gst_video_info_to_caps(&video));
  gst_app_src_set_caps(GST_APP_SRC(source_.get()), caps.get());
  info_ = info;
}

Result<void> Window::wait_for_room(const GoOn& go_on) {
  while (gst_app_src_get_current_level_buffers(GST_APP_SRC(source_.get())) > 0) {
    OMV_CHECK(check());
    if (!go_on()) return Error{Errc::cancelled, "interrupted"};
    g_usleep(kPeriodUs);
  }
  return check();
}

Result<void> Window::show(const Frame& frame, const GoOn& go_on) {
  if (frame.info.format == PixelFormat::argb8) return {};
  OMV_TRY(const Frame raw, convert::decoded(frame));
  OMV_TRY(Frame picture, convert::converted(raw, PixelFormat::rgbx8888));
  if (picture.info != info_) use_size(picture.info);
  OMV_CHECK(wait_for_room(go_on));
  const GstFlowReturn flow =
      gst_app_src_push_buffer(GST_APP_SRC(source_.get()), buffer_of(std::move(picture.data)).release());
  OMV_CHECK(check());
  if (flow != GST_FLOW_OK) return Error{Errc::io, "the window takes no more frames"};
  return {};
}

Result<void> Window::finish(const GoOn& go_on) {
  gst_app_src_end_of_stream(GST_APP_SRC(source_.get()));
  for (;;) {
    OMV_TRY(const bool has_ended, pipeline_.has_ended(kEndPeriod));
    if (has_ended) return {};
    if (!go_on()) return Error{Errc::cancelled, "interrupted"};
  }
}

// autovideosink takes a sink that shows nothing where it finds no other.
bool Window::finds_no_screen() const {
  GstIterator* sinks = gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline_.get()), "fakesink");
  GValue first = G_VALUE_INIT;
  const bool is_there = gst_iterator_next(sinks, &first) == GST_ITERATOR_OK;
  if (is_there) g_value_unset(&first);
  gst_iterator_free(sinks);
  return is_there;
}

}  // namespace

Result<std::unique_ptr<VideoWindow>> open_window(const std::string& sink) {
  const Error no_screen = {Errc::unsupported,
                           "there is no screen for a window here; --sink fakesink plays without one"};
  // Without either, some of the sinks that autovideosink tries crash.
  if (sink == kUsualSink && !g_getenv("DISPLAY") && !g_getenv("WAYLAND_DISPLAY")) return no_screen;
  OMV_TRY(OfflinePipeline pipeline, OfflinePipeline::launch(kSource + sink, "window"));
  auto window = std::make_unique<Window>(std::move(pipeline));
  OMV_CHECK(window->start());
  if (sink == kUsualSink && window->finds_no_screen()) return no_screen;
  return std::unique_ptr<VideoWindow>(std::move(window));
}

}  // namespace omv::runner
