// SPDX-License-Identifier: LGPL-2.1-or-later
// Who looks is known by the camera's name, so that it outlives the camera's pipeline.
#include "runner/previews/previews.h"

#include <algorithm>

#include "runner/pipelines/camera_pipeline.h"

namespace omv::runner {

void Previews::set_cameras(const std::vector<std::unique_ptr<CameraPipeline>>& cameras) {
  const std::lock_guard hold(mutex_);
  for (auto& [name, entry] : entries_) entry.preview.reset();
  for (const auto& camera : cameras) {
    Entry& entry = entries_[camera->name()];
    entry.preview = camera->preview();
    entry.preview->set_watchers(entry.watchers);
  }
}

void Previews::tend() {
  std::vector<std::shared_ptr<CameraPreview>> all;
  {
    const std::lock_guard hold(mutex_);
    for (const auto& [name, entry] : entries_)
      if (entry.preview) all.push_back(entry.preview);
  }
  for (const auto& preview : all) preview->tend();
}

std::shared_ptr<const PreviewFrame> Previews::latest(std::string_view camera) {
  const std::lock_guard hold(mutex_);
  const auto found = entries_.find(camera);
  return found != entries_.end() && found->second.preview ? found->second.preview->latest() : nullptr;
}

void Previews::watch(std::string_view camera, bool watching) {
  const std::lock_guard hold(mutex_);
  const auto found = entries_.find(camera);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  entry.watchers = std::max(0, entry.watchers + (watching ? 1 : -1));
  if (entry.preview) entry.preview->set_watchers(entry.watchers);
}

}  // namespace omv::runner
