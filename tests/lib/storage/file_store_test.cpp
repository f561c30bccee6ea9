// SPDX-License-Identifier: LGPL-2.1-or-later
// Stores: names that are free, limits that hold at every moment and over restarts, writers that are killed.
#include "omv/storage/file_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "temp_dir.h"

namespace omv::storage {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

NameValues values_at(std::uint64_t index, seconds wall_clock = seconds(1'700'000'000)) {
  NameValues values;
  values.index = index;
  values.wall_clock = wall_clock;
  return values;
}

FileStore store_of(const std::string& pattern, const Limits& limits, bool overwrite = false) {
  return FileStore(*NamePattern::parse(pattern), {{.overwrite = overwrite}, limits});
}

// Writes one file under the next free name; its path.
Result<std::string> put(FileStore& store, NameValues values, std::size_t bytes = 10) {
  OMV_CHECK(store.open());
  OMV_TRY(AtomicFile file, store.begin(values));
  OMV_CHECK(file.write(Bytes(bytes, 'x')));
  OMV_TRY(values.index, store.free_index(values));
  return store.commit(file, values);
}

void put_all(FileStore& store, std::uint64_t from, std::uint64_t to, std::size_t bytes = 10) {
  for (std::uint64_t i = from; i < to; ++i) {
    const auto path = put(store, values_at(i, seconds(1'700'000'000 + i)), bytes);
    ASSERT_TRUE(path) << path.error().message;
  }
}

// Names of all files below, but for hidden ones.
std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file() && entry.path().filename().string().front() != '.')
      names.push_back(entry.path().lexically_relative(directory).string());
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t hidden_files_in(const std::string& directory) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    count += entry.path().filename().string().front() == '.' ? 1 : 0;
  return count;
}

// ---- names ---------------------------------------------------------------------------------------------------------

TEST(FileStore, SkipsNamesThatAreTaken) {
  const test::TempDir dir;
  test::write_file(dir / "1", as_bytes("a user's"));
  FileStore store = store_of(dir / "%{index}", {});
  EXPECT_EQ(*put(store, values_at(0)), dir / "0");
  EXPECT_EQ(*put(store, values_at(1)), dir / "2");
  EXPECT_EQ(test::read_file(dir / "1").size(), 8u);
}

TEST(FileStore, RefusesATakenNameWithoutNumber) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "x", {});
  ASSERT_TRUE(put(store, values_at(0)));
  const auto second = put(store, values_at(1));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::exists);
}

TEST(FileStore, WritesNothingDownWithoutLimits) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index}", {});
  ASSERT_TRUE(put(store, values_at(0)));
  EXPECT_EQ(hidden_files_in(dir / "."), 0u);
}

// ---- limits --------------------------------------------------------------------------------------------------------

TEST(FileStore, KeepsTheNewestFiles) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index}", {.max_files = 3});
  for (std::uint64_t i = 0; i < 9; ++i) {
    put_all(store, i, i + 1);
    EXPECT_EQ(files_in(dir / ".").size(), std::min<std::uint64_t>(i + 1, 3));
  }
  EXPECT_THAT(files_in(dir / "."), ElementsAre("6", "7", "8"));
  EXPECT_EQ(store.deleted(), 6u);
}

TEST(FileStore, KeepsBytesWithinTheirLimit) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index}", {.max_bytes = 1000});
  put_all(store, 0, 10, 300);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("7", "8", "9"));
  put_all(store, 10, 11, 1000);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("10"));
  const auto large = put(store, values_at(11), 1001);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::limit);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("10")) << "what can't fit costs nobody else";
}

TEST(FileStore, ForgetsOldFiles) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index}", {.max_age = seconds(10)});
  for (const int second : {0, 5, 12, 30}) ASSERT_TRUE(put(store, values_at(0, seconds(1'700'000'000 + second))));
  EXPECT_THAT(files_in(dir / "."), ElementsAre("3"));
}

TEST(FileStore, LeavesSpaceToOthersOrWritesNothing) {
  const test::TempDir dir;
  struct statvfs status = {};
  ASSERT_EQ(statvfs((dir / ".").c_str(), &status), 0);
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  {
    FileStore before = store_of(dir / "%{index}", {.max_files = 100});
    put_all(before, 0, 5);
  }
  FileStore store = store_of(dir / "%{index}", {.min_free = 2 * free});
  const auto refused = put(store, values_at(5));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::full);
  EXPECT_EQ(files_in(dir / ".").size(), 0u) << "no file of ours is left to delete";
}

TEST(FileStore, ReplacesAFileWithoutDeletingAnother) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index}", {.max_files = 2}, true);
  for (const std::uint64_t index : {0, 1}) {
    auto file = store.begin(values_at(index));
    ASSERT_TRUE(file && file->write(Bytes(5)) && store.commit(*file, values_at(index)));
  }
  auto file = store.begin(values_at(1));
  ASSERT_TRUE(file && file->write(Bytes(9)) && store.commit(*file, values_at(1)));
  EXPECT_THAT(files_in(dir / "."), ElementsAre("0", "1"));
  EXPECT_EQ(std::filesystem::file_size(dir / "1"), 9u);
}

TEST(FileStore, RemovesDirectoriesThatBecomeEmpty) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "day%{index}/a/x", {.max_files = 2});
  put_all(store, 0, 4);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("day2/a/x", "day3/a/x"));
  EXPECT_FALSE(std::filesystem::exists(dir / "day1"));
}

// ---- restarts ------------------------------------------------------------------------------------------------------

TEST(FileStore, KeepsLimitsAndNumbersOverARestartAndAMove) {
  const test::TempDir dir;
  {
    FileStore store = store_of(dir / "old/%{index}", {.max_files = 3});
    put_all(store, 0, 5);
  }
  std::filesystem::rename(dir / "old", dir / "new");
  FileStore store = store_of(dir / "new/%{index}", {.max_files = 3});
  EXPECT_EQ(*put(store, values_at(0)), dir / "new/5");
  EXPECT_THAT(files_in(dir / "new"), ElementsAre("3", "4", "5"));
}

TEST(FileStore, DeletesOnlyWhatItWrote) {
  const test::TempDir dir;
  {
    FileStore store = store_of(dir / "%{index}", {.max_files = 10});
    put_all(store, 0, 4);
  }
  test::write_file(dir / "0", as_bytes("a user's own file"));  // of another size
  std::filesystem::remove(dir / "1");
  std::filesystem::create_directory(dir / "1");
  std::filesystem::remove(dir / "2");
  std::filesystem::create_symlink(dir / "0", dir / "2");
  test::write_file(dir / "other.jpg", as_bytes("other"));
  FileStore store = store_of(dir / "%{index}", {.max_files = 1});
  ASSERT_TRUE(put(store, values_at(10)));
  EXPECT_THAT(files_in(dir / "."), ElementsAre("0", "10", "2", "other.jpg"));
  EXPECT_TRUE(std::filesystem::is_directory(dir / "1"));
}

TEST(FileStore, SharesADirectoryWithOtherPatterns) {
  const test::TempDir dir;
  FileStore a = store_of(dir / "a%{index}", {.max_files = 1});
  FileStore b = store_of(dir / "b%{index}", {.max_files = 2});
  put_all(a, 0, 3);
  put_all(b, 0, 3);
  EXPECT_THAT(files_in(dir / "."), ElementsAre("a2", "b1", "b2"));
  EXPECT_NE(journal_name(*NamePattern::parse("d/%Y/x")), journal_name(*NamePattern::parse("d/%m/x")));
  EXPECT_EQ(journal_name(*NamePattern::parse("d/%Y/x")), journal_name(*NamePattern::parse("e/%Y/x")));
}

TEST(FileStore, LetsOneWriterKeepAPattern) {
  const test::TempDir dir;
  FileStore first = store_of(dir / "%{index}", {.max_files = 1});
  FileStore second = store_of(dir / "%{index}", {.max_files = 1});
  ASSERT_TRUE(first.open());
  EXPECT_EQ(second.open().error().code, Errc::busy);
}

TEST(FileStore, KeepsItsJournalShort) {
  const test::TempDir dir;
  FileStore store = store_of(dir / "%{index:09d}", {.max_files = 10});
  put_all(store, 0, 1000);
  EXPECT_LT(std::filesystem::file_size((dir / "") + journal_name(store.pattern())), 100 * 40u);
}

// ---- kill -9 -------------------------------------------------------------------------------------------------------

[[noreturn]] void put_until_killed(const std::string& pattern) {
  FileStore store = store_of(pattern, {.max_files = 20});
  for (std::uint64_t i = 0; i < 100'000; ++i)
    if (!put(store, values_at(0, seconds(1'700'000'000 + i)), 1000)) _exit(1);
  while (true) pause();
}

TEST(FileStore, KeepsItsLimitThoughItsWriterIsKilled) {
  std::mt19937 random(7);
  const test::TempDir dir;
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    if (child == 0) put_until_killed(dir / "%{index}");
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(3000 + random() % 10'000);
    while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed";
    const auto files = files_in(dir / ".");
    ASSERT_LE(files.size(), 20u);
    for (const std::string& name : files) ASSERT_EQ(std::filesystem::file_size(dir / name), 1000u) << name;
  }
  EXPECT_GE(files_in(dir / ".").size(), 19u) << "otherwise the rounds were too short";
}

}  // namespace
}  // namespace omv::storage
