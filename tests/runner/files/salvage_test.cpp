// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts that a killed writer left, of every kind, and what must not happen to them.
#include "runner/files/salvage.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::runner {
namespace {

namespace fs = std::filesystem;
using omv::test::read_file;
using omv::test::TempDir;
using omv::test::write_file;
using testing::ElementsAre;
using testing::IsEmpty;

class SalvageTest : public testing::Test {
 protected:
  SalvageTest() {
    job_.record = "all";
    job_.camera = "a";
    job_.begun = std::chrono::hours(24 * 365 * 1000);
    job_.part = dir_ / "0001.bin.part";
    job_.is_kept = [this](const std::string&) { return is_kept_; };
    job_.has_room = [this](std::uint64_t) -> Result<void> {
      return is_full_ ? Result<void>(Error{Errc::full, "no room"}) : Result<void>();
    };
    job_.expect = [this](const FinishedFile& file) {
      expected_.push_back(file.path);
      EXPECT_FALSE(fs::exists(file.path)) << "it is told before it has its name";
    };
  }

  std::vector<std::string> there() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_ / "")) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  TempDir dir_;
  SalvageJob job_;
  bool is_kept_ = false;
  bool is_full_ = false;
  std::vector<std::string> expected_;
};

// A recording of three frames, the last of which has its payload but for a byte when it is cut by 12.
Bytes recording() {
  const Bytes chunk = omv::test::v2_chunk(100, 5, 1, PixelFormat::grayscale, omv::test::counted_bytes(5));
  return omv::test::recording("V2.0", {chunk, chunk, chunk});
}

TEST_F(SalvageTest, SavesWhatIsWhole) {
  Bytes bytes = recording();
  bytes.resize(bytes.size() - 12);
  write_file(job_.part, bytes);
  const auto saved = salvage(job_);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->outcome, Salvage::Outcome::saved);
  EXPECT_TRUE(saved->is_lossy);
  EXPECT_EQ(saved->file.frames, 2u);
  EXPECT_EQ(saved->file.path, dir_ / "0001.bin");
  EXPECT_EQ(saved->file.bytes, fs::file_size(dir_ / "0001.bin"));
  EXPECT_THAT(expected_, ElementsAre(dir_ / "0001.bin"));
  EXPECT_THAT(there(), ElementsAre("0001.bin"));
}

TEST_F(SalvageTest, BeginsAgainWhereItWasKilled) {
  write_file(job_.part, recording());
  write_file(dir_ / "0001.bin.recovering.part", Bytes(10));
  const auto saved = salvage(job_);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_FALSE(saved->is_lossy);
  EXPECT_EQ(read_file(dir_ / "0001.bin"), recording());
  EXPECT_THAT(there(), ElementsAre("0001.bin"));
}

TEST_F(SalvageTest, RemovesAPartThatItHadSaved) {
  write_file(job_.part, recording());
  write_file(dir_ / "0001.bin", recording());
  EXPECT_EQ(salvage(job_).error().code, Errc::exists) << "of somebody else, for all we know";
  is_kept_ = true;
  ASSERT_TRUE(salvage(job_));
  EXPECT_THAT(there(), ElementsAre("0001.bin"));
}

TEST_F(SalvageTest, MakesNoRecordingOfAPreview) {
  job_.format = rig::FileFormat::images;
  job_.part = dir_ / "0001.gif.part";
  fs::create_directory(dir_ / "0001");
  write_file(job_.part, Bytes(5000, 0));
  is_kept_ = true;
  const auto gone = salvage(job_);
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_EQ(gone->outcome, Salvage::Outcome::removed);
  EXPECT_FALSE(gone->is_lossy);
  EXPECT_THAT(there(), ElementsAre("0001"));
}

TEST_F(SalvageTest, LeavesPartsOfTheLivingAlone) {
  write_file(job_.part, recording());
  const int writer = ::open(job_.part.c_str(), O_RDONLY);
  ASSERT_EQ(::flock(writer, LOCK_EX), 0);
  EXPECT_EQ(salvage(job_).error().code, Errc::busy);
  ::close(writer);
  EXPECT_TRUE(salvage(job_));
}

TEST_F(SalvageTest, RemovesWhatIsEmptyUnlessItIsNew) {
  write_file(job_.part, {});
  job_.begun = std::chrono::seconds(0);
  EXPECT_EQ(salvage(job_).error().code, Errc::busy);
  job_.begun = std::chrono::hours(24 * 365 * 1000);
  write_file(dir_ / "0001.bin.json", Bytes(1));
  ASSERT_TRUE(salvage(job_));
  EXPECT_THAT(there(), IsEmpty());
}

TEST_F(SalvageTest, KeepsWhatItCannotRead) {
  write_file(job_.part, Bytes(5000, 0));
  const auto kept = salvage(job_);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->outcome, Salvage::Outcome::kept);
  EXPECT_EQ(kept->file.path, job_.part);
  EXPECT_EQ(kept->file.bytes, 5000u);
  EXPECT_THAT(there(), ElementsAre("0001.bin.part"));
}

TEST_F(SalvageTest, KeepsMatroskaAsItIs) {
  job_.format = rig::FileFormat::matroska;
  write_file(job_.part, Bytes(100, 1));
  const auto kept = salvage(job_);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->outcome, Salvage::Outcome::kept);
  EXPECT_THAT(there(), ElementsAre("0001.bin.part"));
}

TEST_F(SalvageTest, WaitsForRoom) {
  write_file(job_.part, recording());
  is_full_ = true;
  EXPECT_EQ(salvage(job_).error().code, Errc::full);
  EXPECT_THAT(there(), ElementsAre("0001.bin.part"));
}

TEST_F(SalvageTest, EndsWhenItIsTold) {
  write_file(job_.part, recording());
  const std::atomic<bool> cancelled = true;
  job_.cancelled = &cancelled;
  EXPECT_EQ(salvage(job_).error().code, Errc::cancelled);
  EXPECT_THAT(there(), ElementsAre("0001.bin.part"));
}

TEST_F(SalvageTest, GivesStillsTheirName) {
  job_.part = dir_ / "0002.part";
  fs::create_directory(job_.part);
  write_file(job_.part + "/1.jpg", Bytes(7));
  const auto saved = salvage(job_);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->file.frames, 1u);
  EXPECT_EQ(saved->file.bytes, 7u);
  EXPECT_THAT(there(), ElementsAre("0002"));
}

}  // namespace
}  // namespace omv::runner
