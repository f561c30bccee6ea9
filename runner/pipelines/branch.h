// SPDX-License-Identifier: LGPL-2.1-or-later
// One record of one camera: a pipeline of its own behind the camera's frames, so that neither takes the other along.
#pragma once

#include <gst/app/gstappsrc.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/control.h"
#include "runner/files/finished_file.h"
#include "runner/pipelines/fanout.h"
#include "runner/pipelines/pipeline.h"
#include "runner/pipelines/segment_cutter.h"
#include "runner/pipelines/stream_link.h"
#include "runner/services.h"
#include "runner/triggers/wall_timer.h"

namespace omv::runner {

class Branch;

/// Called on the loop's thread.
class BranchListener {
 public:
  virtual ~BranchListener() = default;

  virtual void on_file(const Branch& branch, const FinishedFile& file) = 0;

  /// After finish(): all files are whole. The branch may go, though not within this call.
  virtual void on_finished(Branch& branch) = 0;
};

/// Takes frames from launch to finish, over all errors of its pipeline and of the camera's. take() is the camera's
/// streaming thread's, everything else the loop's.
class Branch final : public FrameTaker {
 public:
  /// `sink` as rig::sink_text(). Everything outlives this object. Frames come when it is added to a fanout.
  Branch(const rig::Record& record, std::string camera, std::string sink, const Services& services,
         BranchListener& listener);
  Branch(const Branch&) = delete;
  Branch& operator=(const Branch&) = delete;
  ~Branch() override { close(); }

  void start();
  void take(GstBuffer* frame, GstCaps* caps) override;

  /// What the record does about a trigger. False: nothing, though it should, as it can't write now.
  bool trigger(const GstStructure* trigger);

  /// No more frames: files are finished, then on_finished() comes. Once.
  void finish();

  /// Less than `stop_free` is left, or there is room again: files are finished meanwhile.
  void set_writable(bool writable, const std::string& why);

  const rig::Record& record() const { return record_; }
  const std::string& camera() const { return camera_; }
  RecordStatus status() const;
  std::uint64_t lost() const;

  /// Triggers that were refused, and clips that were cut off as the record failed: nobody knows of how many frames.
  std::uint64_t missed() const { return missed_; }

  bool is_finished() const { return finished_; }

 private:
  enum class End { none, finish, pause };

  void launch();
  void close();
  void on_message(GstMessage* message);
  void on_element(const GstStructure* said);
  void on_end();
  void on_finish();
  void fail(const std::string& why);
  void end_input();
  bool pass_on(const GstStructure* trigger);
  void count_cut_off();
  void set_clip(const GstStructure* said, bool is_open);
  GstStructure* sink_stats() const;
  std::uint64_t lost_stills() const;
  void add_ring(RecordStatus& status) const;

  const rig::Record record_;
  const std::string camera_;
  const std::string sink_text_;
  Services services_;
  BranchListener& listener_;

  std::mutex input_mutex_;                    // guards what follows to `caps_`
  ElementPtr input_;                          // appsrc; null: frames go nowhere
  GstCaps* caps_ = nullptr;                   // that it knows
  std::atomic<std::uint64_t> not_taken_ = 0;  // frames that should have been recorded

  std::unique_ptr<StreamLink> stream_;  // of a stream, which has nothing of what follows
  std::unique_ptr<Pipeline> pipeline_;
  ElementPtr sink_;  // omvclipsink or omvimagesink
  std::unique_ptr<SegmentCutter> cutter_;
  std::unique_ptr<WallTimer> schedule_;
  Backoff backoff_;
  Watch retry_;
  End ending_ = End::none;
  bool finished_ = false;
  bool writable_ = true;
  std::set<guint64> open_clips_;       // their numbers: on a slow disk one begins before the last one is done
  std::atomic<bool> in_clip_ = false;  // whether there are any
  std::uint64_t missed_ = 0;
  RecordStatus status_;
  std::uint64_t lost_stills_before_ = 0;
};

}  // namespace omv::runner
