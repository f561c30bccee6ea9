// SPDX-License-Identifier: LGPL-2.1-or-later
// What earlier runs of a rig left unfinished, one part after the other, while the rig runs already.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "rig/model.h"
#include "runner/files/keeper.h"
#include "runner/files/salvage.h"
#include "runner/services.h"

namespace omv::runner {

/// Works on a thread of its own, at a lower priority than what records, on one part at a time, of which a copy is made;
/// nobody waits for it. Looks at most at 1000 parts of each record and camera.
class Recovery {
 public:
  /// Called on the loop's thread with each part that something became of.
  using OnSalvage = std::function<void(const std::string& part, const Salvage& salvage)>;

  Recovery(const Services& services, Keeper& keeper, OnSalvage on_salvage)
      : services_(services), keeper_(keeper), on_salvage_(std::move(on_salvage)) {}
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;
  ~Recovery() { stop(); }

  /// Looks for what dead writers left of the files of this rig. What it did before is given up.
  void start(const rig::Rig& rig);

  /// Gives up soon; what is not saved stays as it is. on_salvage is not called any more.
  void stop();

 private:
  void run(const rig::Rig& rig, WallTime begun);
  void look(const rig::Rig& rig, const rig::Record& record, SalvageJob job);
  void try_to_save(const SalvageJob& job);
  void save(const SalvageJob& job);

  Services services_;
  Keeper& keeper_;
  OnSalvage on_salvage_;
  std::shared_ptr<std::atomic<bool>> cancelled_;
  std::thread thread_;
};

}  // namespace omv::runner
