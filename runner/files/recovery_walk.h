// SPDX-License-Identifier: LGPL-2.1-or-later
// One look at everything that writers have left unfinished in a rig's storage.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "omv/base/result.h"
#include "rig/model.h"
#include "runner/files/salvage.h"

namespace omv::runner {

/// What a walk needs: nothing of it goes while the walk is under way, whatever becomes of the rig.
struct RecoveryWalk {
  rig::Rig rig;
  WallTime begun{0};  ///< as that of SalvageJob
  ExpectFile expect;
  std::function<bool(const std::string& path)> is_kept;  ///< any thread
  std::atomic<bool> cancelled = false;                   ///< set by any thread: it gives up soon

  /// Called with what became of each part but those that somebody holds. An error: it is as it was. Errc::full: it can
  /// be saved when there is room; Errc::exists: its name is somebody else's.
  std::function<void(const std::string& part, Result<Salvage> salvage)> tell;
};

/// One part after the other, at most 1000 of each record and camera, at a lower priority than what records. Takes as
/// long as the disk does: for a thread that nobody waits for.
void look_through(const RecoveryWalk& walk);

}  // namespace omv::runner
