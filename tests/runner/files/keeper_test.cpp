// SPDX-License-Identifier: LGPL-2.1-or-later
// What is kept: limits, pins, hooks, restarts, directories, and clocks that are set.
#include "runner/files/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <future>
#include <thread>

#include "kept_files.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using test::KeptFiles;
using test::with_floors;
using testing::ElementsAre;
using testing::IsEmpty;

WallTime at(std::int64_t seconds) { return std::chrono::seconds(seconds); }

std::uint64_t id_of(const Keeper& keeper, const std::string& name) {
  for (const FileEntry& entry : keeper.files({}).files)
    if (entry.name == name) return entry.id;
  return 0;
}

// ---- limits --------------------------------------------------------------------------------------------------------

TEST(Keeper, KeepsSoManyFiles) {
  KeptFiles files;
  files.restart(files.rig("[[retain]]\nmax_files = 2\n"));
  for (int i = 0; i < 5; ++i) files.add(std::to_string(i), 100 + i);
  files.keeper->tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("3", "4"));
  EXPECT_EQ(files.keeper->status().deleted, 3u);
}

TEST(Keeper, KeepsSoManyBytes) {
  KeptFiles files;
  files.restart(files.rig("[[retain]]\nmax_size = '1kB'\n"));
  for (int i = 0; i < 4; ++i) files.add(std::to_string(i), 100 + i, 400);
  files.keeper->tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("2", "3"));
}

// A large file takes its time. Meanwhile the loop, pages and writers go on.
TEST(Keeper, LetsNobodyWaitWhileTheDiskDeletes) {
  KeptFiles files;
  std::promise<void> begun;
  std::promise<void> done;
  const auto remove = [&](const std::string& directory, const KeptFile& file) {
    begun.set_value();
    done.get_future().wait_for(20s);
    return Shelf::remove(directory, file);
  };
  files.keeper = std::make_unique<Keeper>(files.log, space_of, files.clock, remove);
  Keeper& keeper = *files.keeper;
  ASSERT_TRUE(keeper.apply(files.rig("[[retain]]\nmax_files = 1\n")));
  files.add("a", 100);
  files.add("b", 101);
  const std::uint64_t a = id_of(keeper, "a");
  std::thread disk([&] { keeper.tidy(at(200)); });
  ASSERT_EQ(begun.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_EQ(keeper.status().files, 2u) << "it is there still";
  EXPECT_EQ(keeper.set_pinned(a, true).error().code, Errc::busy);
  EXPECT_EQ(keeper.remove(a).error().code, Errc::busy);
  keeper.release(files.dir / "out/a");
  const Keeper::LimitsHeld held(keeper);
  files.add("c", 102);
  done.set_value();
  disk.join();
  EXPECT_THAT(files.there(), ElementsAre("b", "c")) << "limits may be other ones in a moment";
  EXPECT_EQ(keeper.status().deleted, 1u);
  EXPECT_EQ(keeper.status().files, 2u);
  EXPECT_EQ(keeper.status().bytes, 200u);
}

// A disk that became read-only.
TEST(Keeper, GivesUpForNowWhereNothingCanBeDeleted) {
  KeptFiles files;
  int tries = 0;
  files.keeper = std::make_unique<Keeper>(files.log, space_of, files.clock,
                                          [&](const std::string&, const KeptFile& file) -> Result<void> {
                                            ++tries;
                                            return Error{Errc::io, file.path + ": Read-only file system"};
                                          });
  ASSERT_TRUE(files.keeper->apply(files.rig("[[retain]]\nmax_files = 1\n")));
  for (int i = 0; i < 100; ++i) files.add("f" + std::to_string(i), 100 + i);
  files.keeper->tidy(at(300));
  EXPECT_EQ(tries, 16);
  EXPECT_EQ(files.keeper->status().files, 100u);
  EXPECT_EQ(files.keeper->status().deleted, 0u);
  files.keeper->tidy(at(301));
  EXPECT_EQ(tries, 32);
}

TEST(Keeper, GivesItsPlaceToAFileThatTakesItsNameMeanwhile) {
  KeptFiles files;
  files.keeper = std::make_unique<Keeper>(files.log, space_of, files.clock,
                                          [&](const std::string& directory, const KeptFile& file) {
                                            auto removed = Shelf::remove(directory, file);
                                            if (file.bytes == 100) files.add("a", 300, 50);
                                            return removed;
                                          });
  Keeper& keeper = *files.keeper;
  ASSERT_TRUE(keeper.apply(files.rig("[[retain]]\nmax_files = 1\n")));
  files.add("a", 100);
  files.add("b", 101, 10);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("a"));
  EXPECT_EQ(keeper.status().files, 1u);
  EXPECT_EQ(keeper.status().bytes, 50u);
}

TEST(Keeper, CountsPreviewsToo) {
  KeptFiles files;
  const rig::Rig rig = files.rig("[[retain]]\nmax_size = '1kB'\n");
  files.restart(rig);
  for (int i = 0; i < 3; ++i) {
    const FinishedFile file = files.add(std::to_string(i), 100 + i, 300, "door");
    test::write_file(file.path + ".gif", Bytes(200));
  }
  files.keeper->tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("0", "0.gif", "1", "1.gif", "2", "2.gif")) << "nobody has told of them";
  files.keeper->measure_preview(files.dir / "out/1");
  files.keeper->tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("1", "1.gif", "2", "2.gif"));
  EXPECT_EQ(files.keeper->status().bytes, 600u) << "of files";
  files.restart(rig).tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("1", "1.gif", "2", "2.gif")) << "just 1 kB";
  files.restart(files.rig("[[retain]]\nmax_size = '999B'\n")).tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("2", "2.gif"));
}

TEST(Keeper, KeepsFilesForSoLong) {
  KeptFiles files;
  files.restart(files.rig("[[retain]]\nmax_age = '1min'\n"));
  files.add("old", 100);
  files.add("young", 150);
  files.keeper->tidy(at(160));
  EXPECT_THAT(files.there(), ElementsAre("old", "young"));
  files.keeper->tidy(at(161));
  EXPECT_THAT(files.there(), ElementsAre("young"));
}

TEST(Keeper, DeletesTheOldestOfAllRecordsForFreeSpace) {
  KeptFiles files;
  files.free = 150;
  files.restart(with_floors(files.rig(), 300, 0));
  files.add("b", 200, 100, "door", "b");
  files.add("a", 100, 100);
  files.add("c", 300, 100);
  files.keeper->tidy(at(400));
  EXPECT_THAT(files.there(), ElementsAre("c")) << "two of 100 bytes make 350 free";
}

TEST(Keeper, WaitsForTheRoomOfWhatItHasDeleted) {
  KeptFiles files;
  files.free = 250;
  Keeper& keeper = files.restart(with_floors(files.rig(), 300, 0));
  for (int i = 0; i < 5; ++i) files.add(std::to_string(i), 100 + i, 100);
  for (int i = 0; i < 10; ++i) keeper.tidy(at(200));  // somebody has the first one open
  EXPECT_THAT(files.there(), ElementsAre("1", "2", "3", "4"));
  files.free = 310;
  keeper.tidy(at(200));
  files.free = 270;  // others write: only 40 bytes are awaited now
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("1", "2", "3", "4"));
  files.clock->advance(1min);
  keeper.tidy(at(260));
  EXPECT_THAT(files.there(), ElementsAre("2", "3", "4")) << "nobody waits for ever";
}

TEST(Keeper, AsksOneGroupForFreeSpaceBeforeOthers) {
  KeptFiles files;
  files.free = 150;
  auto rig = files.rig("[[retain]]\nrecords = 'door'\nmin_free = '1GB'\n");
  rig.retains.front().min_free = 300;
  files.restart(with_floors(std::move(rig), 200, 0));
  files.add("all", 100);
  files.add("door1", 200, 100, "door");
  files.add("door2", 300, 100, "door");
  files.keeper->tidy(at(400));
  EXPECT_THAT(files.there(), ElementsAre("all"));
}

TEST(Keeper, StopsBelowAFloorUntilThereIsClearlyMore) {
  KeptFiles files;
  files.free = 2000;
  Keeper& keeper = files.restart(with_floors(files.rig(), 0, 1000));
  EXPECT_EQ(keeper.obstacle(), "");
  files.free = 999;
  EXPECT_NE(keeper.obstacle(), "");
  EXPECT_FALSE(keeper.status().writable);
  files.free = 1001;
  EXPECT_NE(keeper.obstacle(), "") << "it would begin and stop with every file";
  files.free = 1050;
  EXPECT_EQ(keeper.obstacle(), "");
}

// ---- what is left alone --------------------------------------------------------------------------------------------

TEST(Keeper, LeavesPinnedFilesAndThoseThatWait) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig("[[retain]]\nmax_files = 1\n"));
  files.add("pinned", 100);
  ASSERT_TRUE(keeper.set_pinned(id_of(keeper, "pinned"), true));
  const FinishedFile waits = files.make("waits", 101);
  keeper.add(waits, true);
  files.add("gone", 102);
  files.add("new", 103);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("new", "pinned", "waits"));
  EXPECT_EQ(keeper.remove(id_of(keeper, "pinned")).error().code, Errc::busy);
  EXPECT_EQ(keeper.remove(id_of(keeper, "waits")).error().code, Errc::busy);
  keeper.release(waits.path);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("new", "pinned")) << "it counts, and is the oldest";
}

TEST(Keeper, CountsPinnedFilesWhenToldSo) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig("[[retain]]\nmax_files = 1\ncount_pinned = true\n"));
  files.add("pinned", 100);
  ASSERT_TRUE(keeper.set_pinned(id_of(keeper, "pinned"), true));
  files.add("gone", 101);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("pinned"));
}

TEST(Keeper, NeverTouchesFilesOfOthers) {
  KeptFiles files;
  files.restart(files.rig("[[retain]]\nmax_files = 1\n"));
  files.make("foreign", 1);
  files.make("0001.bin.part", 1);
  for (int i = 0; i < 3; ++i) files.add(std::to_string(i), 100 + i);
  files.keeper->tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("0001.bin.part", "2", "foreign"));
}

TEST(Keeper, ForgetsFilesThatWereReplaced) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 1\n");
  files.restart(rig);
  files.add("a", 100, 100);
  files.make("a", 100, 50);  // somebody else's by now
  files.restart(rig);
  files.add("b", 200);
  files.add("c", 201);
  files.keeper->tidy(at(300));
  EXPECT_THAT(files.there(), ElementsAre("a", "c"));
}

TEST(Keeper, HasOneEntryForOneName) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig("[[retain]]\nmax_files = 1\n"));
  files.add("a", 100, 10);
  files.add("a", 200, 20);
  keeper.tidy(at(300));
  EXPECT_THAT(files.there(), ElementsAre("a")) << "the older entry is void, and deletes nothing";
  EXPECT_EQ(keeper.status().files, 1u);
  EXPECT_EQ(keeper.status().bytes, 20u);
}

// ---- restarts ------------------------------------------------------------------------------------------------------

TEST(Keeper, KnowsEverythingAfterARestart) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 2\n");
  files.restart(rig);
  files.add("a", 100, 10);
  files.add("b", 101, 20, "door", "b");
  ASSERT_TRUE(files.keeper->set_pinned(id_of(*files.keeper, "a"), true));
  Keeper& keeper = files.restart(rig);
  EXPECT_EQ(keeper.status().files, 2u);
  EXPECT_EQ(keeper.status().bytes, 30u);
  EXPECT_TRUE(keeper.file(id_of(keeper, "a"))->pinned);
  EXPECT_EQ(keeper.file(id_of(keeper, "b"))->camera, "b");
}

TEST(Keeper, GivesNoIdASecondTime) {
  KeptFiles files;
  files.restart(files.rig());
  files.add("a", 100);
  const std::uint64_t before = id_of(*files.keeper, "a");
  EXPECT_LT(before, std::uint64_t{1} << 53) << "what JavaScript can count";
  std::filesystem::remove(files.dir / "out/a");
  Keeper& keeper = files.restart(files.rig());
  files.add("b", 101);
  EXPECT_FALSE(keeper.file(before));
  EXPECT_NE(id_of(keeper, "b"), before);
}

TEST(Keeper, HoldsWhatTheOutboxStillHas) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 1\n");
  files.restart(rig);
  const FinishedFile first = files.add("a", 100);
  Keeper& keeper = files.restart(rig);
  keeper.hold({first.path});
  files.add("b", 101);
  files.add("c", 102);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("a", "c"));
}

TEST(Keeper, FindsWhatGotItsNameBeforeTheKill) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 10\n");
  files.restart(rig);
  const auto expect = files.keeper->expect();
  const FinishedFile named = files.make("named", 100);
  expect(named);
  FinishedFile never = named;
  never.path += "-never";
  expect(never);
  EXPECT_EQ(files.keeper->status().files, 0u);
  Keeper& keeper = files.restart(rig);
  const auto overdue = keeper.overdue(0s);
  ASSERT_EQ(overdue.size(), 1u);
  EXPECT_EQ(overdue[0].path, named.path);
  EXPECT_EQ(overdue[0].record, "all");
  EXPECT_EQ(overdue[0].bytes, 100u);
  keeper.add(overdue[0], false);
  EXPECT_THAT(keeper.overdue(0s), IsEmpty());
  EXPECT_THAT(files.restart(rig).overdue(0s), IsEmpty());
  EXPECT_EQ(files.keeper->status().files, 1u);
}

TEST(Keeper, FindsWhatNobodyToldOf) {
  KeptFiles files;
  files.restart(files.rig());
  files.clock->advance(1s);
  files.keeper->expect()(files.make("late", 100));
  EXPECT_THAT(files.keeper->overdue(1min), IsEmpty());
  files.clock->advance(1min);
  EXPECT_EQ(files.keeper->overdue(1min).size(), 1u);
}

TEST(Keeper, IsNotMissedByThoseWhoOutliveIt) {
  KeptFiles files;
  files.restart(files.rig());
  const auto expect = files.keeper->expect();
  const FinishedFile file = files.make("a", 100);
  files.keeper.reset();
  expect(file);
  EXPECT_THAT(files.restart(files.rig()).overdue(0s), IsEmpty());
}

TEST(Keeper, ExpectsThroughARewrite) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 1\n");
  files.restart(rig);
  files.keeper->expect()(files.make("late", 50));
  const FinishedFile same = files.make("same", 100);
  for (int i = 0; i < 1200; ++i) files.keeper->add(same, false);  // makes most lines void
  files.keeper->tidy(at(2000));
  EXPECT_LT(std::filesystem::file_size(files.dir / "out/.omv-rig.all.a.journal"), 1000u);
  EXPECT_EQ(files.restart(rig).overdue(0s).size(), 1u);
}

// No file can become larger than so many bytes.
class SizeLimit {
 public:
  explicit SizeLimit(std::uint64_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const struct rlimit limit = {bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;
  ~SizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  struct rlimit before_ = {};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST(Keeper, WritesDownLaterWhatTheJournalDidNotTake) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig());
  files.add("a", 100);
  const std::string journal = files.dir / "out/.omv-rig.all.a.journal";
  const auto size = std::filesystem::file_size(journal);
  const FinishedFile late = files.make("b", 101);
  {
    const SizeLimit full(size);
    keeper.add(late, false);
    keeper.tidy(at(200));
  }
  keeper.tidy(at(200));
  EXPECT_EQ(std::filesystem::file_size(journal), size) << "not with each look";
  files.clock->advance(1s);
  keeper.tidy(at(201));
  EXPECT_EQ(files.restart(files.rig()).status().files, 2u);
}

// ---- clocks --------------------------------------------------------------------------------------------------------

TEST(Keeper, DeletesWhatCameFirstWhenTheClockWasPutBack) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 2\n");
  files.restart(rig);
  files.add("first", 10'000);
  files.add("second", 10'001);
  files.add("third", 6400);  // an hour back
  files.keeper->tidy(at(6400));
  EXPECT_THAT(files.there(), ElementsAre("second", "third"));
  files.restart(rig);
  files.add("fourth", 6401);
  files.keeper->tidy(at(6401));
  EXPECT_THAT(files.there(), ElementsAre("fourth", "third")) << "nor does a restart mix them up";
}

TEST(Keeper, MergesRecordsByTheClock) {
  KeptFiles files;
  const auto rig = files.rig("[[retain]]\nmax_files = 2\n");
  files.restart(rig);
  files.add("a1", 100);
  files.add("b1", 150, 100, "door");
  files.add("a2", 200);
  files.restart(rig).tidy(at(300));
  EXPECT_THAT(files.there(), ElementsAre("a2", "b1"));
}

// ---- directories ---------------------------------------------------------------------------------------------------

TEST(Keeper, MovesOnToAnotherDirectory) {
  KeptFiles files;
  const auto before = files.rig("[[retain]]\nmax_files = 1\n");
  const auto after = test::rig_in(files.dir / "other", "", "[[retain]]\nmax_files = 1\n");
  Keeper& keeper = files.restart(before);
  files.add("a", 100);
  ASSERT_TRUE(keeper.apply(after));
  EXPECT_EQ(keeper.status().files, 0u);
  files.add("late", 101);  // a branch has finished it where it was begun
  FinishedFile moved = files.make("../other/new", 102);
  moved.path = files.dir / "other/new";
  keeper.add(moved, false);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("a", "late")) << "what was left is left alone";
  EXPECT_EQ(keeper.status().files, 1u);
  EXPECT_EQ(id_of(keeper, "late"), 0u);
  ASSERT_TRUE(keeper.apply(before)) << "and back";
  EXPECT_EQ(keeper.status().files, 2u);
  keeper.tidy(at(200));
  EXPECT_THAT(files.there(), ElementsAre("late"));
}

TEST(Keeper, LetsOthersHaveADirectoryThatItHasLeft) {
  KeptFiles files;
  const auto before = files.rig();
  Keeper& keeper = files.restart(before);
  keeper.expect()(files.make("a", 100));
  ASSERT_TRUE(keeper.apply(test::rig_in(files.dir / "other", "")));
  Keeper heir(files.log);
  keeper.close_left();
  EXPECT_EQ(heir.apply(before).error().code, Errc::busy) << "a branch may be about to begin a file there";
  files.clock->advance(2min);
  keeper.close_left();
  EXPECT_EQ(heir.apply(before).error().code, Errc::busy) << "a file there is expected";
  files.add("a", 100);
  keeper.close_left();
  EXPECT_TRUE(heir.apply(before));
  EXPECT_EQ(heir.status().files, 1u);
}

TEST(Keeper, KnowsADirectoryHoweverItIsWritten) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig());
  files.add("a", 100);
  const auto applied = keeper.apply(test::rig_in(files.dir / "./out//", ""));
  ASSERT_TRUE(applied) << applied.error().message;
  files.add("b", 101);
  EXPECT_EQ(keeper.status().files, 2u);
  for (const char* plain : {"out", "a/b", "/", ".", "link/../out"}) EXPECT_EQ(plain_directory(plain), plain);
  for (const char* other : {"./out", "out/", "out//", "././out/."}) EXPECT_EQ(plain_directory(other), "out");
}

TEST(Keeper, StaysWhereItIsWhenTheOtherIsTaken) {
  KeptFiles files;
  const auto other = test::rig_in(files.dir / "other", "");
  Keeper holder(files.log);
  ASSERT_TRUE(holder.apply(other));
  Keeper& keeper = files.restart(files.rig());
  files.add("a", 100);
  EXPECT_EQ(keeper.apply(other).error().code, Errc::busy);
  files.add("b", 101);
  EXPECT_EQ(keeper.status().files, 2u);
  EXPECT_EQ(files.restart(files.rig()).status().files, 2u);
}

TEST(Keeper, LeavesAStorageAloneThatIsNotMounted) {
  KeptFiles files;
  auto rig = files.rig();
  rig.storage.directory = "/proc/omv-nowhere";  // the way there is a mount
  rig.storage.require_mount = true;
  EXPECT_TRUE(is_reachable(rig.storage));
  rig.storage.directory = "/omv-nowhere";
  EXPECT_FALSE(is_reachable(rig.storage));
  Keeper keeper(files.log);
  ASSERT_TRUE(keeper.apply(rig));
  EXPECT_EQ(keeper.obstacle(), "/omv-nowhere is not mounted");
  EXPECT_FALSE(keeper.is_mounted_otherwise());
  EXPECT_FALSE(std::filesystem::exists("/omv-nowhere"));
}

TEST(Keeper, FindsFilesByWhatTheyAreOf) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig());
  files.add("a", 100);
  files.add("b", 101, 100, "all", "b");
  files.add("door", 102, 100, "door", "b");
  ASSERT_TRUE(keeper.set_pinned(id_of(keeper, "b"), true));
  const auto names = [&](const FileQuery& query) {
    std::vector<std::string> found;
    for (const FileEntry& entry : keeper.files(query).files) found.push_back(entry.name);
    return found;
  };
  FileQuery query;
  EXPECT_THAT(names(query), ElementsAre("door", "b", "a"));
  query.camera = "b";
  EXPECT_THAT(names(query), ElementsAre("door", "b"));
  query.type = "clip";
  EXPECT_THAT(names(query), ElementsAre("door"));
  query.record = "all";
  EXPECT_THAT(names(query), IsEmpty());
  query = {};
  query.pinned_only = true;
  EXPECT_THAT(names(query), ElementsAre("b"));
  query = {};
  query.limit = 2;
  EXPECT_TRUE(keeper.files(query).more);
}

TEST(Keeper, AnswersWithoutLookingAtTheDisk) {
  KeptFiles files;
  Keeper& keeper = files.restart(files.rig());
  for (int i = 0; i < 3; ++i) files.add(std::to_string(i), 100 + i);
  (void)keeper.obstacle();
  const int looks = files.looks;
  const DiskStatus status = keeper.status();
  EXPECT_EQ(files.looks, looks);
  EXPECT_EQ(status.files, 3u);
  EXPECT_EQ(status.bytes, 300u);
  EXPECT_EQ(status.free, files.free);
}

}  // namespace
}  // namespace omv::runner
