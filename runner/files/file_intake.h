// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done with every file that is finished, by whomever: a branch, an earlier run, or a repair.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rig/model.h"
#include "runner/files/finished_file.h"
#include "runner/files/keeper.h"
#include "runner/files/outbox.h"
#include "runner/files/recovery.h"
#include "runner/services.h"

namespace omv::runner {

/// Of the loop's thread.
class FileIntake {
 public:
  FileIntake(const Services& services, Keeper& keeper, Outbox& outbox);

  /// The rig's storage is there: what an earlier run left in it is taken up, now or, where it has to be repaired, in
  /// the background. Nothing, when it is the storage that it was.
  void take_up(const rig::Rig& rig);

  /// Whole: it is written down, its hook is run, and it is told. What is lost of it is told too.
  void take(const FinishedFile& file);

  /// How long somebody has to tell of a file that has got its name.
  static constexpr Time kPatience = std::chrono::minutes(1);

  /// Files of which nobody had told after kPatience, because who wrote them was stopped: those of which nobody has told
  /// since.
  void take_overdue(const std::vector<FinishedFile>& files);

  /// Repairs are given up, until the next start.
  void stop() { recovery_.stop(); }

 private:
  void on_salvage(const std::string& part, const Salvage& salvage);
  std::string event_of(const FinishedFile& file) const;

  Services services_;
  Keeper& keeper_;
  Outbox& outbox_;
  Recovery recovery_;
  rig::Rig rig_;
  bool is_taken_up_ = false;
};

}  // namespace omv::runner
