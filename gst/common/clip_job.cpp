// SPDX-License-Identifier: LGPL-2.1-or-later
// A clip's frames through a pipeline of its own into its place.
#include "common/clip_job.h"

#include <chrono>
#include <exception>
#include <utility>

#include "common/clip_pipeline.h"
#include "common/clip_place.h"
#include "omv/storage/atomic_file.h"
#include "omv/storage/directories.h"

namespace omv::gst {

namespace {

using std::chrono::steady_clock;

// A clip that could not begin tries again so often.
constexpr auto kBetweenTries = std::chrono::seconds(1);

struct UnrefTags {
  void operator()(GstTagList* tags) const { gst_tag_list_unref(tags); }
};

// A muxer would take the time at which it is fed for the time of the capture. Stills have a date each.
std::unique_ptr<GstTagList, UnrefTags> tags_of(const ClipOpening& opening, bool is_one_file) {
  GstTagList* tags = opening.tags ? gst_tag_list_copy(opening.tags.get()) : gst_tag_list_new_empty();
  if (!is_one_file) return std::unique_ptr<GstTagList, UnrefTags>(tags);
  GstDateTime* date = gst_date_time_new_from_unix_epoch_utc_usecs(opening.wall_clock.count() / 1000);
  if (date != nullptr) {
    gst_tag_list_add(tags, GST_TAG_MERGE_REPLACE, GST_TAG_DATE_TIME, date, nullptr);
    gst_date_time_unref(date);
  }
  return std::unique_ptr<GstTagList, UnrefTags>(tags);
}

// Names are found in the order of clips. Taken once, and ended at the latest when this goes.
class Turn {
 public:
  Turn(ClipDesk& desk, std::uint64_t number) : desk_(desk), number_(number) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    take();
    end();
  }

  void take() {
    if (!std::exchange(taken_, true)) desk_.wait_for_turn(number_);
  }
  void end() {
    if (!std::exchange(ended_, true)) desk_.end_turn();
  }

 private:
  ClipDesk& desk_;
  std::uint64_t number_;
  bool taken_ = false;
  bool ended_ = false;
};

// Gives a frame's room back when it goes.
class Releasing {
 public:
  Releasing(ClipInput& input, ClipFrame& frame) : input_(input), frame_(frame) {}
  Releasing(const Releasing&) = delete;
  Releasing& operator=(const Releasing&) = delete;
  ~Releasing() { input_.release(frame_); }

 private:
  ClipInput& input_;
  ClipFrame& frame_;
};

class Job {
 public:
  Job(ClipDesk& desk, const ClipOpening& opening, ClipInput& input)
      : desk_(desk), opening_(opening), input_(input), turn_(desk, opening.turn) {}

  void run() {
    while (auto frame = input_.next()) {
      const Releasing whatever_happens(input_, *frame);
      take(*frame);
    }
    finish();
    desk_.done(report_);
  }

 private:
  void take(const ClipFrame& frame);
  bool may_begin(const ClipFrame& frame) const;
  Result<void> begin(const ClipFrame& frame);
  Result<void> write(const ClipFrame& frame);
  void fail(Error error);
  void close();
  void finish();
  void describe();
  Result<void> publish();
  void sync_name();
  Result<void> write_json(const std::string& location) const;

  ClipDesk& desk_;
  const ClipOpening& opening_;
  ClipInput& input_;

  Turn turn_;
  std::unique_ptr<ClipPlace> place_;  // before the pipeline that writes there
  std::unique_ptr<ClipPipeline> pipeline_;
  std::optional<steady_clock::time_point> tried_;
  const RingFormat* format_ = nullptr;  // of the frame before
  GstClockTimeDiff zero_ = 0;           // time of the first frame in the file
  std::uint64_t held_ = 0;              // bytes that went in since the file last grew
  std::uint64_t size_ = 0;              // of the file then
  ClipLosses losses_;
  ClipReport report_;
};

// ---- frames --------------------------------------------------------------------------------------------------------

void Job::take(const ClipFrame& frame) {
  if (may_begin(frame)) {
    if (auto begun = begin(frame); !begun) fail(std::move(begun).error());
  }
  if (pipeline_) {
    if (auto written = write(frame); !written) fail(std::move(written).error());
  }
  if (pipeline_) {
    if (report_.frames++ == 0) desk_.listener().on_started(opening_, place_->location(), place_->part());
    return;
  }
  const bool is_full = report_.error && report_.error->code == Errc::full;
  losses_.add(is_full ? LossReason::disk_full : LossReason::failed, frame.sequence);
}

bool Job::may_begin(const ClipFrame& frame) const {
  if (place_ || !frame.is_key) return false;
  return !tried_ || steady_clock::now() - *tried_ >= kBetweenTries;
}

Result<void> Job::begin(const ClipFrame& frame) {
  tried_ = steady_clock::now();
  turn_.take();
  auto found = ClipPlace::find(desk_, opening_);
  turn_.end();
  OMV_TRY(auto place, std::move(found));
  OMV_CHECK(place->wait());
  const RingFormat& format = *frame.held.format;
  const auto tags = tags_of(opening_, place->output() != nullptr);
  ClipChain chain{clip_chain_for(desk_.muxer(), format.caps), {}, &format, tags.get()};
  if (place->output() == nullptr) chain.stills_location = clip_stills_location(place->part(), format.caps);
  auto pipeline = ClipPipeline::start(chain, place->output());
  if (!pipeline) {
    place->discard(desk_);
    return std::move(pipeline).error();
  }
  place_ = std::move(place);
  pipeline_ = *std::move(pipeline);
  format_ = frame.held.format.get();
  zero_ = frame.pts;
  return {};
}

Result<void> Job::write(const ClipFrame& frame) {
  const std::uint64_t bytes = gst_buffer_get_size(frame.held.buffer.get());
  if (storage::Output* output = place_->output(); output != nullptr) {
    if (output->size() != std::exchange(size_, output->size())) held_ = 0;
    OMV_CHECK(desk_.make_room(*output, held_ + bytes));
    held_ += bytes;
  }
  if (frame.held.format.get() != format_) {
    format_ = frame.held.format.get();
    OMV_CHECK(pipeline_->change_format(*format_));
  }
  const bool has_dts = GST_CLOCK_STIME_IS_VALID(frame.dts);
  return pipeline_->push(frame.held.buffer.get(), frame.pts - zero_, has_dts ? frame.dts - zero_ : frame.dts);
}

// ---- the end -------------------------------------------------------------------------------------------------------

// The first thing that went wrong is told; the file ends here, as well as it can. Without a frame in it there may be
// another try.
void Job::fail(Error error) {
  if (!report_.error) report_.error = std::move(error);
  close();
  if (!place_ || report_.frames > 0) return;
  place_->discard(desk_);
  place_.reset();
}

void Job::close() {
  if (!pipeline_) return;
  auto finished = pipeline_->finish();
  if (place_->output() == nullptr) report_.frames = pipeline_->stills_saved();
  pipeline_.reset();
  const bool is_file = place_->output() != nullptr && place_->output()->can_seek();
  report_.complete = finished.has_value() || (is_file && desk_.muxer().is_whole_anywhere);
  if (!finished && !report_.error) report_.error = std::move(finished).error();
}

void Job::finish() {
  close();
  describe();
  if (!place_) {
    report_.complete = false;
    return;
  }
  if (auto published = report_.complete ? publish() : Result<void>(); !published) {
    report_.complete = false;
    report_.error = std::move(published).error();
  }
  if (report_.complete) return;
  report_.location = place_->part();
  if (place_->leave()) (void)write_json(place_->location());  // its disk may be gone as well
}

void Job::describe() {
  report_.clip = input_.facts();
  report_.losses = input_.losses();
  report_.losses.merge(losses_);
  report_.muxer = desk_.muxer().name;
  gchar* caps = gst_caps_to_string(opening_.format->caps);
  report_.caps = caps;
  g_free(caps);
  report_.wall_clock = opening_.wall_clock;
  report_.file_start = std::chrono::nanoseconds(zero_);
  if (place_) report_.file_bytes = place_->bytes();
  if (place_) report_.location = place_->location();
  report_.as_in_file();
}

Result<void> Job::publish() {
  OMV_TRY(report_.location, place_->publish(desk_, [this](const std::string& path) {
    report_.location = path;
    if (auto written = write_json(path); !written && !report_.error) report_.error = std::move(written).error();
  }));
  sync_name();
  return {};
}

// The clip has its name, even if a power cut may take it back.
void Job::sync_name() {
  const bool is_pipe = place_->output() != nullptr && !place_->output()->can_seek();
  if (!desk_.syncs() || is_pipe) return;
  auto synced = storage::sync_directory(storage::directory_of(report_.location));
  if (!synced && !report_.error) report_.error = std::move(synced).error();
}

Result<void> Job::write_json(const std::string& location) const {
  storage::AtomicFiles files({.sync = desk_.syncs()});
  OMV_TRY(storage::AtomicFile file, files.begin(storage::directory_of(location)));
  OMV_CHECK(file.write(as_bytes(clip_json(report_))));
  return file.commit(location + kClipJsonSuffix);
}

}  // namespace

void write_clip(ClipDesk& desk, const ClipOpening& opening, ClipInput& input) {
  ClipReport lost;
  try {
    Job(desk, opening, input).run();
    return;
  } catch (const std::exception& exception) {
    lost.error = Error{Errc::limit, std::string("a clip: ") + exception.what()};
  }
  while (auto frame = input.next()) {
    lost.losses.add(LossReason::failed, frame->sequence);
    input.release(*frame);
  }
  lost.clip = input.facts();
  lost.losses.merge(input.losses());
  desk.done(lost);
}

}  // namespace omv::gst
