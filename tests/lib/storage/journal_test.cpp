// SPDX-License-Identifier: LGPL-2.1-or-later
// Journals: lines, torn ends, hostile paths, locks, and rewriting in one step.
#include "omv/storage/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "temp_dir.h"

namespace omv::storage {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

const JournalEntry kFirst{"a b%/ö.jpg", 10, milliseconds(1000), 1};
const JournalEntry kSecond{"c.jpg", 20, milliseconds(-5), 18446744073709551615u};
const JournalEntry kNoted{"d.jpg", 30, milliseconds(3), 0, "by hand, 100 %"};

TEST(JournalLine, ComesBackAsItWas) {
  for (const JournalEntry& entry : {kFirst, kSecond, kNoted}) {
    std::string line = to_line(entry);
    ASSERT_EQ(line.back(), '\n');
    line.pop_back();
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto read = parse_line(line);
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(*read, entry);
  }
  EXPECT_EQ(to_line(kFirst), "10 1000 1 a%20b%25/%C3%B6.jpg\n");
  EXPECT_EQ(to_line(kNoted), "30 3 0 d.jpg by%20hand,%20100%20%25\n");
}

TEST(JournalLine, LeadsOutOfNoDirectory) {
  for (const char* line : {"",
                           "1",
                           "1 2 3",
                           "1 2 3 ",
                           "1 2 3 /etc/passwd",
                           "1 2 3 ../x",
                           "1 2 3 a/../../x",
                           "1 2 3 a//b",
                           "1 2 3 a/",
                           "1 2 3 .",
                           "1 2 3 %2E%2E/x",
                           "1 2 3 %2Fetc",
                           "1 2 3 a%00",
                           "1 2 3 a%2",
                           "1 2 3 a%zz",
                           "-1 2 3 a",
                           "99999999999999999999 2 3 a",
                           "1 2 3 a b c",
                           "1 2 3 a %2",
                           "1 2 3  b",
                           " 1 2 3 a",
                           "1  2 3 a"})
    EXPECT_FALSE(parse_line(line)) << line;
}

TEST(JournalLine, HasANoteOfLimitedLength) {
  const std::string longest(JournalEntry::kMaxNoteBytes, 'n');
  EXPECT_EQ(parse_line("1 2 3 a " + longest)->note, longest);
  EXPECT_FALSE(parse_line("1 2 3 a " + longest + "n"));
}

TEST(JournalText, IgnoresATornEndAndKeepsTheLastLineOfAPath) {
  const std::string text = to_line(kFirst) + "rubbish\n" + to_line(kSecond) + "30 4000 5 torn.jp";
  EXPECT_THAT(parse_journal(text), ElementsAre(kFirst, kSecond));
  JournalEntry newer = kFirst;
  newer.bytes = 99;
  EXPECT_THAT(parse_journal(text + "\n" + to_line(newer)).back(), newer);
  EXPECT_EQ(parse_journal(text + "\n" + to_line(newer)).size(), 3u);
}

TEST(Journal, SurvivesReopeningAndATornLine) {
  const test::TempDir dir;
  const std::string path = dir / "deep/journal";
  {
    auto journal = Journal::open(path, true);
    ASSERT_TRUE(journal) << journal.error().message;
    EXPECT_THAT(journal->take_entries(), IsEmpty());
    ASSERT_TRUE(journal->append(kFirst));
  }
  std::ofstream(path, std::ios::app) << "12 34 5 to";
  {
    auto journal = Journal::open(path, false);
    ASSERT_TRUE(journal);
    EXPECT_THAT(journal->take_entries(), ElementsAre(kFirst));
    ASSERT_TRUE(journal->append(kSecond));
  }
  auto journal = Journal::open(path, false);
  ASSERT_TRUE(journal);
  EXPECT_THAT(journal->take_entries(), ElementsAre(kFirst, kSecond));
  EXPECT_EQ(journal->lines(), 2u);
}

// Most of it is a hole, and one line.
TEST(Journal, OpensWhenItIsLarge) {
  const test::TempDir dir;
  const std::string path = dir / "journal";
  std::ofstream(path) << to_line(kFirst);
  std::filesystem::resize_file(path, 270'000'000);
  std::ofstream(path, std::ios::app) << "\n" << to_line(kSecond) << "12 34 5 to";
  auto journal = Journal::open(path, false);
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_THAT(journal->take_entries(), ElementsAre(kFirst, kSecond));
  EXPECT_EQ(journal->lines(), 3u);
  EXPECT_EQ(std::filesystem::file_size(path), 270'000'001 + to_line(kSecond).size());
}

TEST(Journal, IsNoLargerThanAnyJournal) {
  const test::TempDir dir;
  const std::string path = dir / "journal";
  std::ofstream(path) << to_line(kFirst);
  std::filesystem::resize_file(path, Journal::kMaxBytes + 1);
  EXPECT_EQ(Journal::open(path, false).error().code, Errc::limit);
}

TEST(Journal, ForgetsVoidLinesAsItReads) {
  const test::TempDir dir;
  const std::string path = dir / "journal";
  {
    std::ofstream text(path);
    for (int i = 0; i < 100'000; ++i) text << to_line({std::to_string(i % 7), 1, milliseconds(i), 0});
  }
  auto journal = Journal::open(path, false);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->lines(), 100'000u);
  const auto entries = journal->take_entries();
  ASSERT_EQ(entries.size(), 7u);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(entries[static_cast<std::size_t>(i)].time, milliseconds(99'993 + i));
}

TEST(Journal, BelongsToOneWriterAlsoWhenItIsRewritten) {
  const test::TempDir dir;
  const std::string path = dir / "journal";
  {
    auto journal = Journal::open(path, false);
    ASSERT_TRUE(journal);
    const auto busy = Journal::open(path, false);
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().code, Errc::busy);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(journal->append(kFirst));
    ASSERT_TRUE(journal->rewrite({kSecond}));
    EXPECT_EQ(journal->lines(), 1u);
    EXPECT_EQ(Journal::open(path, false).error().code, Errc::busy);
    ASSERT_TRUE(journal->append(kFirst));
  }
  auto journal = Journal::open(path, false);
  ASSERT_TRUE(journal);
  EXPECT_THAT(journal->take_entries(), ElementsAre(kSecond, kFirst));
}

}  // namespace
}  // namespace omv::storage
