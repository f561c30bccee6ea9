// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a rig, changing it while it runs, and ending it.
#include "runner/running_rig.h"

#include <algorithm>
#include <utility>

#include "rig/branch.h"
#include "rig/launch.h"
#include "rig/reader.h"
#include "rig/resolved_text.h"
#include "runner/names.h"

namespace omv::runner {

namespace {

std::string text_of(rig::SectionKind kind, const rig::Section& section) {
  return rig::section_text(rig::section_info(kind), section);
}

std::string branch_identity(const rig::Rig& rig, const rig::Record& record, const rig::Camera& camera) {
  return camera.name + "\n" + text_of(rig::SectionKind::record, record) + rig::sink_text(rig, record, camera);
}

bool records(const rig::Record& record, const std::string& camera) {
  return std::find(record.cameras.begin(), record.cameras.end(), camera) != record.cameras.end();
}

void add_counts(CameraStatus& sum, const CameraStatus& more) {
  sum.frames += more.frames;
  sum.bytes += more.bytes;
  sum.dropped += more.dropped;
  sum.restarts += more.restarts;
}

void add_counts(RecordStatus& sum, const RecordStatus& more) {
  sum.files += more.files;
  sum.bytes += more.bytes;
  sum.frames += more.frames;
  sum.lost += more.lost;
}

bool listens_to(const rig::Record& record, const std::string& trigger) {
  return std::find(record.triggers.begin(), record.triggers.end(), trigger) != record.triggers.end();
}

}  // namespace

RunningRig::RunningRig(const Services& services, Listener& listener)
    : services_(services),
      listener_(listener),
      bus_(services, [this](const std::string& trigger, const GstStructure* facts) { deliver(trigger, facts); }) {}

RunningRig::~RunningRig() {
  sources_.clear();
  for (const auto& camera : cameras_) camera->stop();
}

// ---- what runs -----------------------------------------------------------------------------------------------------

void RunningRig::apply(const rig::Rig& rig) {
  rig_ = rig;
  bus_.set_triggers(rig_.triggers);
  apply_cameras();
  apply_branches();
  apply_triggers();
}

CameraPipeline* RunningRig::find_camera(const std::string& name) const {
  for (const auto& camera : cameras_)
    if (camera->name() == name) return camera.get();
  return nullptr;
}

// Records of a camera that changes are finished, and begun anew with it. What goes lets go of its device before another
// pipeline asks for it.
void RunningRig::apply_cameras() {
  std::vector<std::unique_ptr<CameraPipeline>> before = std::move(cameras_);
  cameras_.clear();
  for (auto& camera : before) {
    if (is_wanted(*camera)) continue;
    dismiss(*camera);
    camera.reset();
  }
  for (const rig::Camera& wanted : rig_.cameras) {
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const auto& camera) { return camera && camera->name() == wanted.name; });
    if (same != before.end())
      cameras_.push_back(std::move(*same));
    else
      add_camera(wanted);
  }
}

RunningRig::CameraIs RunningRig::what_is(const rig::Rig& rig, const rig::Camera& camera) {
  CameraIs is{text_of(rig::SectionKind::camera, camera) + rig::source_text(rig, camera), std::nullopt};
  if (camera.script.empty()) return is;
  if (auto script = rig::read_text_file(camera.script)) is.script = *std::move(script);
  return is;
}

// As it is. A script that can't be read now is none that has changed.
bool RunningRig::is_wanted(const CameraPipeline& camera) const {
  const CameraIs& was = camera_is_.at(&camera);
  return std::any_of(rig_.cameras.begin(), rig_.cameras.end(), [&](const rig::Camera& wanted) {
    if (wanted.name != camera.name()) return false;
    const CameraIs is = what_is(rig_, wanted);
    return is.section == was.section && (!is.script || is.script == was.script);
  });
}

void RunningRig::dismiss(CameraPipeline& camera) {
  camera.stop();
  camera_is_.erase(&camera);
  lost_before_ += camera.dropped();
  add_counts(cameras_before_[camera.name()], camera.status());
  for (const auto& branch : branches_) {
    if (branch->camera() != camera.name()) continue;
    camera.fanout().remove(branch.get());
    branch_is_.erase(branch.get());
  }
}

void RunningRig::add_camera(const rig::Camera& camera) {
  const std::string text = rig::source_text(rig_, camera);
  cameras_.push_back(std::make_unique<CameraPipeline>(camera, text, services_, static_cast<CameraListener&>(*this)));
  camera_is_[cameras_.back().get()] = what_is(rig_, camera);
  cameras_.back()->start();
}

void RunningRig::apply_branches() {
  std::vector<std::unique_ptr<Branch>> before = std::move(branches_);
  branches_.clear();
  for (const rig::Record& record : rig_.records)
    for (const auto& camera : cameras_) {
      if (!records(record, camera->name())) continue;
      const std::string identity = branch_identity(rig_, record, camera->settings());
      const auto same = std::find_if(before.begin(), before.end(), [&](const auto& branch) {
        const auto known = branch_is_.find(branch.get());
        return branch && known != branch_is_.end() && known->second == identity;
      });
      if (same != before.end())
        branches_.push_back(std::move(*same));
      else
        add_branch(record, *camera, identity);
    }
  for (auto& gone : before) {
    if (!gone) continue;
    Branch& branch = *gone;
    leaving_.push_back(std::move(gone));
    retire(branch);
  }
}

void RunningRig::add_branch(const rig::Record& record, const CameraPipeline& camera, const std::string& identity) {
  branches_.push_back(std::make_unique<Branch>(record, camera.name(), rig::sink_text(rig_, record, camera.settings()),
                                               services_, static_cast<BranchListener&>(*this)));
  Branch& branch = *branches_.back();
  branch_is_[&branch] = identity;
  if (!writable_) branch.set_writable(false, why_not_);
  branch.start();
  find_camera(camera.name())->fanout().add(&branch);
}

void RunningRig::retire(Branch& branch) {
  CameraPipeline* camera = find_camera(branch.camera());
  if (camera != nullptr) camera->fanout().remove(&branch);
  branch_is_.erase(&branch);
  branch.finish();
}

// What is the same listens on: lines, messages and edges that come meanwhile are not lost.
void RunningRig::apply_triggers() {
  std::erase_if(sources_, [this](const auto& entry) {
    const rig::Trigger* trigger = rig::find_trigger(rig_, entry.first);
    return trigger == nullptr || text_of(rig::SectionKind::trigger, *trigger) != entry.second.identity;
  });
  for (const rig::Trigger& trigger : rig_.triggers) {
    if (sources_.contains(trigger.name)) continue;
    auto source = make_trigger_source(trigger, services_, [this, name = trigger.name](const GstStructure* facts) {
      (void)bus_.raise(name, facts);  // it is there as long as its source is
    });
    if (source)
      sources_[trigger.name] = {text_of(rig::SectionKind::trigger, trigger), *std::move(source)};
    else
      services_.log.error("trigger", source.error().message, {{"trigger", trigger.name}});
  }
}

// ---- what happens --------------------------------------------------------------------------------------------------

void RunningRig::on_element(const CameraPipeline& camera, GstMessage* message) {
  for (const rig::Trigger& trigger : rig_.triggers)
    if (is_raised_by(trigger, camera.name(), message))
      (void)bus_.raise(trigger.name, gst_message_get_structure(message));
}

void RunningRig::deliver(const std::string& trigger, const GstStructure* facts) {
  if (stopping_) return;
  listener_.on_trigger(trigger);
  for (const auto& branch : branches_) {
    if (!listens_to(branch->record(), trigger) || branch->trigger(facts)) continue;
    services_.log.warning("trigger", "nothing is recorded of it, as the record can't write now",
                          {{"trigger", trigger}, {"record", branch->record().name}, {"camera", branch->camera()}});
  }
}

void RunningRig::on_camera_state(const CameraPipeline& camera) { listener_.on_camera_state(camera); }

void RunningRig::on_file(const Branch& branch, const FinishedFile& file) { listener_.on_file(branch, file); }

void RunningRig::on_finished(Branch& branch) {
  services_.loop.post([this, &branch] { bury(branch); });
}

void RunningRig::bury(Branch& branch) {
  lost_before_ += branch.lost();
  missed_before_ += branch.missed();
  add_counts(records_before_[{branch.record().name, branch.camera()}], branch.status());
  const auto found =
      std::find_if(leaving_.begin(), leaving_.end(), [&](const auto& candidate) { return candidate.get() == &branch; });
  if (found != leaving_.end()) leaving_.erase(found);
  if (stopping_ && leaving_.empty()) listener_.on_stopped();
}

// ---- the end -------------------------------------------------------------------------------------------------------

void RunningRig::stop() {
  stopping_ = true;
  sources_.clear();
  for (const auto& camera : cameras_) camera->stop();
  std::vector<std::unique_ptr<Branch>> all = std::move(branches_);
  branches_.clear();
  for (auto& branch : all) {
    leaving_.push_back(std::move(branch));
    retire(*leaving_.back());
  }
  if (leaving_.empty()) services_.loop.post([this] { listener_.on_stopped(); });
}

void RunningRig::set_writable(bool writable, const std::string& why) {
  writable_ = writable;
  why_not_ = why;
  for (const auto& branch : branches_) branch->set_writable(writable, why);
}

// ---- statistics ----------------------------------------------------------------------------------------------------

std::vector<CameraStatus> RunningRig::camera_status() const {
  std::vector<CameraStatus> all;
  for (const auto& camera : cameras_) {
    all.push_back(camera->status());
    const auto before = cameras_before_.find(camera->name());
    if (before != cameras_before_.end()) add_counts(all.back(), before->second);
  }
  return all;
}

// One that is leaving finishes its last file while the one that takes its place records.
RecordStatus RunningRig::status_of(const rig::Record& record, const std::string& camera) const {
  const auto is_it = [&](const auto& branch) {
    return branch->record().name == record.name && branch->camera() == camera;
  };
  RecordStatus before;
  if (const auto gone = records_before_.find({record.name, camera}); gone != records_before_.end())
    before = gone->second;
  RecordStatus status;
  status.name = record.name;
  status.camera = camera;
  status.type = name_of(record.type);
  for (const auto& branch : leaving_) {
    if (!is_it(branch)) continue;
    status = branch->status();
    add_counts(before, status);
  }
  const auto current = std::find_if(branches_.begin(), branches_.end(), is_it);
  if (current != branches_.end()) {
    status = (*current)->status();
    add_counts(status, before);
    return status;
  }
  status.files = status.bytes = status.frames = status.lost = 0;
  add_counts(status, before);
  return status;
}

std::vector<RecordStatus> RunningRig::record_status() const {
  std::vector<RecordStatus> all;
  for (const rig::Record& record : rig_.records)
    for (const auto& camera : cameras_)
      if (records(record, camera->name())) all.push_back(status_of(record, camera->name()));
  return all;
}

std::uint64_t RunningRig::lost() const {
  std::uint64_t lost = lost_before_;
  for (const auto& camera : cameras_) lost += camera->dropped();
  for (const auto& branch : branches_) lost += branch->lost();
  for (const auto& branch : leaving_) lost += branch->lost();
  return lost;
}

std::uint64_t RunningRig::missed() const {
  std::uint64_t missed = missed_before_;
  for (const auto& branch : branches_) missed += branch->missed();
  for (const auto& branch : leaving_) missed += branch->missed();
  return missed;
}

std::size_t RunningRig::unfinished() const { return leaving_.size(); }

}  // namespace omv::runner
