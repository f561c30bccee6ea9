// SPDX-License-Identifier: LGPL-2.1-or-later
// What writers have left unfinished, in earlier runs of a rig and in this one, while the rig runs on.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/files/keeper.h"
#include "runner/files/recovery_walk.h"
#include "runner/services.h"

namespace omv::runner {

/// Walks on threads that nobody waits for: the rig goes on, whatever the disk does. Of the loop's thread.
class Recovery {
 public:
  /// Called on the loop's thread with each part that something became of.
  using OnSalvage = std::function<void(const std::string& part, const Salvage& salvage)>;

  /// What is left later is looked for so long after it was told, later each time that there is no room for it.
  struct Pace {
    Time first;
    Time longest;
  };
  static constexpr Pace kPace = {std::chrono::seconds(5), std::chrono::minutes(10)};

  Recovery(const Services& services, const Keeper& keeper, OnSalvage on_salvage, Pace pace = kPace)
      : services_(services),
        keeper_(keeper),
        on_salvage_(std::move(on_salvage)),
        pace_(pace),
        backoff_(pace.first, pace.longest) {}
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;
  ~Recovery();  ///< a walk has a moment to end, unless its disk hangs

  /// Looks for what dead writers left of the files of this rig. What it did before is given up.
  void start(const rig::Rig& rig);

  /// It is another rig in the same storage: what is left later is that of its files.
  void follow(const rig::Rig& rig);

  /// A writer of this run has left a part: it is looked for as soon as it is let go. Nothing before start().
  void look_again();

  /// Gives up at once; what is not saved stays as it is. on_salvage is not called any more.
  void stop();

 private:
  struct Thread;

  void begin();
  void begin_thread();
  void on_part(const std::string& part, const Result<Salvage>& salvage);
  void on_end();

  Services services_;
  const Keeper& keeper_;
  OnSalvage on_salvage_;
  Pace pace_;
  Backoff backoff_;
  rig::Rig rig_;
  bool is_started_ = false;
  bool is_wanted_ = false;           // once more, when the walk has ended
  bool must_try_again_ = false;      // a part that it came to, as there was no room, or the disk failed
  std::set<std::string> told_;       // parts that stay as they are for now
  Watch next_;                       // walk
  std::shared_ptr<Thread> current_;  // null: no walk is under way
};

}  // namespace omv::runner
