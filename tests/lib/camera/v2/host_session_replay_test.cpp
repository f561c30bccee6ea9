// SPDX-License-Identifier: LGPL-2.1-or-later
// Our host talks to the recorded camera: every answer's payload is what genuine firmware sent.
#include <gtest/gtest.h>

#include <algorithm>

#include "omv/base/clock.h"
#include "omv/camera/v2/host_session.h"
#include "recorded_camera.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::RecordedCamera;

struct Replayed {
  std::vector<FrameReceived> frames;
  std::string text;
  std::optional<BoardInfo> board;
  int started = 0, ended = 0, reboots = 0, resynced = 0, lost = 0;
};

void collect(HostSession& host, Replayed& seen) {
  while (host.has_event()) {
    HostEvent event = host.take_event();
    if (auto* frame = std::get_if<FrameReceived>(&event)) seen.frames.push_back(std::move(*frame));
    if (auto* text = std::get_if<TextReceived>(&event)) seen.text += text->text;
    if (auto* connected = std::get_if<Connected>(&event)) seen.board = connected->board;
    seen.started += std::holds_alternative<ScriptStarted>(event);
    seen.ended += std::holds_alternative<ScriptEnded>(event);
    seen.reboots += std::holds_alternative<SoftReboot>(event);
    seen.resynced += std::holds_alternative<Resynced>(event);
    seen.lost += std::holds_alternative<ConnectionLost>(event);
  }
}

// Runs for `time` on a clock of its own.
void run(HostSession& host, RecordedCamera& camera, ManualClock& clock, Time time, Replayed& seen) {
  const Time end = clock.now() + time;
  while (clock.now() < end) {
    const ConstByteSpan output = host.output();
    const Bytes reaction = camera.react(output);
    host.sent(output.size());
    if (!reaction.empty()) {
      host.receive(reaction, clock.now());
    } else if (host.output().empty()) {
      clock.sleep_until(std::clamp(host.next_deadline(), clock.now() + 1us, end));
      host.poll(clock.now());
    }
    collect(host, seen);
  }
}

TEST(HostSessionReplay, ReadsRecordedCameraCompletely) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  RecordedCamera camera(*session);
  ASSERT_EQ(camera.frames.size(), 10u);
  HostOptions options;
  options.script = "import csi\n";
  V2HostSession host(options);
  ManualClock clock;
  Replayed seen;
  host.start(clock.now());
  run(host, camera, clock, 2s, seen);

  ASSERT_TRUE(seen.board);
  EXPECT_EQ(seen.board->name, "OpenMV N6");
  EXPECT_EQ(seen.board->serial, "112233447788990033445566");
  EXPECT_EQ(seen.board->sensor, 0x50F7u);
  EXPECT_EQ(as_text(camera.script), "import csi\n");
  ASSERT_EQ(seen.frames.size(), camera.frames.size());
  for (std::size_t i = 0; i < seen.frames.size(); ++i) {
    const FrameReceived& frame = seen.frames[i];
    EXPECT_EQ(frame.info, (FrameInfo{PixelFormat::jpeg, 80, 60}));
    const ByteSpan ours = frame.memory->bytes().first(frame.size);
    const ConstByteSpan theirs = ConstByteSpan(camera.frames[i]).subspan(kFrameHeaderSize);
    EXPECT_TRUE(std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end())) << "frame " << i;
    EXPECT_EQ(frame.fps > 0, i > 0) << "the rate is unknown in a script's first frame";
  }
  EXPECT_EQ(seen.started, 1);
  EXPECT_EQ(host.stats().resyncs, 0u);
  EXPECT_EQ(host.stats().crc_errors, 0u);
  EXPECT_EQ(host.stats().sequence_errors, 0u);
}

TEST(HostSessionReplay, SurvivesRecordedReboot) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  RecordedCamera camera(*session);
  HostOptions options;
  options.script = "import csi\n";
  V2HostSession host(options);
  ManualClock clock;
  Replayed seen;
  host.start(clock.now());
  run(host, camera, clock, 10s, seen);
  host.stop(clock.now());
  run(host, camera, clock, 2s, seen);
  EXPECT_EQ(seen.ended, 1);
  EXPECT_EQ(seen.reboots, 1);
  EXPECT_EQ(seen.resynced, 1);
  EXPECT_EQ(seen.lost, 0);
  EXPECT_EQ(seen.text, camera.all_text);
  EXPECT_EQ(host.stats().sequence_errors, 0u);
  EXPECT_EQ(host.stats().timeouts, 0u);
}

// Section 14: the order of the set-up.
TEST(HostSessionReplay, AsksInTheOrderOfTheSpecification) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  RecordedCamera camera(*session);
  HostOptions options;
  options.script = "import csi\n";
  V2HostSession host(options);
  ManualClock clock;
  Replayed seen;
  host.start(clock.now());
  run(host, camera, clock, 1ms, seen);
  const std::vector<std::string> expected = {
      "SYNC 0",  "GET_CAPS 0", "SET_CAPS 0", "VERSION 0", "SYS_INFO 0", "LIST 0", "POLL 0", "IOCTL 1", "IOCTL 1",
      "IOCTL 1", "WRITE 1",    "IOCTL 3",    "IOCTL 3",   "IOCTL 1",    "LOCK 3", "SIZE 3", "READ 3",  "UNLOCK 3"};
  ASSERT_GE(camera.requests.size(), expected.size());
  camera.requests.resize(expected.size());
  EXPECT_EQ(camera.requests, expected);
}

}  // namespace
}  // namespace omv::camera
