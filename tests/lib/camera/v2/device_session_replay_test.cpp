// SPDX-License-Identifier: LGPL-2.1-or-later
// The recorded host talks to our device: what genuine firmware answered is what ours has to answer.
#include <gtest/gtest.h>

#include "camera_wire.h"
#include "omv/camera/v2/device_session.h"
#include "recorded_session.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;
using test::RecordedSession;
using test::TimedPacket;

// The machine that the sessions were recorded on.
Board recorded_board() {
  Board board = default_board();
  board.pid = 0x1206;
  board.cpu_id = 0x411FC272;
  board.stream_buffer = 512 * 1024;
  board.hw_caps = 0;
  return board;
}

DeviceOptions recorded_options(const Board& board) {
  DeviceOptions options;
  options.board = &board;
  options.unique_id = {0x11223344, 0x77889900, 0x33445566};
  options.sensors = {0x50F7, 0, 0};
  options.banner = "OpenMV oracle-cbbb877e; MicroPython v1.28.0; mps2-an500 with Cortex-M7";
  return options;
}

// Feeds what the host sent when it sent it; the packets that our device answers.
std::vector<TimedPacket> replay(const RecordedSession& session, DeviceOptions options, FrameProvider& provider) {
  V2DeviceSession device(std::move(options), provider);
  RecordedSession ours;
  const auto drain = [&](Time now) {
    while (!device.output().empty()) {
      const ConstByteSpan output = device.output();
      ours.chunks.push_back({now, false, Bytes(output.begin(), output.end())});
      device.sent(output.size(), now);
    }
  };
  device.start(0ns);
  for (const test::Chunk& chunk : session.chunks) {
    while (device.next_deadline() <= chunk.time) {
      const Time due = device.next_deadline();
      device.poll(due);
      drain(due);
    }
    if (!chunk.from_host) continue;
    EXPECT_EQ(device.receive(chunk.bytes, chunk.time), chunk.bytes.size());
    drain(chunk.time);
  }
  return ours.packets(false);
}

std::vector<TimedPacket> without_events(std::vector<TimedPacket> packets) {
  std::erase_if(packets, [](const TimedPacket& packet) { return packet.header.has(packet_flag::kEvent); });
  return packets;
}

std::string describe(const TimedPacket& packet) {
  std::string out = to_string(static_cast<Opcode>(packet.header.opcode)) + " seq " +
                    std::to_string(packet.header.sequence) + " channel " + std::to_string(packet.header.channel) +
                    " flags " + std::to_string(packet.header.flags) + " length " +
                    std::to_string(packet.header.length) + " at " + std::to_string(packet.time.count() / 1000) + " us";
  return out;
}

// `same_payload` says whether a payload is determined by what the host did.
template <typename SamePayload>
void expect_same(const std::vector<TimedPacket>& ours, const std::vector<TimedPacket>& theirs,
                 SamePayload same_payload) {
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    SCOPED_TRACE("packet " + std::to_string(i) + ": ours " + describe(ours[i]) + ", theirs " + describe(theirs[i]));
    PacketHeader header = ours[i].header;
    if (!same_payload(theirs[i])) header.length = theirs[i].header.length;
    ASSERT_EQ(header, theirs[i].header);
    if (same_payload(theirs[i])) {
      ASSERT_EQ(ours[i].payload, theirs[i].payload);
    }
  }
  EXPECT_EQ(ours.size(), theirs.size());
}

TEST(DeviceSessionReplay, AnswersErrorsLikeFirmware) {
  const auto session = test::load_recorded_session("protocol-errors.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  const Board board = recorded_board();
  test::ListProvider provider;
  const auto ours = replay(*session, recorded_options(board), provider);
  // What the memory of a machine looks like is its own business.
  const auto same_payload = [](const TimedPacket& packet) { return !packet.header.is(Opcode::sys_memory); };
  expect_same(ours, session->packets(false), same_payload);
}

// Prints what was printed and shows what was shown, a little before the host asked for it.
class RecordedProvider final : public FrameProvider {
 public:
  explicit RecordedProvider(const RecordedSession& session) {
    moments_.push_back({1710ms, {}, {}});  // the first text comes before the first frame
    for (const TimedPacket& packet : session.packets(false)) {
      const PacketHeader& header = packet.header;
      if (header.is(Opcode::sys_event)) break;
      if (header.has(packet_flag::kEvent) && header.channel == 3) moments_.push_back({packet.time - 2ms, {}, {}});
      if (header.is(Opcode::read)) take(packet);
    }
    moments_.push_back({1h, {}, {}});
  }

  std::size_t frames() const { return frames_; }

  void start(Time, std::string_view) override {}
  std::optional<Time> due(Time now) override {
    if (next_ == 0 && moments_[0].time <= now) advance();
    return moments_[next_].time;
  }
  Result<CapturedFrame> capture(const StreamRequest&, Time) override {
    const Bytes& blob = moments_[next_].frame;
    advance();
    const FrameHeader header = *decode_frame_header(blob);
    return CapturedFrame{{static_cast<PixelFormat>(header.pixformat), header.width, header.height},
                         ConstByteSpan(blob).subspan(header.offset),
                         header.fps};
  }
  void skip(Time) override { advance(); }
  std::string_view take_output() override {
    shown_ = std::exchange(output_, {});
    return shown_;
  }

 private:
  struct Moment {
    Time time;
    std::string text;
    Bytes frame;
  };

  // Texts and frames are read in the order in which they were made; the banner was printed by the device itself.
  void take(const TimedPacket& packet) {
    const std::string_view text = as_text(packet.payload);
    if (packet.header.channel == 3) moments_[++frames_].frame = packet.payload;
    if (packet.header.channel == 2 && !text.starts_with("OpenMV")) moments_[texts_++].text = text;
  }
  void advance() {
    output_ += moments_[next_++].text;
    std::erase(output_, '\r');
  }

  std::vector<Moment> moments_;
  std::size_t frames_ = 0, texts_ = 0, next_ = 0;
  std::string output_, shown_;
};

TEST(DeviceSessionReplay, AnswersSessionLikeFirmware) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  const Board board = recorded_board();
  RecordedProvider provider(*session);
  ASSERT_GT(provider.frames(), 5u);
  const auto ours = without_events(replay(*session, recorded_options(board), provider));
  const auto theirs = without_events(session->packets(false));
  // STATS counts events, which come by the clock.
  const auto same_payload = [](const TimedPacket& packet) { return !packet.header.is(Opcode::stats); };
  expect_same(ours, theirs, same_payload);

  const Stats our_stats = *decode_stats(ours.back().payload);
  const Stats their_stats = *decode_stats(theirs.back().payload);
  EXPECT_EQ(our_stats.sent, their_stats.sent);
  EXPECT_EQ(our_stats.received, their_stats.received);
}

// Events carry the current sequence number and consume none; which come when is a matter of the clock.
TEST(DeviceSessionReplay, SendsTheEventsOfFirmware) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  const Board board = recorded_board();
  RecordedProvider provider(*session);
  const auto events = [](std::vector<TimedPacket> packets) {
    std::erase_if(packets, [](const TimedPacket& packet) {
      return !packet.header.has(packet_flag::kEvent) || packet.header.channel == 2;
    });
    return packets;
  };
  const auto ours = events(replay(*session, recorded_options(board), provider));
  const auto theirs = events(session->packets(false));
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].header.channel, theirs[i].header.channel) << i;
    EXPECT_EQ(ours[i].header.opcode, theirs[i].header.opcode) << i;
    EXPECT_EQ(ours[i].header.flags, theirs[i].header.flags) << i;
    EXPECT_EQ(ours[i].payload, theirs[i].payload) << i;
  }
}

}  // namespace
}  // namespace omv::camera
