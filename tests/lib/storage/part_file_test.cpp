// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that grow beside their name: exclusive, patched, named without overwriting, and found when nobody finished
// them.
#include "omv/storage/part_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "omv/storage/file_store.h"
#include "omv/storage/output.h"
#include "temp_dir.h"

namespace omv::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using WhenAbandoned = PartFile::WhenAbandoned;

Result<void> write(PartFile& file, std::uint64_t offset, std::string_view text) {
  const ConstByteSpan part = as_bytes(text);
  return file.write_at(offset, std::span(&part, 1));
}

// What a writer that died left.
void leave(const std::string& path) {
  auto file = PartFile::create(path, WhenAbandoned::keep);
  EXPECT_TRUE(file && write(*file, 0, "frames"));
}

std::string text_of(const std::string& path) {
  const Bytes bytes = test::read_file(path);
  return {bytes.begin(), bytes.end()};
}

TEST(PartFile, GrowsBesideItsNameAndGetsItWhenItIsWhole) {
  const test::TempDir dir;
  auto file = PartFile::create(dir / "a.bin", WhenAbandoned::keep);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(file->reserve(100));
  ASSERT_TRUE(write(*file, 0, "header frames"));
  ASSERT_TRUE(write(*file, 0, "HEADER"));
  EXPECT_EQ(file->size(), 13u);
  EXPECT_EQ(text_of(dir / "a.bin.part"), "HEADER frames") << "what is reserved is not in the file";
  ASSERT_TRUE(file->commit(dir / "a.bin", true));
  EXPECT_EQ(text_of(dir / "a.bin"), "HEADER frames");
  EXPECT_FALSE(std::filesystem::exists(dir / "a.bin.part"));
}

TEST(PartFile, IsMadeExclusively) {
  const test::TempDir dir;
  const auto first = PartFile::create(dir / "a.bin", WhenAbandoned::keep);
  ASSERT_TRUE(first);
  EXPECT_EQ(PartFile::create(dir / "a.bin", WhenAbandoned::keep).error().code, Errc::exists);
  test::write_file(dir / "b.bin", Bytes{1});
  EXPECT_EQ(PartFile::create(dir / "b.bin", WhenAbandoned::keep).error().code, Errc::exists);
}

TEST(PartFile, OverwritesNothingWhenItGetsItsName) {
  const test::TempDir dir;
  auto file = PartFile::create(dir / "a.bin", WhenAbandoned::keep);
  ASSERT_TRUE(file && write(*file, 0, "new"));
  test::write_file(dir / "a.bin", Bytes{'o', 'l', 'd'});
  EXPECT_EQ(file->commit(dir / "a.bin", false).error().code, Errc::exists);
  EXPECT_EQ(text_of(dir / "a.bin"), "old");
  ASSERT_TRUE(file->commit(dir / "b.bin", false)) << "another name can be tried";
  EXPECT_EQ(text_of(dir / "b.bin"), "new");
}

TEST(PartFile, ReplacesAFileOnlyWhenItGetsItsName) {
  const test::TempDir dir;
  test::write_file(dir / "a", as_bytes("old"));
  {
    auto given_up = PartFile::create(dir / "a", WhenAbandoned::remove, PartFile::kSuffix, PartFile::WhenTaken::replace);
    ASSERT_TRUE(given_up && write(*given_up, 0, "half"));
  }
  EXPECT_EQ(text_of(dir / "a"), "old");
  auto file = PartFile::create(dir / "a", WhenAbandoned::remove, PartFile::kSuffix, PartFile::WhenTaken::replace);
  ASSERT_TRUE(file && write(*file, 0, "new and longer"));
  EXPECT_EQ(text_of(dir / "a"), "old");
  EXPECT_TRUE(file->commit(dir / "a", false));
  EXPECT_EQ(text_of(dir / "a"), "new and longer");
  EXPECT_FALSE(std::filesystem::exists(dir / "a.part"));
}

TEST(PartFile, ReplacesThePartOfADeadWriterButNotOfALivingOne) {
  const test::TempDir dir;
  leave(dir / "dead");
  EXPECT_TRUE(PartFile::create(dir / "dead", WhenAbandoned::remove, PartFile::kSuffix, PartFile::WhenTaken::replace));
  auto living = PartFile::create(dir / "a", WhenAbandoned::remove);
  ASSERT_TRUE(living && write(*living, 0, "frames"));
  const auto second =
      PartFile::create(dir / "a", WhenAbandoned::remove, PartFile::kSuffix, PartFile::WhenTaken::replace);
  EXPECT_EQ(second.error().code, Errc::exists);
  EXPECT_TRUE(living->commit(dir / "a", false));
  EXPECT_EQ(text_of(dir / "a"), "frames");
}

TEST(PartFile, ReplacesNoDirectory) {
  const test::TempDir dir;
  std::filesystem::create_directory(dir / "a");
  auto file = PartFile::create(dir / "a", WhenAbandoned::remove, PartFile::kSuffix, PartFile::WhenTaken::replace);
  EXPECT_FALSE(file && write(*file, 0, "new") && file->commit(dir / "a", false));
  EXPECT_TRUE(std::filesystem::is_directory(dir / "a"));
}

TEST(PartFile, StaysOrGoesWhenItIsAbandoned) {
  const test::TempDir dir;
  (void)PartFile::create(dir / "kept", WhenAbandoned::keep);
  (void)PartFile::create(dir / "removed", WhenAbandoned::remove);
  EXPECT_TRUE(std::filesystem::exists(dir / "kept.part"));
  EXPECT_FALSE(std::filesystem::exists(dir / "removed.part"));
}

TEST(AbandonedParts, AreThoseOfThePatternThatNobodyHolds) {
  const test::TempDir dir;
  const auto pattern = NamePattern::parse(dir / "%Y/clip-%{index:03d}.bin");
  std::filesystem::create_directories(dir / "2026/deeper");
  const auto living = PartFile::create(dir / "2026/clip-002.bin", WhenAbandoned::keep);
  leave(dir / "2026/clip-001.bin");
  leave(dir / "2026/other-001.bin");
  leave(dir / "2026/deeper/clip-001.bin");
  test::write_file(dir / "2026/clip-003.bin", Bytes{1});
  EXPECT_THAT(abandoned_parts(*pattern), ElementsAre(dir / "2026/clip-001.bin.part"));
  EXPECT_THAT(abandoned_parts(*NamePattern::parse(dir / "none/%{index}")), IsEmpty());
  const std::atomic<bool> cancelled = true;
  EXPECT_THAT(abandoned_parts(*pattern, EmptyParts::leave_out, &cancelled), IsEmpty());
}

// Root may read everything.
class AsNobody {
 public:
  AsNobody() : was_root_(::geteuid() == 0) {
    if (was_root_) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  bool was_root_;
};

TEST(PartFile, HasItsNameWhereTheDirectoryCanNotBeRead) {
  const test::TempDir dir;
  std::filesystem::permissions(dir / ".", std::filesystem::perms(0333));
  {
    const AsNobody nobody;
    auto file = PartFile::create(dir / "a", WhenAbandoned::keep);
    ASSERT_TRUE(file && write(*file, 0, "frames"));
    EXPECT_TRUE(file->commit(dir / "a", true)) << "that it is not on the medium yet is another matter";
  }
  EXPECT_TRUE(std::filesystem::exists(dir / "a"));
  std::filesystem::permissions(dir / ".", std::filesystem::perms::owner_all);
}

TEST(AbandonedParts, AreFoundBesideDirectoriesThatNobodyMayRead) {
  const test::TempDir dir;
  std::filesystem::permissions(dir / ".", std::filesystem::perms(0755));
  for (const char* name : {"1", "2", "3", "4"}) std::filesystem::create_directory(dir / name);
  for (const char* name : {"1/a", "4/a"}) leave(dir / name);
  for (const char* name : {"2", "3"}) std::filesystem::permissions(dir / name, std::filesystem::perms::none);
  const auto pattern = NamePattern::parse(dir / "%{index}/a");
  {
    const AsNobody nobody;
    EXPECT_THAT(abandoned_parts(*pattern), ElementsAre(dir / "1/a.part", dir / "4/a.part"));
  }
  for (const char* name : {"2", "3"}) std::filesystem::permissions(dir / name, std::filesystem::perms::owner_all);
}

TEST(AbandonedParts, AreFoundWhereverTheirDirectoryIs) {
  const test::TempDir dir;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::create_directory(dir / "a");
  leave(dir / "a/0");
  std::filesystem::current_path(dir / "a");
  EXPECT_THAT(abandoned_parts(*NamePattern::parse("%{index}")), ElementsAre("0.part"));
  EXPECT_THAT(abandoned_parts(*NamePattern::parse("./%{index}")), ElementsAre("./0.part"));
  std::filesystem::current_path(dir / ".");
  EXPECT_THAT(abandoned_parts(*NamePattern::parse("a/%{index}")), ElementsAre("a/0.part"));
  std::filesystem::current_path(before);
}

TEST(AbandonedParts, AreNoneThatAreEmpty) {
  const test::TempDir dir;
  test::write_file(dir / "0.part", {});
  std::filesystem::create_directory(dir / "1.part");
  EXPECT_THAT(abandoned_parts(*NamePattern::parse(dir / "%{index}")), IsEmpty());
}

TEST(PartFile, IsHeldAfterSomebodyHasLooked) {
  const test::TempDir dir;
  test::write_file(dir / "a", Bytes{1});
  const int looks = ::open((dir / "a").c_str(), O_RDONLY | O_CLOEXEC);
  const int mine = ::open((dir / "a").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(looks, LOCK_EX | LOCK_NB), 0);
  bool held = false;
  std::thread writer([&] { held = hold(mine); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ::close(looks);
  writer.join();
  EXPECT_TRUE(held);
  EXPECT_FALSE(is_abandoned(dir / "a"));
  ::close(mine);
}

TEST(FileStore, FindsPathsBesideWhichNothingIsInProgress) {
  const test::TempDir dir;
  FileStore store(*NamePattern::parse(dir / "%{index}.bin"), {});
  test::write_file(dir / "0.bin", Bytes{1});
  const auto living = PartFile::create(dir / "1.bin", WhenAbandoned::keep);
  NameValues values;
  const auto path = store.free_path(values);
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, dir / "2.bin");
  EXPECT_EQ(values.index, 2u);
  FileStore plain(*NamePattern::parse(dir / "1.bin"), {});
  EXPECT_EQ(plain.free_path(values).error().code, Errc::exists);
}

TEST(FileStore, TakesANameWhoseCompanionIsThereForTaken) {
  const test::TempDir dir;
  StoreOptions options;
  options.limits.companion = ".json";
  test::write_file(dir / "0.bin.json", Bytes{1});
  FileStore store(*NamePattern::parse(dir / "%{index}.bin"), options);
  NameValues values;
  const auto path = store.free_path(values);
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, dir / "1.bin");
  FileStore plain(*NamePattern::parse(dir / "0.bin"), options);
  const auto taken = plain.free_path(values);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::exists);
  EXPECT_THAT(taken.error().message, testing::HasSubstr("0.bin.json is there already"));
}

TEST(FileStore, LetsTheCompanionOfAFileGoWithIt) {
  const test::TempDir dir;
  StoreOptions options;
  options.limits = {.max_files = 1, .companion = ".json"};
  FileStore store(*NamePattern::parse(dir / "%{index}.bin"), options);
  for (NameValues values; values.index < 2; ++values.index) {
    const auto put = store.commit(1, values, [](const std::string& path) -> Result<void> {
      test::write_file(path, Bytes{1});
      test::write_file(path + ".json", Bytes{'{', '}'});
      return {};
    });
    ASSERT_TRUE(put) << put.error().message;
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "0.bin"));
  EXPECT_FALSE(std::filesystem::exists(dir / "0.bin.json"));
  EXPECT_TRUE(std::filesystem::exists(dir / "1.bin.json"));
}

TEST(PartOutput, IsAskedWhileItIsWritten) {
  const test::TempDir dir;
  PartOutput output(*PartFile::create(dir / "a.bin", WhenAbandoned::keep));
  const Bytes bytes(4096);
  std::thread writer([&] {
    const ConstByteSpan part = bytes;
    for (std::uint64_t i = 0; i < 200; ++i) EXPECT_TRUE(output.write_at(i * bytes.size(), std::span(&part, 1)));
  });
  for (std::uint64_t size = 0; size < 200 * bytes.size(); size = output.size()) EXPECT_TRUE(output.reserve(1u << 20));
  writer.join();
  EXPECT_EQ(output.size(), 200 * bytes.size());
}

TEST(PipeOutput, WaitsForAReaderUntilNobodyWaitsForIt) {
  const test::TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
  ASSERT_TRUE(PipeOutput::is_pipe(dir / "fifo"));
  EXPECT_FALSE(PipeOutput::is_pipe(dir / "."));
  const auto hurry = std::make_shared<std::atomic<bool>>(false);
  PipeOutput output(dir / "fifo", hurry);
  const Bytes much(1u << 20);  // more than a pipe holds
  Result<void> written;
  std::thread writer([&] {
    const ConstByteSpan part = much;
    written = output.write_at(0, std::span(&part, 1));
  });
  *hurry = true;
  writer.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::cancelled);
}

TEST(PipeOutput, LetsASlowReaderFinishInAHurry) {
  const test::TempDir dir;
  ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
  const int reader = ::open((dir / "fifo").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  PipeOutput output(dir / "fifo", std::make_shared<std::atomic<bool>>(true));
  const Bytes bytes(160u << 10);
  Result<void> written;
  std::atomic<bool> ended = false;
  std::thread writer([&] {
    const ConstByteSpan part = bytes;
    written = output.write_at(0, std::span(&part, 1));
    ended = true;
  });
  Bytes read(bytes.size());
  while (!ended) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    (void)!::read(reader, read.data(), read.size());
  }
  writer.join();
  EXPECT_TRUE(written) << written.error().message;
  ::close(reader);
}

}  // namespace
}  // namespace omv::storage
