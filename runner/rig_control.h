// SPDX-License-Identifier: LGPL-2.1-or-later
// What pages and commands see and do of a rig that runs.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "runner/control.h"
#include "runner/gst_ptr.h"

namespace omv::runner {

class Keeper;
class Previews;
class TriggerBus;

/// Decides nothing: status is what the loop has published last, the rest is handed to parts that are for any thread.
/// These outlive it.
class RigControl final : public Control {
 public:
  RigControl(Keeper& keeper, TriggerBus& triggers, Previews& previews);

  /// Any thread.
  void publish(Status status);

  Status status() const override;
  FilePage files(const FileQuery& query) const override;
  std::optional<FileEntry> file(std::uint64_t id) const override;
  Result<Raised> raise(std::string_view trigger, std::string_view origin, const TriggerDetails& details) override;
  Result<void> set_pinned(std::uint64_t id, bool pinned) override;
  Result<void> remove(std::uint64_t id) override;
  std::shared_ptr<const PreviewFrame> preview(std::string_view camera) const override;
  void watch_preview(std::string_view camera, bool watching) override;

 private:
  std::shared_ptr<const Status> latest() const;
  StructurePtr facts_of(std::string_view origin, const TriggerDetails& details);
  bool is_field(const std::string& key);

  Keeper& keeper_;
  TriggerBus& triggers_;
  Previews& previews_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Status> status_;  // never null
  std::set<std::string> keys_;            // of details, that are names of fields
};

}  // namespace omv::runner
