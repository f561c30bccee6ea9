// SPDX-License-Identifier: LGPL-2.1-or-later
// The device side on its own, packet by packet: what the specification says about each request and each mistake.
#include "omv/camera/v2/device_session.h"

#include <gtest/gtest.h>

#include "emulated_device.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::TimedPacket;
namespace flag = packet_flag;

using test::append_text;
using test::u16;
using test::u32;

class Device : public test::EmulatedDevice {};

TEST_F(Device, AnswersDataWithoutAckFlag) {
  connect();
  const TimedPacket version = ask(Opcode::version);
  EXPECT_EQ(version.header.flags, 0);
  EXPECT_EQ(version.payload.size(), 16u);
  const TimedPacket shape = ask(Opcode::shape, 3);
  EXPECT_EQ(shape.header.flags, 0) << "no dimensions: an empty packet, and still no acknowledgement";
  EXPECT_EQ(shape.header.length, 0);
}

TEST_F(Device, RefusesWhatMakesNoSense) {
  connect();
  expect_refused(Status::invalid, static_cast<Opcode>(0x3F));
  expect_refused(Status::invalid, Opcode::sys_info, 1);
  expect_refused(Status::invalid, Opcode::sync, 2);
  expect_refused(Status::invalid, Opcode::size, 9);
  expect_refused(Status::invalid, Opcode::size, 1);
  expect_refused(Status::invalid, Opcode::shape, 2);
  expect_refused(Status::busy, Opcode::lock, 2);
  expect_refused(Status::busy, Opcode::unlock, 2);
  expect_refused(Status::busy, Opcode::lock, 3);
  expect_ok(Opcode::unlock, 3);
  expect_refused(Status::invalid, Opcode::lock, 9);
  expect_refused(Status::failed, Opcode::read, 3, u32({0, 16}));
  expect_refused(Status::invalid, Opcode::read, 2, u32({0, 0}));
  expect_refused(Status::failed, Opcode::read, 2, u32({0, 5}));
  expect_refused(Status::invalid, Opcode::write, 2, append_text(u32({0, 1}), "x"));
  expect_refused(Status::invalid, Opcode::write, 1, u32({0, 0}));
  expect_refused(Status::failed, Opcode::ioctl, 1, u32({2}));
  expect_refused(Status::invalid, Opcode::ioctl, 1, u32({3, 0}));
  expect_refused(Status::invalid, Opcode::ioctl, 3, u32({99, 0}));
  expect_refused(Status::invalid, Opcode::ioctl, 3, u32({0}));
}

TEST_F(Device, ListAndPollTakeAnyChannel) {
  connect();
  EXPECT_EQ(ask(Opcode::list, 77).header.channel, 77);
  EXPECT_EQ(ask(Opcode::poll, 3).payload, u32({0}));
  const auto channels = *decode_channels(ask(Opcode::list).payload);
  ASSERT_EQ(channels.size(), 4u);
  EXPECT_EQ(channels[3], (ChannelEntry{3, 0x19, "stream"}));
}

TEST_F(Device, CapsHaveLimits) {
  connect();
  for (const std::uint16_t bad : {0, 49, 4083, 60000}) {
    Bytes caps = u32({0x0B});
    append_le(caps, bad);
    caps.resize(16);
    expect_refused(Status::invalid, Opcode::set_caps, 0, caps);
  }
  expect_refused(Status::invalid, Opcode::set_caps, 0, Bytes(15));
  set_caps(0x0B, 50);
  set_caps(0x0B, 4082);
}

TEST_F(Device, RefusesRequestsOutOfSequence) {
  connect();
  sequence = 77;
  const TimedPacket answer = ask(Opcode::version);
  EXPECT_EQ(answer.payload, u16(6));
  EXPECT_EQ(answer.header.sequence, 1) << "stamped with the device's own number";
  sequence = 2;
  EXPECT_EQ(ask(Opcode::version).header.length, 16);
  EXPECT_EQ(session.stats().sequence_errors, 1u);
}

TEST_F(Device, RefusesDamagedPayloads) {
  connect();
  Bytes bytes;
  append_packet(bytes, {sequence, 1, 0, static_cast<std::uint8_t>(Opcode::ioctl)}, u32({3}));
  bytes.back() ^= 1;
  const auto got = feed(bytes);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].payload, u16(5));
  EXPECT_EQ(session.stats().checksum_errors, 1u);
}

TEST_F(Device, RefusesPayloadsBeyondTheLimit) {
  connect();
  Bytes bytes(kHeaderSize);
  store_header(bytes.data(), {sequence, 1, 0, static_cast<std::uint8_t>(Opcode::write), 5000}, true);
  const auto got = feed(bytes);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].payload, u16(7));
}

TEST_F(Device, DamagedHeadersAreSkippedSilently) {
  connect();
  Bytes bytes(kHeaderSize, 0);
  bytes[0] = 0xAA;
  bytes[1] = 0xD5;
  EXPECT_TRUE(feed(bytes).empty());
  EXPECT_EQ(ask(Opcode::version).header.length, 16);
}

TEST_F(Device, SyncFreesFromACutPacket) {
  connect();
  Bytes bytes;
  append_packet(bytes, {sequence, 1, 0, static_cast<std::uint8_t>(Opcode::write)}, Bytes(200));
  bytes.resize(100);
  EXPECT_TRUE(feed(bytes).empty());
  EXPECT_TRUE(send(Opcode::version).empty()) << "swallowed as the rest of the packet";
  expect_ok(Opcode::sync);
  EXPECT_EQ(ask(Opcode::get_caps).header.flags, flag::kAckRequest) << "defaults again";
}

TEST_F(Device, SyncThatIsJustTheRestIsEaten) {
  connect();
  Bytes bytes;
  append_packet(bytes, {sequence, 1, 0, static_cast<std::uint8_t>(Opcode::ioctl)}, u32({3}));
  bytes.resize(bytes.size() - 6);
  EXPECT_TRUE(feed(bytes).empty());
  const auto got = send(Opcode::sync);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].payload, u16(5)) << "six of its bytes completed the packet";
  expect_ok(Opcode::sync);
}

// --- Section 4 ---

TEST_F(Device, RepeatsWhatIsNotAcknowledgedThenResets) {
  expect_ok(Opcode::sync);
  ASSERT_EQ(send(Opcode::get_caps).size(), 1u);
  const auto repeats = wait(20s);
  ASSERT_EQ(repeats.size(), 3u);
  EXPECT_EQ(repeats[0].time, 500ms);
  EXPECT_EQ(repeats[1].time, 1500ms);
  EXPECT_EQ(repeats[2].time, 3500ms);
  for (const TimedPacket& packet : repeats) {
    EXPECT_EQ(packet.header.flags, flag::kAckRequest | flag::kRetransmission);
    EXPECT_EQ(packet.header.sequence, 0);
  }
  sequence = 0;
  EXPECT_EQ(ask(Opcode::get_caps).header.sequence, 0) << "after 7.5 s everything is as after SYNC";
  EXPECT_EQ(session.stats().retransmits, 3u);
}

TEST_F(Device, BlocksUntilTheAcknowledgement) {
  expect_ok(Opcode::sync);
  ASSERT_EQ(send(Opcode::get_caps).size(), 1u);
  Bytes next, ack;
  append_packet(next, {1, 0, 0, static_cast<std::uint8_t>(Opcode::list)}, {});
  append_packet(ack, {0, 0, flag::kAck, static_cast<std::uint8_t>(Opcode::get_caps)}, {});
  EXPECT_TRUE(feed(next).empty());
  const auto got = feed(ack);
  ASSERT_EQ(got.size(), 1u) << "the request that waited";
  EXPECT_TRUE(got[0].header.is(Opcode::list));
}

TEST_F(Device, NakInsteadOfAcknowledgementBurnsAllAttempts) {
  expect_ok(Opcode::sync);
  ASSERT_EQ(send(Opcode::get_caps).size(), 1u);
  Bytes nak;
  append_packet(nak, {0, 0, flag::kNak, static_cast<std::uint8_t>(Opcode::get_caps)}, u16(5));
  EXPECT_EQ(feed(nak).size(), 3u);
  EXPECT_FALSE(session.next_deadline() < 1h) << "nothing is waited for any more";
}

TEST_F(Device, SyncEndsWaitingForAnAcknowledgement) {
  expect_ok(Opcode::sync);
  ASSERT_EQ(send(Opcode::get_caps).size(), 1u);
  expect_ok(Opcode::sync);
  EXPECT_TRUE(wait(10s).empty());
}

// --- Scripts ---

TEST_F(Device, ScriptStartsWithAnEvent) {
  connect();
  expect_ok(Opcode::write, 1, append_text(u32({0, 6}), "print("));
  expect_ok(Opcode::write, 1, append_text(u32({6, 3}), "1)\n"));
  const auto got = send(Opcode::ioctl, 1, u32({2}));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].header.flags, flag::kAck);
  EXPECT_EQ(got[1].header.flags, flag::kEvent);
  EXPECT_EQ(got[1].header.channel, 1);
  EXPECT_EQ(got[1].payload, u16(1));
  EXPECT_EQ(provider.script, "print(1)\n");
  EXPECT_EQ(ask(Opcode::poll).payload, u32({2}));
}

TEST_F(Device, StopEndsScriptAndResetsTheProtocol) {
  connect();
  run_script();
  const auto got = send(Opcode::ioctl, 1, u32({1}));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[1].payload, u16(0));
  EXPECT_TRUE(got[2].header.is(Opcode::sys_event));
  EXPECT_EQ(got[2].payload, u16(2));
  EXPECT_FALSE(session.script_running());
  const TimedPacket refusal = ask(Opcode::poll);
  EXPECT_EQ(refusal.payload, u16(6));
  EXPECT_EQ(refusal.header.sequence, 0) << "which tells the host of the restart";
}

TEST_F(Device, IdleStopRunsWhatWasUploaded) {
  connect();
  expect_ok(Opcode::write, 1, append_text(u32({0, 1}), "x"));
  expect_ok(Opcode::ioctl, 1, u32({1}));
  EXPECT_EQ(provider.starts, 1);
}

TEST_F(Device, ExecWhileRunningStopsAndStartsNothing) {
  connect();
  run_script();
  expect_ok(Opcode::write, 1, append_text(u32({0, 1}), "y"));
  expect_ok(Opcode::ioctl, 1, u32({2}));
  EXPECT_FALSE(session.script_running());
  EXPECT_EQ(provider.starts, 1);
}

TEST_F(Device, AByteOrderMarkIsANameError) {
  connect();
  expect_ok(Opcode::write, 1, append_text(u32({0, 4}), "\xEF\xBB\xBFx"));
  EXPECT_EQ(send(Opcode::ioctl, 1, u32({2})).size(), 4u) << "acknowledged, started, ended, rebooted";
  connect();
  const std::string text(as_text(ask(Opcode::read, 2, u32({0, 90})).payload));
  EXPECT_NE(text.find("NameError: "), std::string::npos) << text;
}

TEST_F(Device, ACameraThatFailsEndsTheScriptWithATraceback) {
  connect();
  provider.frames = {};
  provider.failure = "no such sensor";
  run_script();
  wait(25ms);
  EXPECT_FALSE(session.script_running());
  connect();
  const std::string text(as_text(ask(Opcode::read, 2, u32({0, 110})).payload));
  EXPECT_EQ(text.substr(0, text.find("MPY")),
            "Traceback (most recent call last):\r\n  File \"<stdin>\", line 1, in <module>\r\n"
            "OSError: no such sensor\r\n");
}

TEST_F(Device, OffsetZeroBeginsTheUploadAnew) {
  connect();
  expect_ok(Opcode::write, 1, append_text(u32({0, 3}), "old"));
  expect_ok(Opcode::write, 1, append_text(u32({0, 3}), "new"));
  expect_ok(Opcode::ioctl, 1, u32({2}));
  EXPECT_EQ(provider.script, "new");
}

TEST_F(Device, AnnouncesTextAgainAndAgain) {
  connect();
  expect_ok(Opcode::ioctl, 1, u32({1}));  // idle: prints the banner
  const auto events = wait(175ms);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].header.channel, 2);
  EXPECT_EQ(events[1].time - events[0].time, 50ms);
}

TEST_F(Device, TextThatRunsDryEndsInFailed) {
  connect();
  expect_ok(Opcode::ioctl, 1, u32({1}));
  const auto got = send(Opcode::read, 2, u32({0, 1000}));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].header.flags, flag::kFragment);
  EXPECT_TRUE(as_text(got[0].payload).starts_with("OpenMV"));
  EXPECT_EQ(got[1].header.flags, flag::kNak);
  EXPECT_EQ(got[1].payload, u16(1));
}

// --- Frames ---

TEST_F(Device, FrameGoesThroughLockReadUnlock) {
  connect();
  run_script();
  const auto events = wait(25ms);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].header.channel, 3);
  EXPECT_EQ(events[0].header.length, 0);
  expect_ok(Opcode::lock, 3);
  expect_refused(Status::busy, Opcode::lock, 3);
  EXPECT_EQ(ask(Opcode::size, 3).payload, u32({10032}));
  EXPECT_EQ(ask(Opcode::shape, 3).payload, u32({100, 100, 1}));
  const auto got = send(Opcode::read, 3, u32({0, 10032}));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].header.length, 4082);
  EXPECT_EQ(got[0].header.flags, flag::kFragment);
  EXPECT_EQ(got[2].header.flags, 0);
  const auto part = send(Opcode::read, 3, u32({32, 5}));
  EXPECT_EQ(part[0].payload, Bytes(provider.frames[0].data.begin(), provider.frames[0].data.begin() + 5));
  expect_refused(Status::failed, Opcode::read, 3, u32({0, 10033}));
  expect_refused(Status::failed, Opcode::read, 3, u32({0xFFFFFFFF, 0xFFFFFFFF}));
  expect_ok(Opcode::unlock, 3);
  EXPECT_EQ(ask(Opcode::size, 3).payload, u32({0}));
}

TEST_F(Device, LockNeedsTenMillisecondsInBetween) {
  connect();
  provider.interval = 1ms;
  run_script();
  wait(5ms);
  expect_ok(Opcode::lock, 3);
  expect_ok(Opcode::unlock, 3);
  wait(9ms);
  expect_refused(Status::busy, Opcode::lock, 3);
  wait(1ms);
  expect_ok(Opcode::lock, 3);
}

TEST_F(Device, SyncKeepsAFrameThatWaits) {
  connect();
  run_script();
  wait(25ms);
  connect();
  EXPECT_EQ(ask(Opcode::poll).payload, u32({2 | 8}));
  expect_ok(Opcode::lock, 3);
}

TEST_F(Device, SyncReleasesTheLockAndLosesTheFrame) {
  connect();
  run_script();
  wait(25ms);
  expect_ok(Opcode::lock, 3);
  connect();
  EXPECT_EQ(ask(Opcode::poll).payload, u32({2}));
  wait(20ms);
  expect_ok(Opcode::lock, 3);
}

TEST_F(Device, FramesPassUnseenWhileOneWaits) {
  connect();
  run_script();
  wait(105ms);
  EXPECT_EQ(provider.skipped, 4u);
  EXPECT_EQ(provider.requests.size(), 1u);
}

TEST_F(Device, NoFramesBeforeTheStreamIsEnabled) {
  connect();
  expect_ok(Opcode::write, 1, append_text(u32({0, 1}), "x"));
  expect_ok(Opcode::ioctl, 1, u32({2}));
  wait(100ms);
  EXPECT_EQ(provider.requests.size(), 0u);
  expect_refused(Status::busy, Opcode::lock, 3);
}

// Section 11: "the stream stalls until CTRL is sent again".
TEST_F(Device, ScalingToNothingStallsTheStream) {
  connect();
  provider.frames = {Frame{{PixelFormat::grayscale, 400, 10}, {}}};
  expect_ok(Opcode::ioctl, 3, u32({2, 20, 20}));
  expect_ok(Opcode::ioctl, 3, u32({1, 1}));
  run_script();
  EXPECT_TRUE(wait(100ms).empty());
  EXPECT_EQ(provider.requests.size(), 1u);
  expect_ok(Opcode::ioctl, 3, u32({0, 1}));
  wait(100ms);
  EXPECT_EQ(provider.requests.size(), 2u);
}

TEST_F(Device, UnknownSourceShowsNothing) {
  connect();
  expect_ok(Opcode::ioctl, 3, u32({3, 0x56}));
  run_script();
  wait(100ms);
  EXPECT_EQ(provider.requests.size(), 0u);
}

// However large the frame: what waits to be sent stays small.
TEST_F(Device, OutputIsMadeWhileItIsSent) {
  connect();
  provider.frames = {test::raw_frame(PixelFormat::grayscale, 1000, 1000)};
  run_script();
  wait(25ms);
  expect_ok(Opcode::lock, 3);
  Bytes bytes;
  append_packet(bytes, {sequence, 3, 0, static_cast<std::uint8_t>(Opcode::read)}, u32({0, 1000032}));
  ASSERT_EQ(session.receive(bytes, now), bytes.size());
  std::size_t total = 0;
  while (!session.output().empty()) {
    EXPECT_LE(session.output().size(), 512u * 1024);
    const std::size_t some = std::min<std::size_t>(session.output().size(), 100'000);
    total += some;
    session.sent(some, now);
  }
  EXPECT_GT(total, 1'000'000u);
}

TEST_F(Device, ResetAndBootAreForTheOwner) {
  connect();
  EXPECT_TRUE(send(Opcode::reset).empty());
  EXPECT_EQ(session.request(), DeviceRequest::reset);
  EXPECT_TRUE(send(Opcode::version).empty());
}

}  // namespace
}  // namespace omv::camera
