// SPDX-License-Identifier: LGPL-2.1-or-later
// The queue between two threads, and what is told to the bus.
#include "common/camera_capture.h"

#include <algorithm>
#include <utility>

#include "common/camera_link.h"
#include "common/camera_report.h"
#include "common/error.h"

namespace omv::gst {

namespace {

constexpr GstClockTime kMaxLatency = 2 * GST_SECOND;
constexpr GstClockTime kLatencyStep = 20 * GST_MSECOND;
constexpr std::size_t kMaxTriggers = 1024;  // that wait
constexpr std::size_t kLongestRecord = camera::ScriptConsole::kLongestLine;

Time now() { return Clock::steady()->now(); }

}  // namespace

CameraCapture::CameraCapture(GstElement* element, CaptureOptions options, camera::LiveCamera::Opener open)
    : element_(element),
      overflow_(options.overflow),
      endless_script_(options.endless_script),
      camera_(std::move(options.camera), std::move(open), allocate_buffer, *this) {}

CameraCapture::~CameraCapture() = default;

// ---- the streaming thread ------------------------------------------------------------------------------------------

Result<CameraCapture::Item> CameraCapture::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return interrupted_ || !items_.empty() || end_; });
  if (interrupted_) return Error{Errc::cancelled, "interrupted"};
  if (items_.empty()) return *end_;
  Item item = std::move(items_.front());
  items_.pop_front();
  if (const auto* frame = std::get_if<Frame>(&item)) {
    --frames_;
    bytes_ -= frame->frame.size;
    ++stats_.frames;
    stats_.bytes += frame->frame.size;
    if (std::exchange(full_, is_full()) && !full_) camera_.wake();
  }
  return item;
}

void CameraCapture::interrupt(bool interrupted) {
  const std::lock_guard lock(mutex_);
  interrupted_ = interrupted;
  changed_.notify_all();
}

void CameraCapture::set_playing(bool playing) {
  const GstClockTime time = running_time(now());
  const std::lock_guard lock(mutex_);
  if (std::exchange(playing_, playing) && !playing) paused_at_ = time;
  camera_.wake();
}

CaptureStats CameraCapture::stats() const {
  camera::LiveStats camera = camera_.stats();
  const std::lock_guard lock(mutex_);
  CaptureStats stats = stats_;
  stats.camera = camera;
  return stats;
}

std::optional<camera::BoardInfo> CameraCapture::board() const {
  const std::lock_guard lock(mutex_);
  return board_;
}

// ---- time ----------------------------------------------------------------------------------------------------------

// Running time of something that happened at `at`; NONE without a clock. In a pause the clock goes on, running time
// does not.
GstClockTime CameraCapture::running_time(Time at) const {
  GstClock* clock = gst_element_get_clock(element_);
  if (clock == nullptr) return GST_CLOCK_TIME_NONE;
  const GstClockTime base = gst_element_get_base_time(element_);
  const GstClockTime time = gst_clock_get_time(clock);
  gst_object_unref(clock);
  const auto ago = static_cast<GstClockTime>(std::max<std::int64_t>((now() - at).count(), 0));
  const GstClockTime running = time > base + ago ? time - base - ago : 0;
  const std::lock_guard lock(mutex_);
  return playing_ ? running : std::min(running, paused_at_);
}

// What is reported grows with what is measured, in steps that grow as well: every one makes the pipeline ask again.
// A frame that was held up for seconds is late for everybody; the others need not wait for its like.
void CameraCapture::measure_latency(Time transfer) {
  const auto measured = static_cast<GstClockTime>(std::max<std::int64_t>(transfer.count(), 0));
  {
    const std::lock_guard lock(mutex_);
    if (measured <= stats_.latency || measured > kMaxLatency) return;
    stats_.latency = ((measured + measured / 4) / kLatencyStep + 1) * kLatencyStep;
  }
  gst_element_post_message(element_, gst_message_new_latency(GST_OBJECT(element_)));
}

// ---- frames --------------------------------------------------------------------------------------------------------

bool CameraCapture::is_full() const {
  return overflow_ == Overflow::block && (frames_ >= kMaxFrames || bytes_ >= kMaxBytes || !playing_);
}

bool CameraCapture::has_room() {
  const std::lock_guard lock(mutex_);
  full_ = is_full();
  return !full_;
}

void CameraCapture::on_frame(camera::FrameReceived frame, bool gap) {
  const Time arrival = frame.arrival;
  GstClockTime time = running_time(arrival);
  if (GST_CLOCK_TIME_IS_VALID(time)) time = last_time_ = std::max(last_time_, time);
  bool waited = false;
  {
    const std::lock_guard lock(mutex_);
    gap_ |= gap;
    if (!playing_ && overflow_ == Overflow::drop) {
      gap_ = true;
      return;
    }
    waited = full_;
    frames_ += 1;
    bytes_ += frame.size;
    items_.push_back(Frame{std::move(frame), time, std::exchange(gap_, false)});
    const bool too_many = overflow_ == Overflow::drop && (frames_ > kMaxFrames || (bytes_ > kMaxBytes && frames_ > 1));
    if (too_many) drop_oldest();
    changed_.notify_all();
  }
  if (!waited && !gap) measure_latency(now() - arrival);
}

void CameraCapture::drop_oldest() {
  const auto is_frame = [](const Item& item) { return std::holds_alternative<Frame>(item); };
  const auto oldest = std::find_if(items_.begin(), items_.end(), is_frame);
  --frames_;
  bytes_ -= std::get<Frame>(*oldest).frame.size;
  ++stats_.dropped_busy;
  const auto after = items_.erase(oldest);
  if (const auto next = std::find_if(after, items_.end(), is_frame); next != items_.end())
    std::get<Frame>(*next).discont = true;
}

// ---- triggers ------------------------------------------------------------------------------------------------------

void CameraCapture::on_line(const std::string& line, Time arrival) {
  const bool is_record = !line.empty() && line.front() == kRecordMark;
  if (is_record && take_record(std::string_view(line).substr(1), arrival)) return;
  post_structure(element_, line_structure(line));
}

void CameraCapture::on_channel(const camera::ChannelData& data) {
  std::string_view rest = as_text(data.data);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.starts_with(kRecordMark)) line.remove_prefix(1);
    if (!line.empty() && line.size() <= kLongestRecord && !take_record(line, data.arrival))
      post_structure(element_, line_structure(std::string(line)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// False: not a record, but text that looks like one.
bool CameraCapture::take_record(std::string_view json, Time arrival) {
  auto record = parse_record(json);
  if (!record) {
    GST_WARNING_OBJECT(element_, "a record of the camera's script is %s", record.error().message.c_str());
    return false;
  }
  Time at = arrival;
  if (record->ticks) {
    ticks_.sample(*record->ticks, arrival);
    at = std::min(at, ticks_.time_of(*record->ticks).value_or(arrival));
  }
  end_announced_ |= record->is_end;
  if (record->trigger) raise(std::move(record->trigger), at);
  return true;
}

void CameraCapture::raise(StructurePtr trigger, Time at) {
  const GstClockTime time = running_time(at);
  if (GST_CLOCK_TIME_IS_VALID(time))
    gst_structure_set(trigger.get(), "running-time", G_TYPE_UINT64, static_cast<guint64>(time), nullptr);
  post_structure(element_, gst_structure_copy(trigger.get()));
  const std::lock_guard lock(mutex_);
  ++stats_.triggers;
  insert({std::move(trigger), time});
  changed_.notify_all();
}

// In front of the first frame that is not older and has not left yet.
void CameraCapture::insert(Trigger trigger) {
  if (items_.size() - frames_ >= kMaxTriggers || !playing_) {
    ++stats_.dropped_triggers;
    return;
  }
  const auto place = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
    const auto* frame = std::get_if<Frame>(&item);
    return frame != nullptr && frame->time >= trigger.time;
  });
  items_.insert(place, std::move(trigger));
}

// ---- the camera's life ---------------------------------------------------------------------------------------------

void CameraCapture::post_camera(const char* state) const {
  GstStructure* structure = camera_structure(*board_);
  gst_structure_set(structure, "state", G_TYPE_STRING, state, nullptr);
  post_structure(element_, structure);
}

void CameraCapture::on_found(const camera::BoardInfo& board) {
  ticks_.reset();
  {
    const std::lock_guard lock(mutex_);
    board_ = board;
  }
  post_camera("found");
}

void CameraCapture::on_lost(const Error& why) {
  GST_WARNING_OBJECT(element_, "the camera is lost: %s", why.message.c_str());
  post_camera("lost");
  post_warning(element_, why, "The camera is lost and looked for");
}

void CameraCapture::on_script_started() {
  end_announced_ = false;
  post_structure(element_, script_structure("running"));
}

bool CameraCapture::on_script_ended(const std::string& failure) {
  post_structure(element_, script_structure("ended", failure));
  if (!failure.empty())
    GST_ELEMENT_WARNING(element_, STREAM, FAILED, ("The camera's script has failed: %s", failure.c_str()), (nullptr));
  return endless_script_ && !end_announced_;
}

void CameraCapture::on_end(const Error& why) {
  if (why.code != Errc::end && board_) post_camera("lost");
  const std::lock_guard lock(mutex_);
  end_ = why;
  changed_.notify_all();
}

}  // namespace omv::gst
