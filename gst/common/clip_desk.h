// SPDX-License-Identifier: LGPL-2.1-or-later
// What the clips of one run share: their names, their limits, who is told, and what is counted.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/clip_muxer.h"
#include "common/clip_report.h"
#include "common/path_queue.h"
#include "omv/storage/file_store.h"
#include "omv/storage/output.h"

namespace omv::gst {

/// Of all runs of an element; any thread.
struct ClipCounters {
  std::atomic<std::uint64_t> next_index = 0;  ///< of the next file
  std::atomic<std::uint64_t> saved = 0;       ///< clips whose file has its name
  std::atomic<std::uint64_t> incomplete = 0;  ///< clips of which there is a part only, or nothing
  std::atomic<std::uint64_t> frames = 0;      ///< in files, as bytes
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> lost_queue_full = 0;  ///< frames, as the next two
  std::atomic<std::uint64_t> lost_disk_full = 0;
  std::atomic<std::uint64_t> lost_failed = 0;
  std::atomic<std::uint64_t> deleted = 0;  ///< files that limits have cost
};

/// What is known when a file is begun.
struct ClipOpening {
  clips::Clip clip;                          ///< as far as it is known
  std::chrono::nanoseconds wall_clock{0};    ///< of the first frame, since 1970
  std::shared_ptr<const RingFormat> format;  ///< of the first frame
  std::shared_ptr<GstTagList> tags;          ///< may be null
  std::uint64_t turn = 0;                    ///< the writer's: names are found in this order
};

/// The source of a clip's first trigger.
std::string source_of(const clips::Clip& clip);

/// Called by threads of the writer; of one clip in this order, of several clips in any.
class ClipListener {
 public:
  virtual ~ClipListener() = default;
  virtual void on_started(const ClipOpening& opening, const std::string& location, const std::string& part) = 0;
  virtual void on_done(const ClipReport& report) = 0;
  /// Frames were lost, or a whole clip. Told once until a clip is whole again.
  virtual void on_loss(const ClipReport& report) = 0;
  /// A clip is whole again, after `clips` were not.
  virtual void on_recovery(std::uint64_t clips) = 0;
  /// Files that somebody left without finishing them, found when the run began.
  virtual void on_leftovers(const std::vector<std::string>& paths) = 0;
};

struct ClipDeskOptions {
  ClipMuxer muxer;
  storage::NamePattern pattern;
  storage::StoreOptions store;
};

/// A name that a clip is to have, and what it is made of.
struct ClipName {
  storage::NameValues values;
  std::string path;
};

/// Any thread.
class ClipDesk {
 public:
  ClipDesk(ClipDeskOptions options, std::shared_ptr<ClipListener> listener, std::shared_ptr<ClipCounters> counters)
      : options_(std::move(options)),
        store_(options_.pattern, options_.store),
        listener_(std::move(listener)),
        counters_(std::move(counters)) {}

  const ClipMuxer& muxer() const { return options_.muxer; }
  bool syncs() const { return options_.store.file.sync; }
  ClipListener& listener() { return *listener_; }
  ClipCounters& counters() { return *counters_; }

  /// Nobody waits for the clips any more: pipes that nobody reads are given up, and so are those that wait for one.
  void hurry() {
    *hurry_ = true;
    pipes_.give_up();
  }
  const storage::HurryFlag& hurry_flag() const { return hurry_; }

  /// Waits until all clips before this one have ended their turn; every clip of the writer takes its turn once.
  void wait_for_turn(std::uint64_t turn);
  void end_turn();

  /// A name that is free, for a file or directory that `create` makes beside it. Errc::exists: no name is.
  Result<ClipName> find_name(const ClipOpening& opening,
                             const std::function<Result<void>(const std::string& path)>& create);

  /// A name that was found and is of no use: the next clip may have its number.
  void give_back(const ClipName& name);

  /// A name without looking whether it is free.
  Result<std::string> name_for(const ClipOpening& opening) const;

  /// For what several clips may write to, one after the other.
  PathQueue& pipes() { return pipes_; }

  /// Room for so many bytes more in `output`, for which older files may go. Errc::full: there is none.
  Result<void> make_room(storage::Output& output, std::uint64_t bytes);

  /// Has `give_name` give what is whole its name: this one, or another when somebody took it. The path.
  Result<std::string> commit(ClipName name, std::uint64_t bytes,
                             const std::function<Result<void>(const std::string& path)>& give_name);

  /// Counts a clip and tells of it.
  void done(const ClipReport& report);

  /// Looks for what was left by writers that are dead, and tells of it.
  void look_for_leftovers();

 private:
  void count(const ClipReport& report);
  Result<void> open_store();

  ClipDeskOptions options_;
  storage::HurryFlag hurry_ = std::make_shared<std::atomic<bool>>(false);
  PathQueue pipes_;
  std::mutex store_lock_;  // guards what follows; held while a disk is waited for, by threads of the writer alone
  storage::FileStore store_;
  std::uint64_t deleted_ = 0;  // told to the counters
  std::mutex turn_lock_;
  std::condition_variable turn_changed_;
  std::uint64_t turn_ = 0;
  std::mutex told_lock_;
  std::uint64_t failed_ = 0;  // clips since the last that was whole
  std::shared_ptr<ClipListener> listener_;
  std::shared_ptr<ClipCounters> counters_;
};

}  // namespace omv::gst
