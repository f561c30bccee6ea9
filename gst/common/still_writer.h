// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills on their way to the disk: made on all processors, named in order, by threads that stop() does not wait for.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/buffer_keeper.h"
#include "common/still_picture.h"
#include "common/still_version.h"
#include "omv/storage/file_store.h"
#include "omv/storage/write_queue.h"

namespace omv::gst {

/// A captured picture, and everything that was known when it was captured. Times are GST_CLOCK_TIME_NONE when unknown.
struct Still {
  BufferPtr buffer;
  std::shared_ptr<const StillInput> input;
  std::shared_ptr<const formats::Metadata> metadata;
  storage::NameValues values;  ///< without index and variant
  GstClockTime timestamp = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  GstClockTime duration = GST_CLOCK_TIME_NONE;
  guint64 offset = GST_BUFFER_OFFSET_NONE;
  guint64 offset_end = GST_BUFFER_OFFSET_NONE;
  std::shared_ptr<const GstStructure> request;  ///< null: the mode wanted it
};

struct SavedFile {
  std::string path;
  std::string variant;  ///< empty: the still itself
  std::uint64_t bytes = 0;
  std::uint64_t index = 0;
};

/// Called by a thread of the writer, in the order of the stills.
class StillListener {
 public:
  virtual ~StillListener() = default;
  virtual void on_saved(const Still& still, const SavedFile& file) = 0;
  /// A still is lost, but the next one may not be. Told once until one is saved again; of names that are taken, once.
  virtual void on_loss(const Error& error) = 0;
  /// Stills are saved again after `lost` were not.
  virtual void on_recovery(std::uint64_t lost) = 0;
  /// It makes no sense to go on.
  virtual void on_failure(const Error& error) = 0;
};

/// Of all runs of an element; any thread.
struct StillCounters {
  std::atomic<std::uint64_t> next_index = 0;  ///< of the next file
  std::atomic<std::uint64_t> saved = 0;       ///< files, as all that follow but for `bytes`
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> dropped_overflow = 0;
  std::atomic<std::uint64_t> dropped_full = 0;
  std::atomic<std::uint64_t> dropped_corrupt = 0;
  std::atomic<std::uint64_t> failed = 0;
  std::atomic<std::uint64_t> deleted = 0;
};

struct WriterOptions {
  storage::StoreOptions store;
  storage::WriteQueueOptions queue;
};

/// One thread adds; see WriteQueue. Goes on in the background when it is destroyed.
class StillWriter {
 public:
  /// The first version is the still itself. `predecessor` (may be null) is finished first: it may have the same files.
  StillWriter(const WriterOptions& options, std::vector<StillVersion> versions, std::shared_ptr<StillListener> listener,
              std::shared_ptr<StillCounters> counters, storage::WriteQueue::Completion predecessor);

  /// Without room: waits, or with `wait` false drops and counts the still.
  storage::WriteQueue::Added add(Still still, bool wait);

  /// After this nothing is added with success: on_failure() was called.
  bool has_failed() const;

  bool wait_until_done() { return queue_->wait_until_done(); }
  void interrupt(bool interrupted) { queue_->interrupt(interrupted); }
  storage::WriteQueue::Completion completion() const { return queue_->completion(); }
  std::uint64_t queued_bytes() const { return queue_->bytes(); }
  std::size_t queued() const { return queue_->size(); }

 private:
  class Desk;

  std::shared_ptr<Desk> desk_;
  std::unique_ptr<storage::WriteQueue> queue_;
};

}  // namespace omv::gst
