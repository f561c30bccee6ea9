// SPDX-License-Identifier: LGPL-2.1-or-later
// Finding out which protocol a camera speaks, without harm to any firmware.
#include "omv/camera/auto_session.h"

#include <gtest/gtest.h>

#include "camera_wire.h"
#include "omv/camera/usbdbg/device_session.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::jpeg_frame;
using test::ListProvider;
using test::Wire;
using Version = std::array<std::uint8_t, 3>;

const Bytes kQuestion = {0x30, 0x87, 4, 0, 0, 0};

HostOptions running() {
  HostOptions options;
  options.script = "v2()\n";
  options.legacy_script = "legacy()\n";
  return options;
}

ListProvider one_picture() {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  return provider;
}

DeviceOptions camera(Version firmware, std::string_view board) {
  DeviceOptions options;
  options.firmware = firmware;
  options.board = find_board(board);
  return options;
}

TEST(AutoSession, FindsEveryGenerationOfUsbdbg) {
  for (const Version& firmware : {Version{2, 9, 0}, {3, 9, 1}, {4, 0, 0}, {4, 5, 9}, {4, 7, 0}, {4, 8, 0}, {4, 8, 1}})
    for (const std::string_view board : {"h7", "rt1062", "ae3", "nicla"}) {
      ListProvider provider = one_picture();
      Wire wire(running(), camera(firmware, board), provider, Protocol::automatic, Protocol::usbdbg);
      wire.start();
      ASSERT_TRUE(wire.wait_for<FrameReceived>(3)) << board << unsigned{firmware[0]} << unsigned{firmware[1]};
      EXPECT_FALSE(dynamic_cast<UsbdbgDeviceSession&>(wire.device).halted());
      EXPECT_EQ(wire.last<Connected>()->board.protocol, Protocol::usbdbg);
      EXPECT_EQ(wire.last<Connected>()->board.firmware, firmware);
      EXPECT_EQ(provider.script, "legacy()\n");
    }
}

TEST(AutoSession, FindsUsbdbgWhoseScriptRuns) {
  ListProvider provider = one_picture();
  DeviceOptions options = camera({4, 7, 0}, "rt1062");
  options.main_script = "main()\n";
  Wire wire({}, options, provider, Protocol::automatic, Protocol::usbdbg);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
}

TEST(AutoSession, FindsV2) {
  ListProvider provider = one_picture();
  Wire wire(running(), {}, provider, Protocol::automatic, Protocol::v2);
  std::vector<Bytes> writes;
  wire.on_way_to_device = [&writes](Bytes& bytes) { writes.push_back(bytes); };
  wire.start();
  ASSERT_TRUE(wire.wait_for<Connected>());
  EXPECT_EQ(wire.now(), 400ms) << "100 ms of listening, 300 ms for the answer that does not come";
  EXPECT_EQ(writes[0], kQuestion) << "alone";
  EXPECT_EQ(writes[1].size(), 10u) << "then a plain SYNC";
  EXPECT_EQ(wire.last<Connected>()->board.protocol, Protocol::v2);
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_EQ(provider.script, "v2()\n");
  EXPECT_EQ(wire.host.stats().resyncs, 0u) << "the question has left nothing behind";
  EXPECT_EQ(wire.host.stats().crc_errors, 0u);
}

TEST(AutoSession, KnowsV2ByItsEventsWithoutAsking) {
  ListProvider provider = one_picture();
  provider.text_per_frame = "text\n";
  DeviceOptions options;
  options.main_script = "main()\n";
  Wire wire({}, options, provider, Protocol::automatic, Protocol::v2);
  Bytes first;
  wire.on_way_to_device = [&first](Bytes& bytes) {
    if (first.empty()) first = bytes;
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<Connected>());
  EXPECT_EQ(first.size(), 10u) << "SYNC is the first thing it hears";
  EXPECT_LT(wire.now(), 100ms);
  EXPECT_EQ(wire.last<Connected>()->board.protocol, Protocol::v2);
}

TEST(AutoSession, KnowsV2ThatLeavesOutChecksums) {
  AutoHostSession host({}, allocate_on_heap);
  host.start(0ms);
  Bytes event;
  append_packet(event, {7, 3, packet_flag::kEvent, 0}, {}, false);
  host.receive(event, 10ms);
  ASSERT_EQ(host.output().size(), 10u);
  EXPECT_EQ(host.output()[0], 0xAA);
}

TEST(AutoSession, FindsV2ThatIsStuckInAHalfPacket) {
  ListProvider provider = one_picture();
  Wire wire({}, {}, provider, Protocol::automatic, Protocol::v2);
  wire.device.start(wire.now());
  Bytes packet;
  append_packet(packet, {0, 1, 0, static_cast<std::uint8_t>(Opcode::write)}, Bytes(500, 'x'));
  packet.resize(100);
  (void)wire.device.receive(packet, wire.now());
  wire.host.start(wire.now());
  ASSERT_TRUE(wire.wait_for<Connected>());
  EXPECT_EQ(wire.last<Connected>()->board.protocol, Protocol::v2);
}

TEST(AutoSession, StaleBytesDoNotCountAsAnAnswer) {
  for (const std::size_t size : {1u, 4u, 5000u}) {
    ListProvider provider = one_picture();
    Wire wire(running(), camera({4, 7, 0}, "rt1062"), provider, Protocol::automatic, Protocol::usbdbg);
    wire.start();
    wire.run_for(50ms);
    wire.host.receive(Bytes(size), wire.now());
    ASSERT_TRUE(wire.wait_for<FrameReceived>(2)) << size;
    EXPECT_EQ(wire.last<Connected>()->board.protocol, Protocol::usbdbg);
  }
}

TEST(AutoSession, AsksAgainWhenTheAnswerIsMixedWithOldBytes) {
  ListProvider provider = one_picture();
  Wire wire(running(), camera({4, 7, 0}, "rt1062"), provider, Protocol::automatic, Protocol::usbdbg);
  int answers = 0;
  wire.on_way_to_host = [&answers](Bytes& bytes) {
    if (answers++ == 0) bytes.insert(bytes.begin(), 3, 0xEE);
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(2));
  EXPECT_FALSE(dynamic_cast<UsbdbgDeviceSession&>(wire.device).halted());
}

TEST(AutoSession, TakesAnAnswerInPieces) {
  AutoHostSession host({}, allocate_on_heap);
  host.start(0ms);
  host.poll(100ms);
  host.sent(6);
  for (int i = 0; i < 4; ++i) host.receive(Bytes{0}, 101ms);
  host.poll(1s);
  EXPECT_EQ(host.output().size(), 6u);
  EXPECT_EQ(host.output()[1], 0x80) << "FW_VERSION";
}

/// What it says to something that answers `answer` to every question.
Error verdict_on(const Bytes& answer) {
  AutoHostSession host({}, allocate_on_heap);
  Time now{0};
  host.start(now);
  while (!host.over()) {
    if (now > 20s) return {Errc::busy, "it does not come to an end"};
    now = std::max(now, host.next_deadline());
    host.poll(now);
    if (host.output().empty()) continue;
    EXPECT_EQ(Bytes(host.output().begin(), host.output().end()), kQuestion) << "nothing else is safe";
    host.sent(host.output().size());
    host.receive(answer, now);
  }
  EXPECT_TRUE(host.has_event());
  return std::get<ConnectionLost>(host.take_event()).error;
}

TEST(AutoSession, RecognisesTheMicroPythonPrompt) {
  const std::string text = "0\r\n>>> \r\nMPY: soft reboot\r\n";
  const Error error = verdict_on(Bytes(text.begin(), text.end()));
  EXPECT_EQ(error.code, Errc::unsupported);
  EXPECT_NE(error.message.find("MicroPython"), std::string::npos) << error.message;
}

TEST(AutoSession, RefusesGarbage) {
  for (const Bytes& answer :
       {Bytes(100, 0xA5), Bytes{2, 0, 0, 0}, Bytes{0, 0, 0}, Bytes(5), kQuestion, Bytes{0xAA, 0xD5}})
    EXPECT_EQ(verdict_on(answer).code, Errc::unsupported);
}

TEST(AutoSession, RefusesWhatTalksWithoutEnd) {
  AutoHostSession host({}, allocate_on_heap);
  Time now{0};
  host.start(now);
  for (; !host.over() && now < 20s; now += 10ms) {
    host.sent(host.output().size());
    host.receive(Bytes(700, 0x5A), now);
  }
  ASSERT_TRUE(host.has_event());
  EXPECT_EQ(std::get<ConnectionLost>(host.take_event()).error.code, Errc::unsupported);
  EXPECT_LT(now, 6s);
}

TEST(AutoSession, SilenceIsATimeout) {
  AutoHostSession host({}, allocate_on_heap);
  Time now{0};
  host.start(now);
  while (!host.has_event() && now < 60s) {
    now = host.next_deadline();
    host.sent(host.output().size());
    host.poll(now);
  }
  ASSERT_TRUE(host.has_event());
  EXPECT_EQ(std::get<ConnectionLost>(host.take_event()).error.code, Errc::timeout);
  EXPECT_TRUE(host.over());
}

TEST(AutoSession, KeepsWishesForTheSession) {
  for (const Protocol protocol : {Protocol::v2, Protocol::usbdbg}) {
    ListProvider provider = one_picture();
    DeviceOptions options;
    Wire wire(running(), options, provider, Protocol::automatic, protocol);
    wire.start();
    wire.host.execute("wish()\n", wire.now());
    wire.host.hold(true, wire.now());
    ASSERT_TRUE(wire.wait_for<ScriptStarted>());
    EXPECT_EQ(provider.script, "wish()\n");
    wire.run_for(500ms);
    EXPECT_EQ(wire.count<FrameReceived>(), 0u);
    wire.host.hold(false, wire.now());
    EXPECT_TRUE(wire.wait_for<FrameReceived>(2));
  }
}

TEST(AutoSession, ClosesBeforeItIsDecided) {
  AutoHostSession host({}, allocate_on_heap);
  host.start(0ms);
  host.close(true, 10ms);
  EXPECT_TRUE(host.over());
  ASSERT_TRUE(host.has_event());
  EXPECT_TRUE(std::holds_alternative<Closed>(host.take_event()));
  EXPECT_TRUE(host.output().empty());
}

TEST(AutoSession, SaysNothingWhenItLeavesUndecided) {
  AutoHostSession host({}, allocate_on_heap);
  host.start(0ms);
  host.poll(100ms);
  host.farewell();
  EXPECT_TRUE(host.over());
  EXPECT_TRUE(host.output().empty());
}

}  // namespace
}  // namespace omv::camera
