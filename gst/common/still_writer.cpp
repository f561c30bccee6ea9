// SPDX-License-Identifier: LGPL-2.1-or-later
// What the writer's threads do with a still.
#include "common/still_writer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace omv::gst {

namespace {

using storage::AtomicFile;
using storage::FileStore;
using storage::NameValues;
using storage::WriteQueue;

// How long another writer may go on keeping the files that ours is to keep.
constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::uint64_t kBytesBeside = 1024;  // what a still holds besides its pixels
constexpr auto kBetweenTries = std::chrono::milliseconds(20);

// A file that is complete but for its name; or its bytes, when there was no room for it.
struct Draft {
  AtomicFile file;
  std::optional<Error> lacks_room;
  Bytes bytes;
};

Result<AtomicFile> write_file(FileStore& store, const NameValues& values, ConstByteSpan bytes) {
  OMV_TRY(AtomicFile file, store.begin(values));
  OMV_CHECK(file.write(bytes));
  return file;
}

Result<Draft> make_draft(FileStore& store, const NameValues& values, ConstByteSpan bytes) {
  auto file = write_file(store, values, bytes);
  if (file) return Draft{*std::move(file), std::nullopt, {}};
  if (file.error().code != Errc::full) return std::move(file).error();
  return Draft{{}, std::move(file).error(), Bytes(bytes.begin(), bytes.end())};
}

// For a draft that lacked room, once older files have gone.
Result<void> make_again(Draft& draft, FileStore& store, const NameValues& values) {
  OMV_TRY(const bool freed, store.free_space());
  if (!freed) return *draft.lacks_room;
  OMV_TRY(draft.file, write_file(store, values, draft.bytes));
  return {};
}

}  // namespace

// What all stills of a writer share; goes with the last of them. make() runs on any thread, the rest on the one that
// finishes.
class StillWriter::Desk {
 public:
  using Drafts = std::vector<Draft>;

  Desk(const WriterOptions& options, std::vector<StillVersion> versions, std::shared_ptr<StillListener> listener,
       std::shared_ptr<StillCounters> counters)
      : versions_(std::move(versions)), listener_(std::move(listener)), counters_(std::move(counters)) {
    for (const StillVersion& version : versions_)
      stores_.push_back(std::make_unique<FileStore>(version.pattern, options.store));
  }

  Result<Drafts> make(const Still& still);
  void finish(const Still& still, Result<Drafts> drafts);

  StillCounters& counters() { return *counters_; }
  bool has_failed() const { return failed_; }

 private:
  NameValues values_for(const Still& still, std::size_t version) const;
  Result<void> open_stores();
  Result<std::uint64_t> free_index(const Still& still) const;
  Result<void> save(const Still& still, Drafts drafts);
  Result<void> save_version(const Still& still, std::size_t version, std::uint64_t index, Draft draft);
  void count_deleted();
  void report(const Error& error);
  void recover();

  std::vector<StillVersion> versions_;
  std::vector<std::unique_ptr<FileStore>> stores_;  // one for each version
  std::shared_ptr<StillListener> listener_;
  std::shared_ptr<StillCounters> counters_;
  std::atomic<bool> failed_ = false;
  bool told_of_taken_name_ = false;
  std::uint64_t lost_ = 0;     // since the last one that was saved
  std::uint64_t deleted_ = 0;  // told to the counters
};

NameValues StillWriter::Desk::values_for(const Still& still, std::size_t version) const {
  NameValues values = still.values;
  values.index = counters_->next_index;
  values.fields["variant"] = versions_[version].name;
  return values;
}

// ---- on any thread -------------------------------------------------------------------------------------------------

Result<StillWriter::Desk::Drafts> StillWriter::Desk::make(const Still& still) {
  if (failed_) return Error{Errc::cancelled, "given up"};
  StillPicture picture(*still.input, still.buffer.get(), *still.metadata);
  Drafts drafts;
  for (std::size_t i = 0; i < versions_.size(); ++i) {
    OMV_TRY(const ConstByteSpan bytes, picture.file(versions_[i]));
    OMV_TRY(Draft draft, make_draft(*stores_[i], values_for(still, i), bytes));
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

// ---- on the finishing thread ---------------------------------------------------------------------------------------

// Somebody else, or this element before it was started again, may be about to finish.
Result<void> StillWriter::Desk::open_stores() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const auto& store : stores_) {
    auto opened = store->open();
    while (!opened && opened.error().code == Errc::busy && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kBetweenTries);
      opened = store->open();
    }
    OMV_CHECK(opened);
  }
  return {};
}

// The same for all versions. A pass that changes nothing has found it.
Result<std::uint64_t> StillWriter::Desk::free_index(const Still& still) const {
  std::uint64_t index = counters_->next_index;
  for (std::uint64_t before = index + 1; before != index;) {
    before = index;
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      NameValues values = values_for(still, i);
      values.index = index;
      OMV_TRY(index, stores_[i]->free_index(std::move(values)));
    }
  }
  return index;
}

Result<void> StillWriter::Desk::save_version(const Still& still, std::size_t version, std::uint64_t index,
                                             Draft draft) {
  FileStore& store = *stores_[version];
  NameValues values = values_for(still, version);
  values.index = index;
  if (draft.lacks_room) OMV_CHECK(make_again(draft, store, values));
  const std::uint64_t bytes = draft.file.size();
  OMV_TRY(const std::string path, store.commit(draft.file, values));
  counters_->saved += 1;
  counters_->bytes += bytes;
  counters_->next_index = index + 1;
  listener_->on_saved(still, {path, versions_[version].name, bytes, index});
  return {};
}

Result<void> StillWriter::Desk::save(const Still& still, Drafts drafts) {
  OMV_CHECK(open_stores());
  OMV_TRY(const std::uint64_t index, free_index(still));
  for (std::size_t i = 0; i < drafts.size(); ++i) OMV_CHECK(save_version(still, i, index, std::move(drafts[i])));
  return {};
}

void StillWriter::Desk::finish(const Still& still, Result<Drafts> drafts) {
  auto saved = drafts ? save(still, *std::move(drafts)) : Result<void>(std::move(drafts).error());
  count_deleted();
  if (saved)
    recover();
  else
    report(saved.error());
}

void StillWriter::Desk::count_deleted() {
  std::uint64_t deleted = 0;
  for (const auto& store : stores_) deleted += store->deleted();
  counters_->deleted += deleted - std::exchange(deleted_, deleted);
}

void StillWriter::Desk::report(const Error& error) {
  switch (error.code) {
    case Errc::full: ++counters_->dropped_full; break;
    case Errc::invalid:
    case Errc::truncated: ++counters_->dropped_corrupt; break;
    case Errc::limit: ++counters_->failed; break;
    case Errc::exists:
      ++counters_->failed;
      if (!std::exchange(told_of_taken_name_, true)) listener_->on_loss(error);
      return;
    default:
      ++counters_->failed;
      if (!failed_) listener_->on_failure(error);
      failed_ = true;  // what render() returns from now on is told already
      return;
  }
  if (lost_++ == 0) listener_->on_loss(error);
}

void StillWriter::Desk::recover() {
  if (const std::uint64_t lost = std::exchange(lost_, 0); lost > 0) listener_->on_recovery(lost);
}

// ---- the writer ----------------------------------------------------------------------------------------------------

StillWriter::StillWriter(const WriterOptions& options, std::vector<StillVersion> versions,
                         std::shared_ptr<StillListener> listener, std::shared_ptr<StillCounters> counters,
                         WriteQueue::Completion predecessor)
    : desk_(std::make_shared<Desk>(options, std::move(versions), std::move(listener), std::move(counters))),
      queue_(std::make_unique<WriteQueue>(options.queue, std::move(predecessor))) {}

bool StillWriter::has_failed() const { return desk_->has_failed(); }

WriteQueue::Added StillWriter::add(Still still, bool wait) {
  const std::uint64_t bytes = gst_buffer_get_size(still.buffer.get()) + kBytesBeside;
  const auto shared = std::make_shared<Still>(std::move(still));
  const auto work = [desk = desk_, shared]() -> WriteQueue::Finish {
    auto drafts = std::make_shared<Result<Desk::Drafts>>(Error{Errc::limit, "no memory for a still"});
    try {
      *drafts = desk->make(*shared);
    } catch (const std::exception& exception) {
      *drafts = Error{Errc::limit, std::string("a still: ") + exception.what()};
    }
    shared->buffer.reset();
    return [desk, shared, drafts] { desk->finish(*shared, std::move(*drafts)); };
  };
  const auto added = queue_->add(bytes, work, wait);
  if (added == WriteQueue::Added::full) ++desk_->counters().dropped_overflow;
  return added;
}

}  // namespace omv::gst
