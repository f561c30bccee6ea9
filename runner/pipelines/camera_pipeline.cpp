// SPDX-License-Identifier: LGPL-2.1-or-later
// Launching, watching and relaunching a camera.
#include "runner/pipelines/camera_pipeline.h"

#include <algorithm>
#include <utility>

#include "rig/units.h"
#include "runner/guarded.h"
#include "runner/pipelines/format_name.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kLongestDelay = 5min;
constexpr Time kLook = 50ms;                   // how often it is looked for the first frame
constexpr int kLooks = 4;                      // for frames, within the time that one may take
constexpr const char* kFrames = "omv.frames";  // no section of a rig file can be called so

constexpr const char* kDropCounts[] = {"dropped-busy", "dropped-corrupt", "dropped-resync", "dropped-refused"};

// Shallow, and only where the segment does not begin at 0.
GstBuffer* with_running_time(GstBuffer* buffer, const GstSegment* segment) {
  const bool is_time = segment != nullptr && segment->format == GST_FORMAT_TIME;
  if (!is_time || !GST_BUFFER_PTS_IS_VALID(buffer)) return gst_buffer_ref(buffer);
  const guint64 time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  if (time == GST_BUFFER_PTS(buffer)) return gst_buffer_ref(buffer);
  GstBuffer* copy = gst_buffer_copy(buffer);
  GST_BUFFER_PTS(copy) = time;
  if (GST_BUFFER_DTS_IS_VALID(copy))
    GST_BUFFER_DTS(copy) = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_DTS(buffer));
  return copy;
}

}  // namespace

CameraPipeline::CameraPipeline(const rig::Camera& camera, std::string text, const Services& services,
                               CameraListener& listener)
    : camera_(camera),
      text_(std::move(text)),
      services_(services),
      listener_(listener),
      preview_(std::make_shared<CameraPreview>(camera.preview, services)),
      backoff_(camera.restart_delay, kLongestDelay) {
  fanout_.add(preview_.get());
}

void CameraPipeline::start() { launch(); }

void CameraPipeline::stop() {
  retry_.reset();
  stopping_.reset();
  close();
  preview_->close();
  if (state_ != CameraState::stopped) set_state(CameraState::stopped, "");
}

void CameraPipeline::launch() {
  auto launched = Pipeline::launch(text_ + " ! appsink name=" + kFrames + " sync=false", services_.timebase,
                                   [this](GstMessage* message) { on_message(message); });
  if (!launched) return fail(launched.error().message);
  pipeline_ = *std::move(launched);
  source_ = pipeline_->find_made_by("omvsrc");
  open_gate();
  frames_before_ = fanout_.counts().frames;
  first_frame_ = services_.loop.every(kLook, [this] {
    if (fanout_.counts().frames == frames_before_) return;
    backoff_.reset();
    set_state(CameraState::running, "");
    first_frame_.reset();
  });
  watch_frames();
  if (const auto played = pipeline_->play(); !played) fail(played.error().message);
}

// omvsrc knows of itself when its camera is silent, and looks for it without another pipeline.
void CameraPipeline::watch_frames() {
  launched_ = services_.timebase.now();
  if (source_ || camera_.timeout == Time(0)) return;
  silence_ = services_.loop.every(camera_.timeout / kLooks, [this] { look_for_frames(); });
}

void CameraPipeline::look_for_frames() {
  const Time silent = services_.timebase.now() - std::max(launched_, fanout_.counts().last);
  if (silent >= camera_.timeout) start_again();
}

// What is silent may not stop either: nobody waits for that, and what it holds is free when the next one begins.
void CameraPipeline::start_again() {
  close_gate();
  ElementPtr silent = pipeline_->hand_over();
  close();
  stopping_ = std::make_unique<PipelineThread>(std::move(silent), [this] {
    stopping_.reset();
    retry_ = services_.loop.after(backoff_.next(), [this] { launch(); });
  });
  stopping_->stop();
  ++restarts_;
  set_state(CameraState::lost, "no frame for " + rig::duration_text(camera_.timeout) + "; it is started again");
}

void CameraPipeline::close() {
  dropped_before_ += dropped_now();
  first_frame_.reset();
  silence_.reset();
  source_.reset();
  pipeline_.reset();
  close_gate();
}

void CameraPipeline::open_gate() {
  gate_ = std::make_shared<Gate>();
  gate_->camera = this;
  const ElementPtr sink = pipeline_->find(kFrames);
  GstAppSinkCallbacks callbacks = {};
  callbacks.new_sample = on_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, new std::shared_ptr<Gate>(gate_),
                             [](gpointer gate) { delete static_cast<std::shared_ptr<Gate>*>(gate); });
}

void CameraPipeline::close_gate() {
  if (!gate_) return;
  const std::lock_guard hold(gate_->mutex);
  gate_->camera = nullptr;
}

GstFlowReturn CameraPipeline::on_sample(GstAppSink* sink, gpointer data) {
  const SamplePtr sample(gst_app_sink_pull_sample(sink));
  Gate& gate = **static_cast<std::shared_ptr<Gate>*>(data);
  const std::lock_guard hold(gate.mutex);
  if (sample && gate.camera != nullptr) guarded([&] { gate.camera->put(sample.get()); });
  return GST_FLOW_OK;
}

void CameraPipeline::put(GstSample* sample) {
  GstBuffer* frame = gst_sample_get_buffer(sample);
  GstCaps* caps = gst_sample_get_caps(sample);
  if (frame == nullptr || caps == nullptr) return;
  GstBuffer* timed = with_running_time(frame, gst_sample_get_segment(sample));
  fanout_.put(timed, caps, services_.timebase.now());
  gst_buffer_unref(timed);
}

void CameraPipeline::on_message(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR: return fail(message_text(message));
    case GST_MESSAGE_EOS: return on_end();
    case GST_MESSAGE_WARNING: return services_.log.warning("camera", message_text(message), {{"camera", name()}});
    case GST_MESSAGE_ELEMENT:
      if (source_ && GST_MESSAGE_SRC(message) == GST_OBJECT(source_.get()))
        on_camera_message(gst_message_get_structure(message));
      return listener_.on_element(*this, message);
    default: return;
  }
}

// A camera that omvsrc looks for itself keeps its pipeline.
void CameraPipeline::on_camera_message(const GstStructure* said) {
  if (gst_structure_has_name(said, "omv-script")) return on_script_message(said);
  if (!gst_structure_has_name(said, "omv-camera")) return;
  const gchar* state = gst_structure_get_string(said, "state");
  if (g_strcmp0(state, "lost") == 0) {
    ++restarts_;
    set_state(CameraState::lost, "it is looked for");
  } else if (g_strcmp0(state, "found") == 0 && state_ == CameraState::lost) {
    set_state(CameraState::running, "");
  }
}

// One that is to be endless is started again by omvsrc, which says so; else the end of the stream follows.
void CameraPipeline::on_script_message(const GstStructure* said) {
  const gchar* failure = gst_structure_get_string(said, "error");
  script_failure_ = failure != nullptr ? failure : "";
}

// The script of an OpenMV camera may end because it is done; other sources just should not.
void CameraPipeline::on_end() {
  if (!source_) return fail("its stream has ended");
  if (!script_failure_.empty()) return fail("its script has failed: " + std::exchange(script_failure_, ""));
  close();
  set_state(CameraState::stopped, "its script has ended");
}

void CameraPipeline::fail(const std::string& why) {
  close();
  ++restarts_;
  set_state(CameraState::failed, why);
  if (state_ != CameraState::failed) return;  // the listener has stopped it
  retry_ = services_.loop.after(backoff_.next(), [this] { launch(); });
}

void CameraPipeline::set_state(CameraState state, const std::string& message) {
  const bool is_other = state != state_ || message != message_;
  state_ = state;
  message_ = message;
  if (is_other) listener_.on_camera_state(*this);
}

CameraStatus CameraPipeline::status() const {
  CameraStatus status;
  status.name = name();
  status.state = state_;
  status.message = message_;
  status.preview_problem = preview_->problem();
  const FrameCounts counts = fanout_.counts();
  status.frames = counts.frames;
  status.bytes = counts.bytes;
  status.dropped = dropped();
  status.restarts = restarts_;
  if (counts.frames > 0)
    status.last_frame = std::chrono::duration_cast<std::chrono::milliseconds>(services_.timebase.now() - counts.last);
  const CapsPtr caps(fanout_.caps());
  if (!caps) return status;
  const GstStructure* kind = gst_caps_get_structure(caps.get(), 0);
  status.format = format_name(kind);
  gint width = 0;
  gint height = 0;
  gst_structure_get_int(kind, "width", &width);
  gst_structure_get_int(kind, "height", &height);
  status.width = static_cast<std::uint32_t>(width);
  status.height = static_cast<std::uint32_t>(height);
  return status;
}

std::uint64_t CameraPipeline::dropped() const { return dropped_before_ + dropped_now(); }

std::uint64_t CameraPipeline::dropped_now() const {
  if (!source_) return 0;
  GstStructure* raw = nullptr;
  g_object_get(source_.get(), "stats", &raw, nullptr);
  if (raw == nullptr) return 0;
  const StructurePtr stats(raw);
  std::uint64_t dropped = 0;
  for (const char* name : kDropCounts) {
    guint64 count = 0;
    gst_structure_get_uint64(stats.get(), name, &count);
    dropped += count;
  }
  return dropped;
}

}  // namespace omv::runner
