// SPDX-License-Identifier: LGPL-2.1-or-later
// Host and emulated camera together: connecting, scripts, frames, text.
#include <gtest/gtest.h>

#include "camera_wire.h"
#include "omv/camera/v2/device_session.h"
#include "omv/camera/v2/packet.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::jpeg_frame;
using test::ListProvider;
using test::raw_frame;
using test::Wire;

HostOptions running(std::string script = "run()\n") {
  HostOptions options;
  options.script = std::move(script);
  return options;
}

TEST(Sessions, ConnectAndSayWhoIsThere) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<Connected>());
  const BoardInfo& board = wire.last<Connected>()->board;
  EXPECT_EQ(board.name, "OpenMV RT1062");
  EXPECT_EQ(board.serial, "112233445566778899AABBCC");
  EXPECT_EQ(board.firmware, (std::array<std::uint8_t, 3>{5, 0, 0}));
  EXPECT_EQ(board.protocol, Protocol::v2);
  EXPECT_EQ(board.max_payload, 4082);
  EXPECT_EQ(wire.last<ChannelsListed>()->channels.size(), 4u);
  EXPECT_EQ(wire.now(), 0ns) << "nothing of this takes waiting";
}

TEST(Sessions, UploadScriptOfAnyLength) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  std::string script;
  for (int i = 0; i < 3000; ++i) script += "print('line " + std::to_string(i) + " \xC3\xA9')\n";
  for (const std::uint16_t max_payload : {50, 498, 4082, 65535}) {
    DeviceOptions device;
    device.max_payload = max_payload;
    Wire wire(running(script), device, provider);
    wire.start();
    ASSERT_TRUE(wire.wait_for<ScriptStarted>()) << max_payload;
    EXPECT_EQ(provider.script, script);
    EXPECT_EQ(wire.host.stats().resyncs, 0u);
  }
}

TEST(Sessions, ByteOrderMarkStaysAtHome) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running("\xEF\xBB\xBFx = 1\n"), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptStarted>());
  EXPECT_EQ(provider.script, "x = 1\n");
}

TEST(Sessions, RefuseScriptWithNul) {
  ListProvider provider;
  Wire wire(running(std::string("a\0b", 3)), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::invalid);
  EXPECT_TRUE(wire.host.over());
}

void expect_frames(const std::vector<Frame>& frames, const StreamConfig& config, std::uint16_t max_payload) {
  ListProvider provider;
  provider.frames = frames;
  HostOptions host = running();
  host.stream = config;
  DeviceOptions device;
  device.max_payload = max_payload;
  Wire wire(host, device, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(frames.size() * 2));
  std::size_t i = 0;
  for (const HostEvent& event : wire.events) {
    const auto* frame = std::get_if<FrameReceived>(&event);
    if (frame == nullptr) continue;
    const Frame& expected = frames[i++ % frames.size()];
    EXPECT_EQ(frame->info, expected.info);
    const ByteSpan bytes = frame->memory->bytes().first(frame->size);
    EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), expected.data);
    EXPECT_EQ(frame->fps, 25.0F);
  }
  EXPECT_EQ(provider.requests.front().raw, config.raw);
  EXPECT_EQ(provider.requests.front().max_width, config.max_width);
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
  EXPECT_EQ(wire.host.stats().dropped_corrupt, 0u);
}

TEST(Sessions, DeliverEveryFormatWhole) {
  const std::vector<Frame> raw = {raw_frame(PixelFormat::grayscale, 33, 17), raw_frame(PixelFormat::rgb565, 320, 240),
                                  raw_frame(PixelFormat::binary, 41, 9), jpeg_frame(64, 64, 20000),
                                  raw_frame(PixelFormat::grayscale, 1, 1)};
  for (const std::uint16_t max_payload : {50, 51, 498, 4082, 65535}) {
    expect_frames(raw, {true, 320, 240}, max_payload);
    expect_frames({jpeg_frame(640, 480, 50000), jpeg_frame(8, 8, 3)}, {}, max_payload);
  }
}

TEST(Sessions, WorkWithAcknowledgements) {
  ListProvider provider;
  provider.frames = {jpeg_frame(640, 480, 50000)};
  provider.text_per_frame = "frame\n";
  HostOptions host = running();
  host.ack = true;
  Wire wire(host, {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(20));
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
  EXPECT_EQ(dynamic_cast<V2DeviceSession&>(wire.device).stats().retransmits, 0u);
}

TEST(Sessions, WorkWithoutChecksums) {
  ListProvider provider;
  provider.frames = {raw_frame(PixelFormat::rgb565, 64, 64)};
  HostOptions host = running();
  host.crc = false;
  host.stream = {true, 64, 64};
  Wire wire(host, {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(20));
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

TEST(Sessions, StampFramesWithTheirEvent) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.interval = 40ms;
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(5));
  for (std::size_t i = 0, n = 1; i < wire.events.size(); ++i)
    if (const auto* frame = std::get_if<FrameReceived>(&wire.events[i])) {
      EXPECT_EQ(frame->arrival, n++ * 40ms);
    }
}

TEST(Sessions, WaitOutTheLockInterval) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.interval = 1ms;
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(50, 2s));
  EXPECT_GT(wire.host.stats().busy, 0u);
  EXPECT_LE(wire.now(), 520ms) << "one lock per 10 ms is what the camera allows";
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

TEST(Sessions, TakeFramesAsFastAsTheyAreMade) {
  ListProvider provider;
  provider.frames = {raw_frame(PixelFormat::rgb565, 160, 120)};
  provider.interval = 0ms;
  HostOptions host = running();
  host.stream = {true, 160, 120};
  DeviceOptions device;
  device.min_lock_interval = 0ms;
  device.max_payload = 65535;
  Wire wire(host, device, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(1000, 100ms));
  EXPECT_EQ(wire.now(), 0ns) << "no frame needs waiting";
  EXPECT_EQ(wire.host.stats().busy, 0u);
}

TEST(Sessions, FindFrameWhoseEventWasLost) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), {}, provider);
  wire.on_way_to_host = [](Bytes& bytes) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      const ConstByteSpan packet = scanner.pending().first(packet_size(header->length));
      const bool stream_event = header->has(packet_flag::kEvent) && header->channel == 3;
      if (!stream_event) append(bytes, packet);
      scanner.skip_packet(*header);
    }
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(4, 2s));
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

TEST(Sessions, CarryTextWithoutCuttingIt) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.text_per_frame = "Grüße €\n";
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(50));
  wire.run_for(200ms);
  EXPECT_NE(wire.text().find("Grüße €\r\nGrüße €\r\n"), std::string::npos);
  EXPECT_EQ(wire.text().find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Sessions, SurviveScriptThatPrintsWithoutPause) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.interval = 1ms;
  provider.text_per_frame = std::string(700, 'x') + "\n";
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(50));
  EXPECT_GT(wire.text().size(), 10000u);
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

TEST(Sessions, ReportEndOfScriptAndItsLastText) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.count = 3;
  provider.text_per_frame = "shown\n";
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<Resynced>());
  wire.run_for(200ms);
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
  EXPECT_EQ(wire.count<ScriptEnded>(), 1u);
  EXPECT_EQ(wire.count<SoftReboot>(), 1u);
  EXPECT_NE(wire.text().find("MPY: soft reboot\r\n"), std::string::npos);
  EXPECT_TRUE(wire.text().ends_with(">>> "));
  EXPECT_EQ(wire.host.stats().timeouts, 0u);
  EXPECT_LT(wire.now(), 1s);
}

TEST(Sessions, StopScriptOnRequest) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  wire.host.stop(wire.now());
  ASSERT_TRUE(wire.wait_for<ScriptEnded>());
  wire.run_for(200ms);
  EXPECT_FALSE(wire.device.script_running());
  EXPECT_NE(wire.text().find("KeyboardInterrupt"), std::string::npos);
  EXPECT_EQ(provider.starts, 1) << "nothing else was started";
}

TEST(Sessions, RunAnotherScriptAfterwards) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  HostOptions host = running("first");
  host.stream = {true, 100, 100};
  Wire wire(host, {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  wire.host.execute("second", wire.now());
  ASSERT_TRUE(wire.wait_for<ScriptStarted>(2));
  EXPECT_EQ(provider.script, "second");
  EXPECT_EQ(wire.count<ScriptEnded>(), 1u);
  ASSERT_TRUE(wire.wait_for<FrameReceived>(10));
  EXPECT_TRUE(provider.requests.back().raw) << "stream settings are lost in the reboot and set again";
}

bool is_request(const Bytes& bytes, Opcode opcode) {
  return bytes.size() >= kHeaderSize && bytes[5] == static_cast<std::uint8_t>(opcode);
}

// The loop's own POLL is on its way when another script is wanted.
void expect_one_start_behind_a_poll(std::size_t frames_of_script) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.count = frames_of_script;
  Wire wire(running("first"), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  wire.run_for(500ms);
  bool wanted = false;
  wire.on_way_to_device = [&](const Bytes& bytes) {
    if (is_request(bytes, Opcode::poll) && !std::exchange(wanted, true)) wire.host.execute("second", wire.now());
  };
  ASSERT_TRUE(wire.wait_for<ScriptStarted>(2));
  wire.run_for(500ms);
  EXPECT_TRUE(wanted);
  EXPECT_EQ(provider.script, "second");
  EXPECT_EQ(provider.starts, 2);
  EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
}

TEST(Sessions, RunAnotherScriptOnceBehindAPoll) {
  expect_one_start_behind_a_poll(SIZE_MAX);
  expect_one_start_behind_a_poll(3);
}

TEST(Sessions, RunAnotherScriptOnceBehindAStop) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  provider.count = 3;
  Wire wire(running("first"), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptEnded>());
  wire.run_for(500ms);
  wire.host.stop(wire.now());
  wire.host.execute("second", wire.now());
  ASSERT_TRUE(wire.wait_for<ScriptStarted>(2));
  wire.run_for(20ms);
  EXPECT_EQ(provider.starts, 2);
  EXPECT_EQ(wire.count<ConnectionLost>(), 0u);
}

bool is_exec(const Bytes& bytes) {
  return is_request(bytes, Opcode::ioctl) && bytes[3] == 1 && bytes.size() > kHeaderSize && bytes[kHeaderSize] == 2;
}

// EXEC is lost and the upload repeated; an event that tells a start in the middle of it is none of this script.
TEST(Sessions, UploadIsNotDisturbedByAnotherStart) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions device;
  device.max_payload = 50;
  const std::string script(500, '#');
  Wire wire(running(script), device, provider);
  bool is_lost = false;
  int writes = 0;
  wire.on_way_to_device = [&](Bytes& bytes) {
    if (is_exec(bytes) && !std::exchange(is_lost, true)) bytes.clear();
    if (is_lost && is_request(bytes, Opcode::write)) ++writes;
    if (is_exec(bytes)) return;
    EXPECT_EQ(wire.count<ScriptStarted>(), provider.starts > 0 ? 1u : 0u);
  };
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (writes != 3) return;
    PacketHeader event{.channel = 1, .flags = packet_flag::kEvent};
    event.opcode = static_cast<std::uint8_t>(Opcode::channel_event);
    append_packet(bytes, event, Bytes{1, 0});
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_EQ(provider.script, script);
  EXPECT_EQ(provider.starts, 1);
}

TEST(Sessions, ReplaceScriptThatRunsFromPowerUp) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions device;
  device.main_script = "main";
  Wire wire(running("mine"), device, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_EQ(provider.script, "mine");
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u) << "the other script is none of the caller's business";
  EXPECT_EQ(wire.count<ScriptEnded>(), 0u);
}

TEST(Sessions, JoinScriptThatRunsFromPowerUp) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  DeviceOptions device;
  device.main_script = "main";
  Wire wire({}, device, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
  EXPECT_EQ(provider.starts, 1);
}

TEST(Sessions, ChangeTheStreamWhileItRuns) {
  ListProvider provider;
  provider.frames = {raw_frame(PixelFormat::grayscale, 32, 32)};
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_FALSE(provider.requests.back().raw);
  wire.host.configure({true, 64, 48}, wire.now());
  ASSERT_TRUE(wire.wait_for<FrameReceived>(8));
  EXPECT_TRUE(provider.requests.back().raw);
  EXPECT_EQ(provider.requests.back().max_width, 64u);
  EXPECT_EQ(provider.requests.back().max_height, 48u);
}

TEST(Sessions, CloseStopsScriptAndStream) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  wire.host.close(true, wire.now());
  ASSERT_TRUE(wire.wait_for<Closed>());
  EXPECT_TRUE(wire.host.over());
  EXPECT_FALSE(wire.device.script_running());
  EXPECT_EQ(wire.host.next_deadline(), kNever);
}

// While nobody looks, the camera keeps the oldest frame: it must not come out as a new one afterwards.
TEST(Sessions, FrameFromBeforeAPauseIsDropped) {
  ListProvider provider;
  provider.frames = {jpeg_frame(80, 60, 1000)};
  Wire wire(running(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  wire.run_for(5ms);  // the last one is released
  for (int i = 0; i < 250; ++i) {
    wire.clock.advance(20ms);
    wire.device.poll(wire.now());
  }
  ASSERT_TRUE(wire.wait_for<FrameReceived>(6));
  EXPECT_EQ(provider.requests.size(), 7u) << "six delivered, one dropped";
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

TEST(Sessions, OversizedFramesAreNotSent) {
  ListProvider provider;
  provider.frames = {jpeg_frame(640, 480, 40000), jpeg_frame(80, 60, 100), raw_frame(PixelFormat::rgb565, 200, 200)};
  HostOptions host = running();
  host.stream = {true, 640, 480};
  DeviceOptions device;
  device.stream_buffer = 8192;
  Wire wire(host, device, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(4));
  for (const HostEvent& event : wire.events)
    if (const auto* frame = std::get_if<FrameReceived>(&event)) {
      EXPECT_EQ(frame->info.width, 80u);
    }
  wire.run_for(100ms);
  EXPECT_NE(wire.text().find("\x1B[40O\r\n"), std::string::npos);
  EXPECT_GT(wire.host.stats().busy, 0u);
}

}  // namespace
}  // namespace omv::camera
