// SPDX-License-Identifier: LGPL-2.1-or-later
// Names, limits, counters.
#include "common/clip_desk.h"

#include <chrono>
#include <thread>
#include <utility>

#include "omv/storage/directories.h"
#include "omv/storage/part_file.h"

namespace omv::gst {

namespace {

using storage::NameValues;

// How long another writer may go on keeping the files that ours is to keep.
constexpr auto kPatience = std::chrono::seconds(30);
constexpr auto kBetweenTries = std::chrono::milliseconds(20);

// A file grows by so much between two looks at how much room others are left.
constexpr std::uint64_t kRoomStep = 1u << 20;

// Room that muxers may need for what comes behind the last frame: an index.
constexpr std::uint64_t kRoomToFinish = 256u << 10;

NameValues values_of(const ClipOpening& opening, std::uint64_t index) {
  NameValues values;
  values.wall_clock = opening.wall_clock;
  values.running_time = opening.clip.start;
  values.index = index;
  values.fields["clip"] = opening.clip.number;
  values.fields["trigger"] = source_of(opening.clip);
  return values;
}

}  // namespace

std::string source_of(const clips::Clip& clip) { return clip.triggers.empty() ? "" : clip.triggers.front().source; }

// Somebody else, or this element before it was started again, may be about to finish.
Result<void> ClipDesk::open_store() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  auto opened = store_.open();
  while (!opened && opened.error().code == Errc::busy && std::chrono::steady_clock::now() < deadline && !*hurry_) {
    std::this_thread::sleep_for(kBetweenTries);
    opened = store_.open();
  }
  return opened;
}

void ClipDesk::wait_for_turn(std::uint64_t turn) {
  std::unique_lock lock(turn_lock_);
  turn_changed_.wait(lock, [&] { return turn_ == turn; });
}

void ClipDesk::end_turn() {
  const std::lock_guard lock(turn_lock_);
  ++turn_;
  turn_changed_.notify_all();
}

Result<ClipName> ClipDesk::find_name(const ClipOpening& opening,
                                     const std::function<Result<void>(const std::string& path)>& create) {
  const std::lock_guard hold(store_lock_);
  OMV_CHECK(storage::make_directories(options_.pattern.directory(), syncs()));
  OMV_CHECK(open_store());
  ClipName name{values_of(opening, counters_->next_index), {}};
  while (true) {
    OMV_TRY(name.path, store_.free_path(name.values));
    auto created = create(name.path);
    if (created) break;
    if (created.error().code != Errc::exists || !options_.pattern.has("index")) return std::move(created).error();
    ++name.values.index;  // somebody was faster
  }
  counters_->next_index = name.values.index + 1;
  return name;
}

void ClipDesk::give_back(const ClipName& name) {
  std::uint64_t next = name.values.index + 1;
  counters_->next_index.compare_exchange_strong(next, name.values.index);
}

Result<std::string> ClipDesk::name_for(const ClipOpening& opening) const {
  return options_.pattern.expand(values_of(opening, counters_->next_index));
}

Result<void> ClipDesk::make_room(storage::Output& output, std::uint64_t bytes) {
  const std::uint64_t step = (output.size() + bytes) / kRoomStep;
  if (step != output.size() / kRoomStep || output.size() == 0) {
    const std::lock_guard hold(store_lock_);
    OMV_CHECK(store_.keep_free());
  }
  auto reserved = output.reserve(bytes + kRoomToFinish);
  if (reserved || reserved.error().code != Errc::full) return reserved;
  const std::lock_guard hold(store_lock_);
  OMV_TRY(const bool freed, store_.free_space());
  return freed ? output.reserve(bytes + kRoomToFinish) : reserved;
}

Result<std::string> ClipDesk::commit(ClipName name, std::uint64_t bytes,
                                     const std::function<Result<void>(const std::string& path)>& give_name) {
  const std::lock_guard hold(store_lock_);
  while (true) {
    auto path = store_.commit(bytes, name.values, give_name);
    const std::uint64_t deleted = store_.deleted();
    counters_->deleted += deleted - std::exchange(deleted_, deleted);
    if (path || path.error().code != Errc::exists || !options_.pattern.has("index")) return path;
    ++name.values.index;
    OMV_TRY(name.path, store_.free_path(name.values));
    counters_->next_index = name.values.index + 1;
  }
}

void ClipDesk::count(const ClipReport& report) {
  ++(report.complete ? counters_->saved : counters_->incomplete);
  counters_->frames += report.frames;
  counters_->bytes += report.file_bytes;
  counters_->lost_queue_full += report.losses.frames(LossReason::queue_full);
  counters_->lost_disk_full += report.losses.frames(LossReason::disk_full);
  counters_->lost_failed += report.losses.frames(LossReason::failed);
}

void ClipDesk::done(const ClipReport& report) {
  count(report);
  const bool is_whole = report.complete && !report.error;
  std::uint64_t failed_before = 0;
  {
    const std::lock_guard hold(told_lock_);
    failed_before = is_whole ? std::exchange(failed_, 0) : failed_++;
  }
  if (!is_whole && failed_before == 0) listener_->on_loss(report);
  if (is_whole && failed_before > 0) listener_->on_recovery(failed_before);
  listener_->on_done(report);
}

void ClipDesk::look_for_leftovers() {
  const auto parts = storage::abandoned_parts(options_.pattern);
  if (!parts.empty()) listener_->on_leftovers(parts);
}

}  // namespace omv::gst
