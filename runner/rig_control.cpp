// SPDX-License-Identifier: LGPL-2.1-or-later
// Handing questions and wishes on.
#include "runner/rig_control.h"

#include <sys/stat.h>

#include <utility>

#include "runner/files/keeper.h"
#include "runner/gst_ptr.h"
#include "runner/previews/clip_animator.h"
#include "runner/previews/previews.h"
#include "runner/triggers/trigger_bus.h"

namespace omv::runner {

namespace {

bool is_picture(const std::string& media_type) { return media_type == "image/jpeg" || media_type == "image/gif"; }

bool is_there(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

// A picture is its own preview; a clip has one beside it, once it is made.
void add_preview(FileEntry& file) {
  if (is_picture(file.media_type)) {
    file.preview_path = file.path;
    file.preview_type = file.media_type;
    return;
  }
  if (file.type != "clip" || !is_there(preview_path_of(file.path))) return;
  file.preview_path = preview_path_of(file.path);
  file.preview_type = "image/gif";
}

StructurePtr facts_of(std::string_view origin, const TriggerDetails& details) {
  StructurePtr facts(gst_structure_new_empty("omv-trigger"));
  for (const auto& [key, value] : details)
    gst_structure_set(facts.get(), key.c_str(), G_TYPE_STRING, value.c_str(), nullptr);
  gst_structure_set(facts.get(), "origin", G_TYPE_STRING, std::string(origin).c_str(), nullptr);
  return facts;
}

}  // namespace

RigControl::RigControl(Keeper& keeper, TriggerBus& triggers, Previews& previews)
    : keeper_(keeper), triggers_(triggers), previews_(previews), status_(std::make_shared<Status>()) {}

void RigControl::publish(Status status) {
  auto published = std::make_shared<const Status>(std::move(status));
  const std::lock_guard hold(mutex_);
  status_ = std::move(published);
}

std::shared_ptr<const Status> RigControl::latest() const {
  const std::lock_guard hold(mutex_);
  return status_;
}

Status RigControl::status() const { return *latest(); }

FilePage RigControl::files(const FileQuery& query) const {
  FilePage page = keeper_.files(query);
  for (FileEntry& file : page.files) add_preview(file);
  return page;
}

std::optional<FileEntry> RigControl::file(std::uint64_t id) const {
  auto file = keeper_.file(id);
  if (file) add_preview(*file);
  return file;
}

Result<Raised> RigControl::raise(std::string_view trigger, std::string_view origin, const TriggerDetails& details) {
  if (latest()->stopping) return Error{Errc::closed, "the rig is stopping"};
  const StructurePtr facts = facts_of(origin, details);
  return triggers_.raise(trigger, facts.get());
}

Result<void> RigControl::set_pinned(std::uint64_t id, bool pinned) { return keeper_.set_pinned(id, pinned); }

Result<void> RigControl::remove(std::uint64_t id) { return keeper_.remove(id); }

std::shared_ptr<const PreviewFrame> RigControl::preview(std::string_view camera) const {
  return previews_.latest(camera);
}

void RigControl::watch_preview(std::string_view camera, bool watching) { previews_.watch(camera, watching); }

}  // namespace omv::runner
