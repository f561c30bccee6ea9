// SPDX-License-Identifier: LGPL-2.1-or-later
// Three days of a rig by clocks that the test moves: schedules and limits, and that all who are asked say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <system_error>

#include "kept_files.h"
#include "omv/storage/journal.h"
#include "rig_files.h"
#include "runner/triggers/schedule_watch.h"
#include "runner/web/metrics.h"
#include "time_zone.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using omv::test::Zone;
using test::KeptFiles;

constexpr WallTime kMidnight = 1'799'971'200s;  // 2027-01-15 00:00 UTC
constexpr const char* kRecords = R"(
[record.stills]
type = 'still'
schedule = 'every 1h from 06:00 to 20:00'
[[retain]]
records = 'all'
max_age = '12h'
[[retain]]
records = 'door'
max_files = 20
[[retain]]
records = 'stills'
max_size = '2kB'
)";

struct Tally {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;

  void add(std::uint64_t size) {
    ++files;
    bytes += size;
  }
  bool operator==(const Tally&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Tally& tally) {
  return out << tally.files << " files of " << tally.bytes << " bytes";
}

// ---- who is asked --------------------------------------------------------------------------------------------------

std::uint64_t metric(const std::string& text, const std::string& name) {
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size() + 2));
}

Tally said_by_metrics(const Keeper& keeper) {
  Status status;
  status.disk = keeper.status();
  const std::string text = web::metrics_text(status, {});
  return {metric(text, "omv_storage_kept_files"), metric(text, "omv_storage_kept_bytes")};
}

// Of files that are there. What is only expected, as index 2 says, is nothing that a limit would find.
Tally written_in_journals(const fs::path& out) {
  Tally tally;
  for (const auto& journal : fs::directory_iterator(out)) {
    if (journal.path().extension() != ".journal") continue;
    for (const auto& entry : storage::parse_journal(rig::test::read_file(journal.path())))
      if ((entry.index & 2) == 0 && fs::exists(out / entry.path)) tally.add(entry.bytes);
  }
  return tally;
}

bool is_facts_of_a_clip(const fs::path& path) {
  return path.extension() == ".json" && fs::exists(fs::path(path).replace_extension());
}

Tally found_on_disk(const fs::path& out, const std::string& record = "") {
  Tally tally;
  std::error_code not_there;
  for (const auto& entry : fs::recursive_directory_iterator(out / record, not_there)) {
    const bool is_hidden = entry.path().filename().string().starts_with(".");
    if (entry.is_regular_file() && !is_hidden && !is_facts_of_a_clip(entry.path())) tally.add(entry.file_size());
  }
  return tally;
}

// ---- what happens in these days ------------------------------------------------------------------------------------

// A segment every 10 minutes, a clip whenever somebody comes to the door, stills by their schedule.
class Days {
 public:
  Days() { files_.restart(rig_); }

  void run(std::chrono::minutes span) {
    for (const auto end = elapsed_ + span; elapsed_ < end; elapsed_ += 1min) live_a_minute();
  }

  void put_clock_back(std::chrono::minutes by) { offset_ -= by; }

  void pin_newest_clip() {
    FileQuery clips;
    clips.record = "door";
    ASSERT_TRUE(keeper().set_pinned(keeper().files(clips).files.front().id, true));
  }

  /// Killed when a segment has its name, before anybody was told.
  void kill() {
    const FinishedFile untold = make("all", 100);
    files_.keeper->expect()(untold);
    const auto overdue = files_.restart(rig_).overdue(0s);
    ASSERT_EQ(overdue.size(), 1u);
    keeper().add(overdue.front(), false);
  }

  void expect_agreement() {
    const Tally there = found_on_disk(out());
    EXPECT_EQ(said_by_metrics(keeper()), there);
    EXPECT_EQ(written_in_journals(out()), there);
  }

  void expect_limits(std::uint64_t pinned_clips) {
    FileQuery segments;
    segments.record = "all";
    segments.limit = 1000;
    for (const FileEntry& file : keeper().files(segments).files) EXPECT_GE(file.time + 12h, tidied_) << file.name;
    EXPECT_LE(found_on_disk(out(), "door").files, 20 + pinned_clips);
    EXPECT_LE(found_on_disk(out(), "stills").bytes, 2000u);
  }

  Keeper& keeper() { return *files_.keeper; }
  fs::path out() const { return files_.dir / "out"; }
  WallTime now() const { return kMidnight + offset_ + elapsed_; }
  int made(const std::string& record) const { return made_.at(record); }

 private:
  void live_a_minute() {
    files_.clock->advance(1min);
    if (elapsed_.count() % 10 == 0) finish(make("all", 40 + random_() % 40));
    if (random_() % 25 == 0) finish(make("door", 10 + random_() % 200));
    if (schedule_.due(now())) finish(make("stills", 80 + random_() % 40));
    tidied_ = now();
    keeper().tidy(tidied_);
  }

  FinishedFile make(const std::string& record, std::size_t bytes) {
    const std::string name = record + "/" + std::to_string(made_[record]++);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now());
    FinishedFile file = files_.make(name, seconds.count(), bytes, record);
    if (record == "door") test::write_file(file.path + ".json", Bytes(10));
    return file;
  }

  void finish(const FinishedFile& file) {
    keeper().expect()(file);
    keeper().add(file, false);
  }

  KeptFiles files_;
  const rig::Rig rig_ = files_.rig(kRecords);
  ScheduleWatch schedule_{rig::find_record(rig_, "stills")->schedule, kMidnight - 1s};
  std::minstd_rand random_;  // the same everywhere
  std::chrono::minutes elapsed_{0};
  std::chrono::minutes offset_{0};  // of the clock on the wall
  WallTime tidied_{0};
  std::map<std::string, int> made_;
};

TEST(RigDays, MetricsJournalsAndFilesAgree) {
  const Zone utc("UTC");
  Days days;
  for (int hour = 0; hour < 72; hour += 8) {
    for (int step = 0; step < 2; ++step) {
      days.run(4h);
      days.expect_agreement();
      days.expect_limits(0);
    }
    days.kill();
    days.expect_agreement();
  }
  EXPECT_EQ(days.made("all"), 3 * 144 + 9);
  EXPECT_EQ(days.made("stills"), 3 * 14);
  EXPECT_GT(days.made("door"), 60);
  EXPECT_EQ(found_on_disk(days.out(), "all").files, 72u + 2u) << "every 10 minutes, and at two kills";
  EXPECT_EQ(found_on_disk(days.out(), "door").files, 20u);
}

TEST(RigDays, GoOnWhenTheClockIsPutBack) {
  const Zone utc("UTC");
  Days days;
  days.run(30h + 30min);
  days.pin_newest_clip();
  days.put_clock_back(1h);
  for (int hour = 30; hour < 72; hour += 6) {
    days.run(6h);
    days.expect_agreement();
    days.expect_limits(1);
  }
  EXPECT_EQ(days.made("stills"), 3 * 14) << "hours that come again have no stills of their own";
}

}  // namespace
}  // namespace omv::runner
