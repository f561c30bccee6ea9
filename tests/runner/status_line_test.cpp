// SPDX-License-Identifier: LGPL-2.1-or-later
// A rig in one line.
#include "runner/status_line.h"

#include <gtest/gtest.h>

namespace omv::runner {
namespace {

using namespace std::chrono_literals;

RecordStatus clip_with_ring(std::chrono::milliseconds held, std::chrono::milliseconds wanted) {
  RecordStatus record;
  record.ring = RingStatus{1'000'000, 4'000'000, 30, held, wanted};
  return record;
}

TEST(StatusLine, SaysRatesLossesRingsAndRoom) {
  Status status;
  status.cameras.resize(2);
  status.cameras[0].name = "left";
  status.cameras[0].state = CameraState::running;
  status.cameras[0].frame_rate = 29.97;
  status.cameras[0].byte_rate = 1.62e6;
  status.cameras[0].dropped = 1;
  status.cameras[1].name = "right";
  status.cameras[1].state = CameraState::lost;
  status.records = {clip_with_ring(5s, 5s), clip_with_ring(2s, 5s)};
  status.records[0].lost = 2;
  status.records[0].state = RecordState::recording;
  status.disk.free = 41'200'000'000;
  EXPECT_EQ(status_line(status),
            "left 30.0/s, right lost | 1.6 MB/s | 3 lost | ring 40 % | 1 recording | 41.2 GB free");
}

TEST(StatusLine, SaysWhenNothingIsWritten) {
  Status status;
  status.disk.free = 3'400'000;
  status.disk.writable = false;
  EXPECT_EQ(status_line(status), " | 0.0 kB/s | 0 lost | 0 recording | 3.4 MB free, nothing is written");
}

TEST(StatusLine, MeasuresARingWithoutTimeByItsBytes) {
  Status status;
  status.records = {clip_with_ring(2s, 0s)};
  EXPECT_NE(status_line(status).find("ring 25 %"), std::string::npos);
}

}  // namespace
}  // namespace omv::runner
