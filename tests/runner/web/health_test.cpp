// SPDX-License-Identifier: LGPL-2.1-or-later
// What of a rig's state is a problem, and in which words.
#include "runner/web/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omv::runner::web {
namespace {

using testing::ElementsAre;

RecordStatus record(const std::string& name, RecordState state, const std::string& message) {
  RecordStatus status;
  status.name = name;
  status.camera = "left";
  status.state = state;
  status.message = message;
  return status;
}

TEST(Health, SaysOnceThatTheDiskIsFull) {
  Status status;
  status.disk.directory = "/srv/bench";
  status.disk.writable = false;
  status.records = {record("all", RecordState::no_space, "only 2 MB are free, stop_free is 20 MB"),
                    record("visits", RecordState::no_space, "only 2 MB are free, stop_free is 20 MB"),
                    record("live", RecordState::failed, "no route to host")};
  EXPECT_THAT(problems_of(status),
              ElementsAre("nothing is written to /srv/bench: only 2 MB are free, stop_free is 20 MB",
                          "record live of camera left failed: no route to host"));
}

TEST(Health, NamesARecordThatAloneHasNoSpace) {
  Status status;
  status.records = {record("all", RecordState::no_space, "")};
  EXPECT_THAT(problems_of(status), ElementsAre("record all of camera left has no space"));
}

TEST(Health, IsNothingToSayOfARigThatRuns) {
  Status status;
  status.cameras.resize(1);
  status.records = {record("all", RecordState::recording, "")};
  EXPECT_THAT(problems_of(status), ElementsAre());
}

}  // namespace
}  // namespace omv::runner::web
