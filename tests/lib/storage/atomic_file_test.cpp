// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that appear whole: names, leftovers, writers that are killed, and file systems that are full.
#include "omv/storage/atomic_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "omv/storage/directories.h"
#include "temp_dir.h"

namespace omv::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Bytes text(std::string_view from) { return Bytes(from.begin(), from.end()); }

Result<void> write(AtomicFiles& files, const std::string& path, ConstByteSpan bytes) {
  OMV_TRY(AtomicFile file, files.begin(directory_of(path)));
  OMV_CHECK(file.write(bytes));
  return file.commit(path);
}

// The kinds of files in progress: without a name, and hidden.
class AtomicFileTest : public testing::TestWithParam<bool> {
 protected:
  AtomicOptions options(bool overwrite = false) const { return {.overwrite = overwrite, .unnamed = GetParam()}; }
  test::TempDir dir_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, AtomicFileTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "Unnamed" : "Hidden"; });

TEST_P(AtomicFileTest, AppearsWholeInDirectoriesMadeOnTheWay) {
  AtomicFiles files({.sync = true, .unnamed = GetParam()});
  auto file = files.begin(dir_ / "a/b");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(file->write(as_bytes("one ")));
  ASSERT_TRUE(file->write(as_bytes("two")));
  EXPECT_EQ(file->size(), 7u);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "a/c/x"));
  const auto done = file->commit(dir_ / "a/c/x");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(test::read_file(dir_ / "a/c/x"), text("one two"));
  EXPECT_THAT(names_in(dir_ / "a/b"), IsEmpty());
}

TEST_P(AtomicFileTest, NeverOverwritesUnlessTold) {
  AtomicFiles careful(options());
  ASSERT_TRUE(write(careful, dir_ / "x", as_bytes("old")));
  auto file = careful.begin(dir_ / ".");
  ASSERT_TRUE(file && file->write(as_bytes("new")));
  const auto taken = file->commit(dir_ / "x");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::exists);
  EXPECT_EQ(test::read_file(dir_ / "x"), text("old"));
  EXPECT_TRUE(file->commit(dir_ / "y")) << "another name can be tried";
  AtomicFiles bold(options(true));
  ASSERT_TRUE(write(bold, dir_ / "x", as_bytes("newer")));
  EXPECT_EQ(test::read_file(dir_ / "x"), text("newer"));
  EXPECT_THAT(names_in(dir_ / "."), ElementsAre("x", "y"));
}

TEST_P(AtomicFileTest, LeavesNothingWhenItIsGivenUp) {
  AtomicFiles files(options());
  {
    auto file = files.begin(dir_ / ".");
    ASSERT_TRUE(file && file->write(as_bytes("half")));
    auto moved = std::move(*file);
    EXPECT_EQ(names_in(dir_ / ".").size(), GetParam() ? 0u : 1u);
  }
  EXPECT_THAT(names_in(dir_ / "."), IsEmpty());
}

TEST_P(AtomicFileTest, TellsPathAndReason) {
  test::write_file(dir_ / "file", as_bytes("x"));
  AtomicFiles files(options());
  const auto begun = files.begin(dir_ / "file/below");
  ASSERT_FALSE(begun);
  EXPECT_THAT(begun.error().message, HasSubstr("file: no directory can be made: Not a directory"));
  AtomicFiles bold(options(true));
  const auto done = write(bold, dir_ / ".", as_bytes("x"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::io);
}

TEST_P(AtomicFileTest, MakesADirectoryAgainThatWent) {
  AtomicFiles files(options());
  auto file = files.begin(dir_ / "a");
  ASSERT_TRUE(file);
  std::filesystem::remove_all(dir_ / "a");
  EXPECT_TRUE(files.begin(dir_ / "a"));
}

// ---- leftovers -----------------------------------------------------------------------------------------------------

TEST(AtomicFiles, RemovesWhatDeadWritersLeftAndNothingElse) {
  const test::TempDir dir;
  test::write_file(dir / ".omv-123-1.part", as_bytes("dead"));
  test::write_file(dir / "photo.part", as_bytes("a user's"));
  test::write_file(dir / ".omv-x.journal", as_bytes("journal"));
  AtomicFiles other({.unnamed = false});
  const auto living = other.begin(dir / ".");
  ASSERT_TRUE(living);
  AtomicFiles files({.unnamed = false});
  ASSERT_TRUE(write(files, dir / "x", as_bytes("new")));
  EXPECT_FALSE(std::filesystem::exists(dir / ".omv-123-1.part"));
  EXPECT_EQ(names_in(dir / ".").size(), 4u) << "the living writer's, the user's, the journal, and x";
}

// ---- kill -9 -------------------------------------------------------------------------------------------------------

constexpr std::size_t kFileBytes = 70'000;

[[noreturn]] void write_until_killed(const std::string& directory, const AtomicOptions& options) {
  AtomicFiles files(options);
  for (int n = 0; n < 300; ++n) {
    const std::string path = directory + "/" + std::to_string(options.overwrite ? n % 3 : n);
    const Bytes bytes(kFileBytes, static_cast<std::uint8_t>(n));
    if (!write(files, path, bytes)) _exit(1);
  }
  while (true) pause();
}

void kill_after(std::chrono::microseconds delay, const std::string& directory, const AtomicOptions& options) {
  const pid_t child = fork();
  if (child == 0) write_until_killed(directory, options);
  std::this_thread::sleep_for(delay);
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed";
}

void expect_whole_files(const std::string& directory) {
  for (const std::string& name : names_in(directory)) {
    if (name.front() == '.') continue;
    const Bytes bytes = test::read_file(directory + "/" + name);
    ASSERT_EQ(bytes.size(), kFileBytes) << name;
    ASSERT_EQ(bytes, Bytes(kFileBytes, bytes.front())) << name;
  }
}

void kill_often(const AtomicOptions& options) {
  std::mt19937 random(4);
  const test::TempDir dir;
  for (int round = 0; round < 10; ++round) {
    const std::string target = dir / std::to_string(options.overwrite ? 0 : round);
    kill_after(std::chrono::microseconds(1000 + random() % 10'000), target, options);
    if (!std::filesystem::exists(target)) continue;
    expect_whole_files(target);
    remove_leftovers(target);
    for (const std::string& name : names_in(target)) EXPECT_NE(name.front(), '.') << name;
  }
}

TEST_P(AtomicFileTest, IsNeverBrokenUnderItsNameWhenTheWriterIsKilled) {
  kill_often(options());
  kill_often(options(true));
}

// ---- full file systems ---------------------------------------------------------------------------------------------

// A child process must not come back from here with an exception.
bool enter_namespace() try {
  const std::string uids = "0 " + std::to_string(getuid()) + " 1";
  const std::string gids = "0 " + std::to_string(getgid()) + " 1";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  test::write_file("/proc/self/setgroups", as_bytes("deny"));
  test::write_file("/proc/self/uid_map", as_bytes(uids));
  test::write_file("/proc/self/gid_map", as_bytes(gids));
  return true;
} catch (const std::exception&) {
  return false;
}

// Writes on a tmpfs of 64 KiB in a namespace of its own; the exit status tells how far that went.
[[noreturn]] void fill_tmpfs(const std::string& mount_point) {
  if (!enter_namespace()) _exit(77);
  if (mount("omv", mount_point.c_str(), "tmpfs", 0, "size=64k") != 0) _exit(77);
  AtomicFiles files;
  const auto failed = write(files, mount_point + "/big", Bytes(kFileBytes));
  if (failed || failed.error().code != Errc::full) _exit(1);
  if (!names_in(mount_point).empty()) _exit(2);
  _exit(write(files, mount_point + "/small", Bytes(1000)) ? 0 : 3);
}

TEST(AtomicFiles, KnowsAFullFileSystemAndGoesOnAfterIt) {
  const test::TempDir dir;
  const pid_t child = fork();
  if (child == 0) fill_tmpfs(dir / ".");
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "this system lets nobody mount a tmpfs in a namespace of its own";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(AtomicFiles, TellsFullFromEverythingElse) {
  EXPECT_EQ(system_error("x", ENOSPC).code, Errc::full);
  EXPECT_EQ(system_error("x", EDQUOT).code, Errc::full);
  EXPECT_EQ(system_error("x", EEXIST).code, Errc::exists);
  EXPECT_EQ(system_error("x", EACCES).code, Errc::io);
  EXPECT_EQ(system_error("x", EACCES).message, "x: Permission denied");
}

}  // namespace
}  // namespace omv::storage
