// SPDX-License-Identifier: LGPL-2.1-or-later
// Handing questions and wishes on.
#include "runner/rig_control.h"

#include <sys/stat.h>

#include <cstring>
#include <utility>

#include "runner/files/keeper.h"
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

/// Names of fields are in memory for ever (GQuark), so that clients may bring only so many.
constexpr std::size_t kMaxKeys = 1024;

/// Clips leave out details that are longer, all of them.
constexpr std::size_t kMaxFacts = 4096;

void set_text(GstStructure* facts, const char* key, const std::string& value) {
  gst_structure_set(facts, key, G_TYPE_STRING, value.c_str(), nullptr);
}

Result<void> check_length(const GstStructure* facts) {
  const std::unique_ptr<gchar, decltype(&g_free)> text(gst_structure_to_string(facts), g_free);
  const std::size_t length = std::strlen(text.get());
  if (length <= kMaxFacts) return {};
  return Error{Errc::limit, "the details have " + std::to_string(length) + " bytes as facts of a clip, not at most " +
                                std::to_string(kMaxFacts)};
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

bool RigControl::is_field(const std::string& key) {
  const std::lock_guard hold(mutex_);
  if (keys_.size() < kMaxKeys) keys_.insert(key);
  return keys_.contains(key);
}

StructurePtr RigControl::facts_of(std::string_view origin, const TriggerDetails& details) {
  StructurePtr facts(gst_structure_new_empty("omv-trigger"));
  std::string more;
  for (const auto& [key, value] : details) {
    if (is_field(key)) {
      set_text(facts.get(), key.c_str(), value);
    } else {
      more += (more.empty() ? "" : " ") + key + "=" + value;
    }
  }
  if (!more.empty()) set_text(facts.get(), "more", more);
  set_text(facts.get(), "origin", std::string(origin));
  return facts;
}

Result<Raised> RigControl::raise(std::string_view trigger, std::string_view origin, const TriggerDetails& details) {
  if (latest()->stopping) return Error{Errc::closed, "the rig is stopping"};
  const StructurePtr facts = facts_of(origin, details);
  OMV_CHECK(check_length(facts.get()));
  return triggers_.raise(trigger, facts.get());
}

Result<void> RigControl::set_pinned(std::uint64_t id, bool pinned) { return keeper_.set_pinned(id, pinned); }

Result<void> RigControl::remove(std::uint64_t id) { return keeper_.remove(id); }

std::shared_ptr<const PreviewFrame> RigControl::preview(std::string_view camera) const {
  return previews_.latest(camera);
}

void RigControl::watch_preview(std::string_view camera, bool watching) { previews_.watch(camera, watching); }

}  // namespace omv::runner
