// SPDX-License-Identifier: LGPL-2.1-or-later
// One camera: a pipeline that dies and returns alone, and whose frames others take.
#pragma once

#include <gst/app/gstappsink.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/control.h"
#include "runner/pipelines/fanout.h"
#include "runner/pipelines/pipeline.h"
#include "runner/pipelines/pipeline_thread.h"
#include "runner/previews/camera_preview.h"
#include "runner/services.h"

namespace omv::runner {

class CameraPipeline;

/// Called on the loop's thread.
class CameraListener {
 public:
  virtual ~CameraListener() = default;

  /// An element of its pipeline said something.
  virtual void on_element(const CameraPipeline& camera, GstMessage* message) = 0;

  /// Its state is another one than before.
  virtual void on_camera_state(const CameraPipeline& camera) = 0;
};

/// From launch to stop, over all errors: a pipeline that failed, or a source other than omvsrc that fell silent, is
/// made anew, later each time. Of the loop's thread; fanout() of any.
class CameraPipeline {
 public:
  /// `text` as source_text(). Everything outlives this object.
  CameraPipeline(const rig::Camera& camera, std::string text, const Services& services, CameraListener& listener);
  CameraPipeline(const CameraPipeline&) = delete;
  CameraPipeline& operator=(const CameraPipeline&) = delete;
  ~CameraPipeline() { stop(); }

  void start();
  void stop();  ///< for good; frames that have arrived are with their takers

  const std::string& name() const { return camera_.name; }
  const rig::Camera& settings() const { return camera_; }
  Fanout& fanout() { return fanout_; }
  FrameCounts counts() const { return fanout_.counts(); }
  CameraState state() const { return state_; }
  const std::string& message() const { return message_; }
  std::uint64_t restarts() const { return restarts_; }
  std::uint64_t dropped() const;  ///< frames that the source says it lost

  /// Without rates; counts are those of this pipeline.
  CameraStatus status() const;

  /// Its live pictures.
  const std::shared_ptr<CameraPreview>& preview() const { return preview_; }

 private:
  // A pipeline may outlive its camera, by as long as it takes to stop.
  struct Gate {
    std::mutex mutex;
    CameraPipeline* camera = nullptr;  // null: closed
  };

  static GstFlowReturn on_sample(GstAppSink* sink, gpointer gate);
  void put(GstSample* sample);
  void open_gate();
  void close_gate();
  void launch();
  void close();
  void start_again();
  void on_message(GstMessage* message);
  void on_camera_message(const GstStructure* said);
  void on_script_message(const GstStructure* said);
  void on_end();
  void watch_frames();
  void look_for_frames();
  void fail(const std::string& why);
  void set_state(CameraState state, const std::string& message);
  std::uint64_t dropped_now() const;

  const rig::Camera camera_;
  const std::string text_;
  Services services_;
  CameraListener& listener_;
  Fanout fanout_;
  std::shared_ptr<CameraPreview> preview_;
  Backoff backoff_;
  std::unique_ptr<Pipeline> pipeline_;
  std::shared_ptr<Gate> gate_;                // of that pipeline
  std::unique_ptr<PipelineThread> stopping_;  // the one before, which was silent
  ElementPtr source_;                         // omvsrc; null: another one
  Watch retry_;
  Watch first_frame_;
  Watch silence_;  // of a source that does not watch itself
  Time launched_{0};
  CameraState state_ = CameraState::starting;
  std::string message_;
  std::string script_failure_;  // of the script that ran last
  std::uint64_t restarts_ = 0;
  std::uint64_t dropped_before_ = 0;  // by pipelines that are gone
  std::uint64_t frames_before_ = 0;
};

}  // namespace omv::runner
