// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts of writers that are gone, while the rig runs, and a disk that answers late.
#include "runner/files/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "kept_files.h"
#include "recording_bytes.h"

namespace omv::runner {
namespace {

using namespace std::chrono_literals;
using test::KeptFiles;
using testing::ElementsAre;
using testing::IsEmpty;

Bytes recording() {
  const Bytes chunk = omv::test::v2_chunk(100, 5, 1, PixelFormat::grayscale, omv::test::counted_bytes(5));
  return omv::test::recording("V2.0", {chunk, chunk});
}

class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() {
    gst_init(nullptr, nullptr);
    for (rig::Record& record : rig_.records) record.location = "%{record}-%{camera}-%{index}.bin";
    std::filesystem::create_directories(files_.dir / "out");
  }
  // What is posted is called while what it is for is there.
  ~RecoveryTest() override {
    recovery_.stop();
    while (g_main_context_iteration(nullptr, FALSE) != FALSE) {
    }
  }

  void leave(const std::string& name, const Bytes& bytes) {
    omv::test::write_file(files_.dir / ("out/" + name), bytes);
  }

  template <typename Condition>
  void run_until(Condition is_true) {
    bool is_late = false;
    const Watch deadline = loop_.after(20s, [&] { is_late = true; });
    const Watch look = loop_.every(1ms, [] {});
    while (!is_true() && !is_late) g_main_context_iteration(nullptr, TRUE);
    EXPECT_TRUE(is_true());
  }

  bool exists(const std::string& name) const { return std::filesystem::exists(files_.dir / ("out/" + name)); }

  KeptFiles files_;
  EventLoop loop_;
  Timebase timebase_;
  std::function<void()> before_name_ = [] {};
  Services services_{loop_, timebase_, files_.log, [this](const FinishedFile&) { before_name_(); }};
  rig::Rig rig_ = files_.rig();
  Keeper& keeper_ = files_.restart(rig_);
  std::vector<std::string> told_;
  Recovery recovery_{services_, keeper_,
                     [this](const std::string& part, const Salvage&) {
                       told_.push_back(std::filesystem::path(part).filename().string());
                     },
                     Recovery::Pace{10ms, 50ms}};
};

TEST_F(RecoveryTest, LooksAgainForWhatAWriterLeavesMeanwhile) {
  recovery_.look_again();  // nothing, as nothing was started
  leave("all-a-1.bin.part", recording());
  rig::Rig small = rig_;
  small.records.pop_back();
  recovery_.start(small);
  run_until([&] { return !told_.empty(); });
  recovery_.follow(rig_);
  leave("door-b-7.bin.part", recording());
  recovery_.look_again();
  run_until([&] { return told_.size() == 2; });
  EXPECT_THAT(told_, ElementsAre("all-a-1.bin.part", "door-b-7.bin.part"));
  EXPECT_THAT(files_.there(), ElementsAre("all-a-1.bin", "door-b-7.bin"));
}

TEST_F(RecoveryTest, IsGivenUpWithoutWaitingForTheDisk) {
  std::promise<void> reached;
  std::promise<void> released;
  before_name_ = [&] {
    reached.set_value();
    released.get_future().wait_for(20s);
  };
  leave("all-a-1.bin.part", recording());
  recovery_.start(rig_);
  ASSERT_EQ(reached.get_future().wait_for(20s), std::future_status::ready);
  recovery_.stop();
  EXPECT_TRUE(exists("all-a-1.bin.part")) << "it did wait";
  released.set_value();
  run_until([&] { return !exists("all-a-1.bin.part"); });
  EXPECT_THAT(told_, IsEmpty()) << "of a rig that is another one by now";
}

}  // namespace
}  // namespace omv::runner
