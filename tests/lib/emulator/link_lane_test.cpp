// SPDX-License-Identifier: LGPL-2.1-or-later
// What happens to packets on one direction of a faulty link, by a clock of the test.
#include "omv/emulator/link_lane.h"

#include <gtest/gtest.h>

#include "omv/camera/v2/packet.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;

Bytes packets(int count, std::size_t size = 90) {
  Bytes out;
  for (int i = 0; i < count; ++i)
    camera::append_packet(out, {static_cast<std::uint8_t>(i), 3, 0, 0x26}, Bytes(size, static_cast<std::uint8_t>(i)));
  return out;
}

// Everything that has arrived by `now`.
Bytes drain(LinkLane& lane, Time now) {
  Bytes all;
  while (!lane.arrived(now).empty()) {
    append(all, lane.arrived(now));
    lane.take(lane.arrived(now).size());
  }
  return all;
}

class Lane : public testing::Test {
 protected:
  Bytes carry(const LinkFaults& faults, const Bytes& bytes, std::uint64_t seed = 1) {
    LinkLane lane(camera::Protocol::v2, seed, counters);
    lane.push(bytes, faults, 0s);
    return drain(lane, 1h);
  }
  LinkCounters counters;
};

TEST_F(Lane, WithoutFaultsBytesPassAsTheyAre) { EXPECT_EQ(carry({}, packets(10)), packets(10)); }

TEST_F(Lane, LatencyDelaysAndKeepsTheOrder) {
  LinkLane lane(camera::Protocol::v2, 1, counters);
  const LinkFaults faults{.latency = 20ms, .jitter = 10ms};
  for (int i = 0; i < 20; ++i) lane.push(Bytes{static_cast<std::uint8_t>(i)}, faults, 0s);
  EXPECT_GE(lane.next_due(), 20ms);
  EXPECT_TRUE(drain(lane, 19ms).empty());
  const Bytes all = drain(lane, 30ms);
  ASSERT_EQ(all.size(), 20u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_TRUE(lane.empty());
}

TEST_F(Lane, ARateSpreadsBytesOverTime) {
  LinkLane lane(camera::Protocol::v2, 1, counters);
  const LinkFaults faults{.rate = 1000};
  for (int i = 0; i < 10; ++i) lane.push(Bytes(100), faults, 0s);
  EXPECT_TRUE(lane.full(0s)) << "a second's worth is under way";
  EXPECT_EQ(drain(lane, 99ms).size(), 0u);
  EXPECT_EQ(drain(lane, 500ms).size(), 500u);
  EXPECT_EQ(drain(lane, 1s).size(), 500u);
  EXPECT_FALSE(lane.full(1s));
}

TEST_F(Lane, LostPacketsAreCounted) {
  const Bytes got = carry({.lose = 0.25}, packets(400));
  const std::size_t lost = 400 - got.size() / 104;
  EXPECT_EQ(got.size() % 104, 0u) << "whole packets";
  EXPECT_EQ(counters.lost, lost);
  EXPECT_GT(lost, 60u);
  EXPECT_LT(lost, 140u);
}

TEST_F(Lane, DuplicatesComeTwiceInARow) {
  EXPECT_EQ(carry({.duplicate = 1}, packets(1)), [] {
    Bytes twice = packets(1);
    append(twice, packets(1));
    return twice;
  }());
  EXPECT_EQ(counters.duplicated, 1u);
}

TEST_F(Lane, CorruptPacketsDifferInOneByte) {
  const Bytes sent = packets(50);
  const Bytes got = carry({.corrupt = 1}, sent);
  ASSERT_EQ(got.size(), sent.size());
  for (std::size_t packet = 0; packet < 50; ++packet) {
    int wrong = 0;
    for (std::size_t i = 0; i < 104; ++i) wrong += got[packet * 104 + i] != sent[packet * 104 + i];
    EXPECT_EQ(wrong, 1) << packet;
  }
  EXPECT_EQ(counters.damaged, 50u);
}

TEST_F(Lane, BitErrorsAreAsFrequentAsTheyShouldBe) {
  const Bytes sent(100'000);
  const Bytes got = carry({.bit_errors = 0.01}, sent);
  const auto wrong = std::count_if(got.begin(), got.end(), [](std::uint8_t byte) { return byte != 0; });
  EXPECT_GT(wrong, 800);
  EXPECT_LT(wrong, 1200);
  EXPECT_EQ(carry({.bit_errors = 1}, Bytes(100)).size(), 100u);
}

TEST_F(Lane, GarbageComesBetweenPackets) {
  const Bytes got = carry({.garbage = 8, .garbage_between = 1}, packets(2));
  EXPECT_EQ(got.size(), 2 * 104u + 2 * 8u);
}

TEST_F(Lane, StallsHoldBackWhatArrivesMeanwhile) {
  LinkLane lane(camera::Protocol::v2, 1, counters);
  const LinkFaults faults{.stall_every = 100ms, .stall_for = 30ms};
  lane.push(Bytes{1}, faults, 60ms);
  EXPECT_EQ(lane.next_due(), 60ms);
  lane.push(Bytes{2}, faults, 80ms);
  EXPECT_EQ(drain(lane, 99ms).size(), 1u);
  EXPECT_EQ(lane.next_due(), 100ms);
}

// A packet in many pieces is one packet; what is none passes.
TEST_F(Lane, PacketsAreFoundHoweverTheyAreCut) {
  Bytes stream = {1, 2, 3, 0xAA};
  append(stream, packets(3));
  stream.push_back(9);
  LinkLane lane(camera::Protocol::v2, 1, counters);
  const LinkFaults faults{.duplicate = 1e-12};
  for (const std::uint8_t byte : stream) lane.push(Bytes{byte}, faults, 0s);
  EXPECT_EQ(drain(lane, 0s), stream);
}

TEST_F(Lane, TheSameSeedDoesTheSameDamage) {
  const LinkFaults faults{.jitter = 5ms, .corrupt = 0.1, .lose = 0.1, .duplicate = 0.1};
  EXPECT_EQ(carry(faults, packets(200), 7), carry(faults, packets(200), 7));
  EXPECT_NE(carry(faults, packets(200), 7), carry(faults, packets(200), 8));
}

TEST(UsbdbgLane, PacketsAreThoseOfTheUsb) {
  LinkCounters counters;
  LinkLane lane(camera::Protocol::usbdbg, 1, counters);
  // What looks like the beginning of a packet of V2 is not waited for.
  Bytes bytes(1000, 7);
  const Bytes packet = packets(1);
  std::copy_n(packet.begin(), camera::kHeaderSize, bytes.end() - camera::kHeaderSize);
  lane.push(bytes, {.duplicate = 1}, 0s);
  EXPECT_EQ(drain(lane, 1h).size(), 2 * bytes.size());
  EXPECT_EQ(counters.duplicated, 16u) << "15 of 64 bytes and the rest";
}

}  // namespace
}  // namespace omv::emulator
