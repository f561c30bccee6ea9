// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig that runs: its cameras, its records, and the triggers between them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/model.h"
#include "runner/pipelines/branch.h"
#include "runner/pipelines/camera_pipeline.h"
#include "runner/services.h"
#include "runner/triggers/trigger_bus.h"
#include "runner/triggers/trigger_sources.h"

namespace omv::runner {

/// Of the loop's thread; trigger_bus() of any.
class RunningRig final : CameraListener, BranchListener {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_file(const Branch& branch, const FinishedFile& file) = 0;
    virtual void on_camera_state(const CameraPipeline& camera) = 0;
    virtual void on_trigger(const std::string& trigger) = 0;
    virtual void on_stopped() = 0;  ///< after stop(): every file is finished
  };

  RunningRig(const Services& services, Listener& listener);
  ~RunningRig() override;

  /// What is to run from now on; parts that are the same in both rigs run on. Triggers that can't be watched are told
  /// in the log and raised by `omv trigger` alone.
  void apply(const rig::Rig& rig);

  /// Cameras stop, files are finished, then on_stopped() comes.
  void stop();

  /// Whether files may be written.
  void set_writable(bool writable, const std::string& why);

  TriggerBus& triggers() { return bus_; }
  const std::vector<std::unique_ptr<CameraPipeline>>& cameras() const { return cameras_; }
  const std::vector<std::unique_ptr<Branch>>& branches() const { return branches_; }

  /// As Status has them, over all that has come and gone; cameras without rates.
  std::vector<CameraStatus> camera_status() const;
  std::vector<RecordStatus> record_status() const;

  /// Frames that should have been recorded and are not, since the start.
  std::uint64_t lost() const;

  /// Triggers that records have refused, and clips that were cut off, likewise.
  std::uint64_t missed() const;

  /// Records that are not finished yet, as they are while the rig stops.
  std::size_t unfinished() const;

 private:
  void on_element(const CameraPipeline& camera, GstMessage* message) override;
  void on_camera_state(const CameraPipeline& camera) override;
  void on_file(const Branch& branch, const FinishedFile& file) override;
  void on_finished(Branch& branch) override;

  struct Source {
    std::string identity;
    std::unique_ptr<TriggerSource> source;  // null for a type that needs none
  };

  // What a change of a camera is a change of.
  struct CameraIs {
    std::string section;
    std::optional<std::string> script;  // what its file says; none: there is none, or it can't be read
  };
  static CameraIs what_is(const rig::Rig& rig, const rig::Camera& camera);

  void deliver(const std::string& trigger, const GstStructure* facts);
  void apply_cameras();
  void apply_branches();
  void apply_triggers();
  void add_camera(const rig::Camera& camera);
  void dismiss(CameraPipeline& camera);
  bool is_wanted(const CameraPipeline& camera) const;
  void add_branch(const rig::Record& record, const CameraPipeline& camera, const std::string& identity);
  void retire(Branch& branch);
  void bury(Branch& branch);
  RecordStatus status_of(const rig::Record& record, const std::string& camera) const;
  CameraPipeline* find_camera(const std::string& name) const;

  Services services_;
  Listener& listener_;
  rig::Rig rig_;
  bool stopping_ = false;
  bool writable_ = true;
  std::string why_not_;
  TriggerBus bus_;
  std::map<std::string, Source> sources_;                 // by the trigger's name
  std::vector<std::unique_ptr<CameraPipeline>> cameras_;  // in the order of the file
  std::map<const CameraPipeline*, CameraIs> camera_is_;
  std::vector<std::unique_ptr<Branch>> branches_;  // gone before their cameras
  std::map<const Branch*, std::string> branch_is_;
  std::vector<std::unique_ptr<Branch>> leaving_;                                // finish their files
  std::uint64_t lost_before_ = 0;                                               // by what is gone
  std::uint64_t missed_before_ = 0;                                             // likewise
  std::map<std::string, CameraStatus> cameras_before_;                          // their counts, likewise
  std::map<std::pair<std::string, std::string>, RecordStatus> records_before_;  // by record and camera
};

}  // namespace omv::runner
