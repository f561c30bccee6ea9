// SPDX-License-Identifier: LGPL-2.1-or-later
// Connecting, sending, noticing that nothing is sent, and connecting anew.
#include "runner/pipelines/stream_link.h"

#include <string_view>
#include <utility>

#include "runner/pipelines/without_secrets.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;

constexpr Time kFirstDelay = 500ms;
constexpr Time kLongestDelay = 1min;
constexpr Time kLook = 200ms;
constexpr const char* kInput = "omv.input";  // no section of a rig file can be called so

// Its queue holds as much time as it has bytes for; elements that wait for clocks want to know.
constexpr const char* kSource =
    "appsrc name=omv.input is-live=true format=time max-bytes=0 min-latency=0 max-latency=3600000000000 ! ";

// What takes whole frames, a buffer each, and nothing behind it loses any.
constexpr const char* kTakers[] = {"rtspclientsink", "mpegtsmux", "omvlenpay"};

}  // namespace

StreamLink::StreamLink(const rig::Record& record, const std::string& camera, std::string sink, const Services& services)
    : record_(record),
      camera_(camera),
      sink_text_(std::move(sink)),
      services_(services),
      backoff_(kFirstDelay, kLongestDelay) {}

void StreamLink::start() { launch(); }

// ---- a connection --------------------------------------------------------------------------------------------------

void StreamLink::launch() {
  retry_.reset();
  auto launched =
      Pipeline::launch(kSource + sink_text_, services_.timebase, [this](GstMessage* message) { on_message(message); });
  if (!launched) return fail(launched.error().message);
  pipeline_ = *std::move(launched);
  count_frames();
  {
    const std::lock_guard hold(input_mutex_);
    input_ = pipeline_->find(kInput);  // queues frames from now on
  }
  stall_ = StallWatch(services_.timebase.now());
  look_ = services_.loop.every(kLook, [this] { look(); });
  thread_ = std::make_unique<PipelineThread>(pipeline_->hand_over(), [this] { on_stopped(); });
}

GstPadProbeReturn StreamLink::on_frame(GstPad*, GstPadProbeInfo* info, gpointer sent) {
  auto& counts = **static_cast<std::shared_ptr<Sent>*>(sent);
  ++counts.frames;
  counts.bytes += gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
}

void StreamLink::count_frames() {
  sent_ = std::make_shared<Sent>();
  for (const char* name : kTakers) {
    const ElementPtr taker = pipeline_->find_made_by(name);
    if (!taker || taker->sinkpads == nullptr) continue;
    gst_pad_add_probe(GST_PAD(taker->sinkpads->data), GST_PAD_PROBE_TYPE_BUFFER, on_frame,
                      new std::shared_ptr<Sent>(sent_),
                      [](gpointer shared) { delete static_cast<std::shared_ptr<Sent>*>(shared); });
  }
}

void StreamLink::take(GstBuffer* frame, GstCaps* caps) {
  const std::lock_guard hold(input_mutex_);
  const std::uint64_t size = gst_buffer_get_size(frame);
  auto* input = GST_APP_SRC(input_.get());
  ++offered_;
  if (input == nullptr || gst_app_src_get_current_level_bytes(input) + size > record_.queue) {
    ++not_taken_;
    return;
  }
  if (caps_ != caps) {
    gst_caps_replace(&caps_, caps);
    gst_app_src_set_caps(input, caps);
  }
  ++taken_;
  gst_app_src_push_buffer(input, gst_buffer_ref(frame));
}

void StreamLink::on_message(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR: return fail(message_text(message));
    case GST_MESSAGE_EOS: return on_finished_ ? leave() : fail("the other side has ended it");
    case GST_MESSAGE_WARNING: return on_warning(message);
    default: return;
  }
}

// The payloader of JPEG drops what it can't carry, and would for ever.
void StreamLink::on_warning(GstMessage* message) {
  const std::string text = without_secrets(message_text(message));
  if (is_made_by(GST_MESSAGE_SRC(message), "rtpjpegpay"))
    return fail("RTP can't carry this JPEG (" + text + "), only colour with less chroma than luma: set the camera's " +
                "quality to 59 at most, or codec = \"h264\"");
  if (std::exchange(warning_, text) == text) return;
  services_.log.warning("stream", label() + ": " + text, fields());
}

bool StreamLink::has_taken() {
  const std::lock_guard hold(input_mutex_);
  return taken_ > 0;
}

std::uint64_t StreamLink::offered_now() {
  const std::lock_guard hold(input_mutex_);
  return offered_;
}

// Whether anything moves, when frames come.
void StreamLink::look() {
  const std::uint64_t sent = sent_->frames;
  const Time silence = stall_.look(services_.timebase.now(), offered_now(), sent);
  if (silence == Time(0)) {
    if (sent > 1) go_on();  // the first frame may have left without a connection
  } else if (silence >= kStall) {
    fail("nothing was taken for " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kStall).count()) +
         " s");
  }
}

void StreamLink::go_on() {
  backoff_.reset();
  if (std::exchange(state_, RecordState::recording) == RecordState::recording) return;
  message_.clear();
  services_.log.info("stream", label() + " is sent to " + place(), fields());
}

// For people, without passwords.
std::string StreamLink::place() const {
  constexpr std::string_view kCamera = "%{camera}";
  std::string url = record_.url;
  for (std::size_t at = url.find(kCamera); at != std::string::npos; at = url.find(kCamera, at + camera_.size()))
    url.replace(at, kCamera.size(), camera_);
  return without_secrets(url);
}

// ---- its end -------------------------------------------------------------------------------------------------------

// What is with a connection that ends was not sent.
void StreamLink::settle() {
  const std::lock_guard hold(input_mutex_);
  input_.reset();
  gst_clear_caps(&caps_);
  offered_ = 0;
  const std::uint64_t taken = std::exchange(taken_, 0);
  const auto sent = std::exchange(sent_, nullptr);
  if (!sent) return;
  const std::uint64_t frames = sent->frames;
  frames_ += frames;
  bytes_ += sent->bytes;
  if (taken > frames) lost_ += taken - frames;
}

void StreamLink::close() {
  look_.reset();
  settle();
  pipeline_.reset();
  if (thread_) thread_->stop();
}

void StreamLink::fail(const std::string& reason) {
  const std::string why = without_secrets(reason);
  const bool is_known = state_ == RecordState::failed && message_ == why;
  state_ = RecordState::failed;
  message_ = why;
  if (is_known)
    services_.log.debug("stream", label() + ": " + why, fields());
  else
    services_.log.warning("losses", label() + " is not sent: " + why, fields());
  close();
  if (!thread_) return on_stopped();
  if (given_up_ < kMostGivenUp) patience_ = services_.loop.after(kPatience, [this] { give_up(); });
}

// Elements may wait for ever for a network that is gone. Their thread is left alone with them.
void StreamLink::give_up() {
  ++given_up_;
  services_.log.warning("stream", label() + ": the last connection does not stop, and is left alone", fields());
  on_stopped();
}

// The next connection waits until the last one is gone: hubs take one at a time.
void StreamLink::on_stopped() {
  patience_.reset();
  thread_.reset();
  if (on_finished_) {
    farewell_.reset();
    const auto call = std::exchange(on_finished_, nullptr);
    return call();
  }
  retry_ = services_.loop.after(backoff_.next(), [this] { launch(); });
}

void StreamLink::finish(std::function<void()> on_finished) {
  retry_.reset();
  on_finished_ = std::move(on_finished);
  if (!thread_) {
    retry_ = services_.loop.after(Time(0), [this] { on_stopped(); });
    return;
  }
  if (!has_taken()) return leave();  // an end without a beginning is an error to some elements
  {
    const std::lock_guard hold(input_mutex_);
    if (input_) gst_app_src_end_of_stream(GST_APP_SRC(input_.get()));
    input_.reset();
  }
  farewell_ = services_.loop.after(kFarewell, [this] { leave(); });
}

void StreamLink::leave() {
  close();
  farewell_ = services_.loop.after(kFarewell, [this] { on_stopped(); });
}

// ---- statistics ----------------------------------------------------------------------------------------------------

void StreamLink::describe(RecordStatus& status) const {
  status.state = state_;
  status.message = message_;
  status.frames = frames_ + (sent_ ? sent_->frames.load() : 0);
  status.bytes = bytes_ + (sent_ ? sent_->bytes.load() : 0);
  status.lost = lost();
}

}  // namespace omv::runner
