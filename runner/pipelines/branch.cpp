// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames into a pipeline of sinks, and what becomes of them.
#include "runner/pipelines/branch.h"

#include <utility>

#include "runner/names.h"

namespace omv::runner {

namespace {

using namespace std::chrono_literals;
using rig::RecordType;

constexpr Time kFirstDelay = 1s;
constexpr Time kLongestDelay = 1min;
constexpr const char* kInput = "omv.input";
constexpr const char* kSource = "appsrc name=omv.input is-live=true format=time max-bytes=0 ! ";

std::uint64_t number_of(const GstStructure* stats, const char* name) {
  guint64 number = 0;
  gst_structure_get_uint64(stats, name, &number);
  return number;
}

}  // namespace

Branch::Branch(const rig::Record& record, std::string camera, std::string sink, const Services& services,
               BranchListener& listener)
    : record_(record),
      camera_(std::move(camera)),
      sink_text_(std::move(sink)),
      services_(services),
      listener_(listener),
      backoff_(kFirstDelay, kLongestDelay) {
  status_.name = record_.name;
  status_.camera = camera_;
  status_.type = name_of(record_.type);
  if (record_.type == RecordType::stream)
    stream_ = std::make_unique<StreamLink>(record_, camera_, sink_text_, services_);
}

void Branch::start() {
  if (stream_) return stream_->start();
  if (writable_) launch();
  if (record_.schedule.empty()) return;
  schedule_ = std::make_unique<WallTimer>(services_.loop, record_.schedule, [this](std::time_t) {
    const StructurePtr asked(trigger_structure("schedule", services_.timebase.now()));
    trigger(asked.get());
  });
}

// ---- the pipeline --------------------------------------------------------------------------------------------------

void Branch::launch() {
  auto launched =
      Pipeline::launch(kSource + sink_text_, services_.timebase, [this](GstMessage* message) { on_message(message); });
  if (!launched) return fail(launched.error().message);
  pipeline_ = *std::move(launched);
  sink_ = pipeline_->find_made_by(record_.type == RecordType::still ? "omvimagesink" : "omvclipsink");
  if (sink_) expect_files(sink_.get(), record_.name, camera_, services_.expect);
  if (record_.type == RecordType::still) g_object_set(sink_.get(), "post-messages", TRUE, nullptr);
  const bool is_burst = record_.type == RecordType::still && record_.burst > 1 && record_.interval.count() == 0;
  if (is_burst) gst_util_set_object_arg(G_OBJECT(sink_.get()), "mode", "snapshot");
  if (const auto played = pipeline_->play(); !played) return fail(played.error().message);
  if (is_burst) gst_util_set_object_arg(G_OBJECT(sink_.get()), "mode", "burst");
  if (record_.type == RecordType::continuous)
    cutter_ = std::make_unique<SegmentCutter>(record_, services_, sink_.get());
  status_.state = record_.type == RecordType::continuous ? RecordState::recording : RecordState::idle;
  status_.message.clear();
  const std::lock_guard hold(input_mutex_);
  input_ = pipeline_->find(kInput);
}

void Branch::close() {
  {
    const std::lock_guard hold(input_mutex_);
    input_.reset();
    gst_clear_caps(&caps_);
  }
  retry_.reset();
  if (pipeline_) pipeline_->stop();  // no thread of it is in what goes now
  cutter_.reset();
  lost_stills_before_ += lost_stills();
  sink_.reset();
  pipeline_.reset();
  open_clips_.clear();
  in_clip_ = false;
}

void Branch::take(GstBuffer* frame, GstCaps* caps) {
  if (stream_) return stream_->take(frame, caps);
  const std::lock_guard hold(input_mutex_);
  const std::uint64_t size = gst_buffer_get_size(frame);
  auto* input = GST_APP_SRC(input_.get());
  if (input == nullptr || gst_app_src_get_current_level_bytes(input) + size > record_.queue) {
    if (record_.type == RecordType::continuous || in_clip_) ++not_taken_;  // else a frame now and then is wanted
    return;
  }
  if (caps_ != caps) {
    gst_caps_replace(&caps_, caps);
    gst_app_src_set_caps(input, caps);
  }
  gst_app_src_push_buffer(input, gst_buffer_ref(frame));
}

// ---- what it is asked ----------------------------------------------------------------------------------------------

bool Branch::trigger(const GstStructure* trigger) {
  const bool is_asked = record_.type == RecordType::still || record_.type == RecordType::clip;
  if (!is_asked || status_.state == RecordState::resting || pass_on(trigger)) return true;
  ++missed_;
  return false;
}

bool Branch::pass_on(const GstStructure* trigger) {
  if (!sink_ || ending_ != End::none || !writable_) return false;
  gboolean taken = FALSE;
  g_signal_emit_by_name(sink_.get(), record_.type == RecordType::still ? "snapshot" : "trigger", trigger, &taken);
  return taken != FALSE;
}

void Branch::end_input() {
  const std::lock_guard hold(input_mutex_);
  if (input_) gst_app_src_end_of_stream(GST_APP_SRC(input_.get()));
  input_.reset();
}

void Branch::finish() {
  schedule_.reset();
  if (stream_) return stream_->finish([this] { on_finish(); });
  const bool is_ending = ending_ == End::pause && pipeline_;
  ending_ = End::finish;
  if (!pipeline_) {
    retry_ = services_.loop.after(Time(0), [this] { on_end(); });
  } else if (!is_ending) {
    end_input();
  }
}

void Branch::set_writable(bool writable, const std::string& why) {
  if (writable == writable_ || stream_ || ending_ == End::finish) return;
  writable_ = writable;
  if (writable) {
    if (!pipeline_) launch();
    return;
  }
  status_.state = RecordState::no_space;
  status_.message = why;
  if (!pipeline_) {
    retry_.reset();
    return;
  }
  ending_ = End::pause;
  end_input();
}

// ---- what happens --------------------------------------------------------------------------------------------------

void Branch::on_message(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR: return fail(message_text(message));
    case GST_MESSAGE_EOS: return on_end();
    case GST_MESSAGE_ELEMENT: return on_element(gst_message_get_structure(message));
    case GST_MESSAGE_WARNING:
      return services_.log.warning("record", message_text(message), {{"record", record_.name}, {"camera", camera_}});
    default: return;
  }
}

void Branch::on_element(const GstStructure* said) {
  if (gst_structure_has_name(said, "omv-clip-started")) {
    set_clip(said, true);
    if (cutter_) cutter_->begin_segment(Time(static_cast<gint64>(number_of(said, "start"))));
    return;
  }
  auto file = finished_file(said);
  if (!file) return;
  set_clip(said, false);
  backoff_.reset();
  file->record = record_.name;
  file->camera = camera_;
  if (record_.type == RecordType::continuous) file->trigger.clear();
  status_.lost += file->lost;
  if (file->complete) {
    ++status_.files;
    status_.bytes += file->bytes;
    status_.frames += file->frames;
  }
  listener_.on_file(*this, *file);
}

void Branch::set_clip(const GstStructure* said, bool is_open) {
  guint64 number = 0;
  if (!gst_structure_get_uint64(said, "number", &number)) return;  // a still
  if (is_open)
    open_clips_.insert(number);
  else
    open_clips_.erase(number);
  in_clip_ = !open_clips_.empty();
}

void Branch::on_end() {
  const End why = std::exchange(ending_, ending_ == End::finish ? End::finish : End::none);
  if (why == End::none) {  // max_clips
    close();
    status_.state = RecordState::resting;
    return;
  }
  close();
  if (why == End::finish)
    on_finish();
  else if (writable_)
    launch();
}

void Branch::on_finish() {
  finished_ = true;
  listener_.on_finished(*this);
}

// What a sink would say of frames that it has, or has yet to get, is not heard any more.
void Branch::count_cut_off() {
  missed_ += open_clips_.size();
  const std::lock_guard hold(input_mutex_);
  if (input_ && (record_.type == RecordType::continuous || in_clip_))
    not_taken_ += gst_app_src_get_current_level_buffers(GST_APP_SRC(input_.get()));
}

void Branch::fail(const std::string& why) {
  services_.log.error("record", why, {{"record", record_.name}, {"camera", camera_}});
  count_cut_off();
  close();
  status_.state = RecordState::failed;
  status_.message = why;
  if (ending_ == End::finish) {
    retry_ = services_.loop.after(Time(0), [this] { on_end(); });
    return;
  }
  ending_ = End::none;  // nothing is left that would end
  if (writable_) retry_ = services_.loop.after(backoff_.next(), [this] { launch(); });
}

// ---- statistics ----------------------------------------------------------------------------------------------------

GstStructure* Branch::sink_stats() const {
  GstStructure* stats = nullptr;
  if (sink_) g_object_get(sink_.get(), "stats", &stats, nullptr);
  return stats;
}

std::uint64_t Branch::lost_stills() const {
  if (record_.type != RecordType::still) return 0;
  const StructurePtr stats(sink_stats());
  std::uint64_t lost = 0;
  if (stats)
    for (const char* name : {"dropped-overflow", "dropped-full", "dropped-corrupt", "failed"})
      lost += number_of(stats.get(), name);
  return lost;
}

std::uint64_t Branch::lost() const {
  if (stream_) return stream_->lost();
  return status_.lost + not_taken_ + lost_stills_before_ + lost_stills();
}

void Branch::add_ring(RecordStatus& status) const {
  const StructurePtr stats(sink_stats());
  if (!stats) return;
  RingStatus& ring = status.ring.emplace();
  ring.bytes = number_of(stats.get(), "held-bytes");
  ring.max_bytes = record_.ring;
  ring.frames = number_of(stats.get(), "held-frames");
  ring.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      Time(static_cast<gint64>(number_of(stats.get(), "held-time"))));
  ring.wanted = std::chrono::duration_cast<std::chrono::milliseconds>(record_.pre);
}

RecordStatus Branch::status() const {
  RecordStatus status = status_;
  if (stream_) {
    stream_->describe(status);
    return status;
  }
  status.lost = lost();
  if (status.state == RecordState::idle && in_clip_) status.state = RecordState::recording;
  if (record_.type == RecordType::clip) add_ring(status);
  return status;
}

}  // namespace omv::runner
