// SPDX-License-Identifier: LGPL-2.1-or-later
// Finished files whose hooks are still to be run: on the disk, so that restarts lose none.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/storage/atomic_file.h"
#include "rig/model.h"
#include "runner/backoff.h"
#include "runner/child_process.h"
#include "runner/control.h"
#include "runner/files/finished_file.h"
#include "runner/files/outbox_job.h"
#include "runner/services.h"

namespace omv::runner {

/// A job is a small file in the outbox until its hook has ended with 0, or is given up. At most kAtOnce hooks run at
/// the same time, in the order of their files. Of the loop's thread.
class Outbox {
 public:
  static constexpr std::size_t kAtOnce = 2;

  /// `on_done` is called when a file waits no longer.
  using OnDone = std::function<void(const std::string& path)>;

  Outbox(const Services& services, OnDone on_done) : services_(services), on_done_(std::move(on_done)) {}

  /// Hooks are those of this rig from now on. Of a directory that is new, what an earlier run left is taken up; jobs of
  /// others go on. A storage that is not reachable is left alone; when it is again, its outbox is new, as it may be
  /// another disk. Errc::io: the directory can't be made or read.
  Result<void> apply(const rig::Rig& rig);

  /// True when the record has a hook: the file waits for it then, once.
  bool add(const FinishedFile& file);

  HookStatus status() const;
  std::vector<std::string> waiting() const;  ///< paths

 private:
  struct Job : OutboxJob {
    std::string file;  // in the outbox; empty: in none
    std::int64_t tries = 0;
    std::unique_ptr<Backoff> backoff;
    std::unique_ptr<ChildProcess> child;
    Watch retry;

    bool is_ready() const { return !child && !retry; }
  };

  void take_up_old();
  void load(const std::string& file);
  void take_up(OutboxJob found, const std::string& file);
  Result<void> save(Job& job);
  void run_some();
  bool run(Job& job, const rig::Record& record);
  void on_end(Job& job, const std::string& failure);
  Job* find(const std::string& path);
  void drop(Job& job);

  Services services_;
  OnDone on_done_;
  rig::Rig rig_;
  std::string directory_;
  bool is_taken_up_ = false;  // what is in there
  std::optional<storage::AtomicFiles> files_;
  std::list<Job> jobs_;
  std::uint64_t next_ = 0;
  HookStatus counts_;
};

}  // namespace omv::runner
