// SPDX-License-Identifier: LGPL-2.1-or-later
// Hooks: tried again, over restarts, and not confused by what is in their directory.
#include "runner/files/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "kept_files.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using test::KeptFiles;
using testing::ElementsAre;
using testing::IsEmpty;

// An outbox on a loop, and what it is done with.
class OutboxRun {
 public:
  explicit OutboxRun(KeptFiles& files) : services_{loop_, timebase_, files.log, {}} {}
  OutboxRun(const OutboxRun&) = delete;
  OutboxRun& operator=(const OutboxRun&) = delete;
  // What is posted is called while what it is for is there.
  ~OutboxRun() {
    while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
    }
  }

  Outbox& outbox() { return outbox_; }

  /// Until so many files wait no longer.
  void run(std::size_t files) {
    wanted_ = files;
    const Watch deadline = loop_.after(20s, [this] { loop_.quit(); });
    loop_.run();
  }

  std::vector<std::string> done;

 private:
  EventLoop loop_;
  Timebase timebase_;
  Services services_;
  std::size_t wanted_ = 0;
  Outbox outbox_{services_, [this](const std::string& path) {
                   done.push_back(path);
                   if (done.size() == wanted_) loop_.quit();
                 }};
};

rig::Rig with_hook(const KeptFiles& files, const std::string& script, std::int64_t retries = 10) {
  rig::Rig rig = files.rig();
  for (rig::Record& record : rig.records) {
    record.hook = {"sh", "-c", script, "hook", "{path}"};
    record.hook_delay = 100ms;
    record.hook_timeout = 10s;
    record.hook_retries = retries;
  }
  return rig;
}

std::vector<std::string> jobs(const KeptFiles& files) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(files.dir / "out/.outbox"))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Outbox, RunsHooksInTheOrderOfTheirFiles) {
  gst_init(nullptr, nullptr);
  KeptFiles files;
  OutboxRun run(files);
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "test -s \"$1\"")));
  std::vector<std::string> paths;
  for (int i = 0; i < 5; ++i) {
    paths.push_back(files.make(std::to_string(i), i).path);
    EXPECT_TRUE(run.outbox().add(files.make(std::to_string(i), i)));
  }
  EXPECT_TRUE(run.outbox().add(files.make("4", 4))) << "again, which changes nothing";
  EXPECT_EQ(run.outbox().waiting(), paths);
  EXPECT_EQ(jobs(files).size(), 5u);
  run.run(5);
  EXPECT_THAT(run.done, testing::UnorderedElementsAreArray(paths));
  EXPECT_THAT(jobs(files), IsEmpty());
  EXPECT_EQ(run.outbox().status().done, 5u);
}

TEST(Outbox, TriesAgainUntilItWorks) {
  KeptFiles files;
  OutboxRun run(files);
  const std::string count = files.dir / "count";
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "echo >> " + count + "; test $(wc -l < " + count + ") -ge 3")));
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  run.run(1);
  EXPECT_EQ(run.outbox().status().retries, 2u);
  EXPECT_EQ(run.outbox().status().done, 1u);
}

TEST(Outbox, GivesUpAfterSoManyTries) {
  KeptFiles files;
  OutboxRun run(files);
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "exit 1", 1)));
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  run.run(1);
  EXPECT_EQ(run.outbox().status().given_up, 1u);
  EXPECT_THAT(jobs(files), IsEmpty());
}

TEST(Outbox, SurvivesAHookThatCannotBeRun) {
  KeptFiles files;
  OutboxRun run(files);
  rig::Rig rig = with_hook(files, "", 0);
  for (rig::Record& record : rig.records) record.hook = {"/nowhere/hook"};
  ASSERT_TRUE(run.outbox().apply(rig));
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(run.outbox().add(files.make(name, 1)));
  run.run(3);
  EXPECT_EQ(run.outbox().status().given_up, 3u);
}

TEST(Outbox, GoesOnAfterARestart) {
  KeptFiles files;
  const std::string path = files.make("a", 1).path;
  {
    OutboxRun killed(files);
    ASSERT_TRUE(killed.outbox().apply(with_hook(files, "exec sleep 60")));
    ASSERT_TRUE(killed.outbox().add(files.make("a", 1)));
  }
  OutboxRun run(files);
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "exit 0")));
  EXPECT_THAT(run.outbox().waiting(), ElementsAre(path));
  run.run(1);
  EXPECT_THAT(run.done, ElementsAre(path));
}

TEST(Outbox, GivesUpFilesThatAreGone) {
  KeptFiles files;
  OutboxRun run(files);
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "exit 0")));
  const FinishedFile file = files.make("a", 1);
  ASSERT_TRUE(run.outbox().add(file));
  std::filesystem::remove(file.path);
  run.run(1);
  EXPECT_THAT(run.done, ElementsAre(file.path));
  EXPECT_EQ(run.outbox().status().done, 0u);
}

TEST(Outbox, LeavesAloneWhatIsNoJob) {
  KeptFiles files;
  std::filesystem::create_directories(files.dir / "out/.outbox/3.job");
  std::ofstream(files.dir / "out/.outbox/0000000000000007.job") << "[job\npath";
  std::ofstream(files.dir / "out/.outbox/99999999999999999999.job") << "";
  std::ofstream(files.dir / "out/.outbox/notes.txt") << "mine";
  OutboxRun run(files);
  ASSERT_TRUE(run.outbox().apply(with_hook(files, "exit 0")));
  EXPECT_THAT(run.outbox().waiting(), IsEmpty());
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  EXPECT_THAT(jobs(files), testing::Contains("0000000000000008.job")) << "behind what it can't read";
  run.run(1);
  EXPECT_EQ(jobs(files).size(), 4u);
}

TEST(Outbox, TakesItsJobsAlongToAnotherDirectory) {
  KeptFiles files;
  OutboxRun run(files);
  const rig::Rig rig = with_hook(files, "exit 0");
  ASSERT_TRUE(run.outbox().apply(rig));
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  rig::Rig other = rig;
  other.storage.directory = files.dir / "other";
  ASSERT_TRUE(run.outbox().apply(other));
  ASSERT_TRUE(run.outbox().add(files.make("b", 2)));
  run.run(2);
  EXPECT_THAT(jobs(files), IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(files.dir / "other/.outbox"));
}

TEST(Outbox, FindsItsJobsAgainWhereItWasBefore) {
  KeptFiles files;
  OutboxRun run(files);
  const rig::Rig rig = with_hook(files, "exec sleep 60");
  ASSERT_TRUE(run.outbox().apply(rig));
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  rig::Rig other = rig;
  other.storage.directory = files.dir / "other";
  ASSERT_TRUE(run.outbox().apply(other));
  ASSERT_TRUE(run.outbox().apply(rig));
  EXPECT_EQ(run.outbox().waiting().size(), 1u);
  EXPECT_EQ(jobs(files).size(), 1u) << "a restart would forget the hook";
}

TEST(Outbox, IsThatOfTheDiskThatIsThere) {
  KeptFiles files;
  OutboxRun run(files);
  const rig::Rig rig = with_hook(files, "exit 0");
  ASSERT_TRUE(run.outbox().apply(rig));
  ASSERT_TRUE(run.outbox().add(files.make("a", 1)));
  rig::Rig away = rig;
  away.storage.directory = "/omv-nowhere";
  away.storage.require_mount = true;
  ASSERT_TRUE(run.outbox().apply(away));
  const std::string name = files.dir / ("out/.outbox/" + jobs(files).front());
  const std::string text = job_text({files.make("b", 2).path, "all", "a", ""});
  std::ofstream(name) << text;  // as on another disk
  ASSERT_TRUE(run.outbox().apply(rig));
  EXPECT_THAT(run.outbox().waiting(), ElementsAre(files.dir / "out/a", files.dir / "out/b"));
  ASSERT_TRUE(run.outbox().add(files.make("c", 3)));
  EXPECT_EQ(jobs(files).size(), 2u) << "no job takes the place of another";
  run.run(3);
  EXPECT_THAT(jobs(files), IsEmpty());
}

TEST(OutboxJob, ComesBackAsItWas) {
  const OutboxJob job{"a b/[c]=#;\n\\é.avi", "door", "left", " x "};
  const auto read = parse_job(job_text(job));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, job);
  for (const char* text : {"", "[job]\nrecord=a\n", "[job]\npath=a\n", "path=a\n", "[job]\npath=\xff\nrecord=a\n"})
    EXPECT_FALSE(parse_job(text)) << text;
}

}  // namespace
}  // namespace omv::runner
