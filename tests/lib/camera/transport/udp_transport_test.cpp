// SPDX-License-Identifier: LGPL-2.1-or-later
// Datagrams: one per packet, never truncated, refused with a reason, waits that end when they are cancelled.
#include "omv/camera/transport/udp_transport.h"

#include <gtest/gtest.h>

#include <thread>

#include "omv/camera/v2/packet.h"

namespace omv::camera {
namespace {

using namespace std::chrono_literals;

Time soon() { return Clock::steady()->now() + 30s; }

std::shared_ptr<Cancellation> cancellation() { return std::make_shared<Cancellation>(); }

std::size_t all(ConstByteSpan bytes) { return bytes.size(); }

Bytes counted(std::size_t size, std::uint8_t seed = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251 + seed);
  return bytes;
}

class Udp : public ::testing::Test {
 protected:
  void connect(DatagramCut cut) {
    auto bound = bind_udp("127.0.0.1", 0, cut, camera_cancel);
    ASSERT_TRUE(bound) << bound.error().message;
    camera = std::move(bound->camera);
    port = bound->port;
    auto connected = connect_udp("127.0.0.1", port, cut, soon(), host_cancel);
    ASSERT_TRUE(connected) << connected.error().message;
    host = *std::move(connected);
  }

  static Bytes read(Transport& from, std::size_t room = 65536) {
    Bytes into(room);
    const auto got = from.read(into, soon());
    EXPECT_TRUE(got) << got.error().message;
    into.resize(got.value_or(0));
    return into;
  }

  std::shared_ptr<Cancellation> camera_cancel = cancellation(), host_cancel = cancellation();
  std::unique_ptr<Transport> camera, host;
  std::uint16_t port = 0;
};

TEST_F(Udp, APacketIsADatagram) {
  connect(first_packet_size);
  Bytes packets;
  append_packet(packets, {.sequence = 1, .opcode = 0x22}, {});
  append_packet(packets, {.sequence = 2, .opcode = 0x27}, counted(100));
  append_packet(packets, {.sequence = 3, .opcode = 0x25}, {});
  ASSERT_TRUE(write_all(*host, packets, soon()));
  EXPECT_EQ(read(*camera).size(), packet_size(0));
  EXPECT_EQ(read(*camera).size(), packet_size(100));
  EXPECT_EQ(read(*camera).size(), packet_size(0));
}

TEST_F(Udp, AnswersTheLastSender) {
  connect(all);
  auto second = connect_udp("127.0.0.1", port, all, soon(), cancellation());
  ASSERT_TRUE(second);
  ASSERT_TRUE(host->write(as_bytes("first"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "first");
  ASSERT_TRUE(camera->write(as_bytes("to the first"), soon()));
  EXPECT_EQ(as_text(read(*host)), "to the first");
  ASSERT_TRUE((*second)->write(as_bytes("second"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "second");
  ASSERT_TRUE(camera->write(as_bytes("to the second"), soon()));
  EXPECT_EQ(as_text(read(**second)), "to the second");
}

TEST_F(Udp, WhatIsSaidToNobodyIsLost) {
  connect(all);
  ASSERT_TRUE(camera->write(as_bytes("hello?"), soon()));
  ASSERT_TRUE(host->write(as_bytes("x"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "x");
  ASSERT_TRUE(camera->write(as_bytes("y"), soon()));
  EXPECT_EQ(as_text(read(*host)), "y");
}

TEST_F(Udp, AHostThatIsGoneDoesNotDisturbTheCamera) {
  connect(all);
  ASSERT_TRUE(host->write(as_bytes("x"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "x");
  host.reset();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(camera->write(as_bytes("y"), soon()));
  auto next = connect_udp("127.0.0.1", port, all, soon(), cancellation());
  ASSERT_TRUE((*next)->write(as_bytes("z"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "z");
}

// Whatever room there is for it.
TEST_F(Udp, NoDatagramIsTruncated) {
  connect(all);
  const Bytes large = counted(65507);
  ASSERT_TRUE(host->write(large, soon()));
  ASSERT_TRUE(host->write(as_bytes("next"), soon()));
  Bytes whole;
  while (whole.size() < large.size()) append(whole, read(*camera, 1000));
  EXPECT_EQ(whole, large);
  EXPECT_EQ(as_text(read(*camera, 1000)), "next");
}

TEST_F(Udp, EmptyDatagramsSayNothing) {
  connect([](ConstByteSpan bytes) { return bytes.size() == 1 ? std::size_t{0} : bytes.size(); });
  ASSERT_EQ(*host->write(as_bytes("x"), soon()), 0u);
  ASSERT_TRUE(host->write(as_bytes("text"), soon()));
  EXPECT_EQ(as_text(read(*camera)), "text");
}

TEST_F(Udp, SaysThatNobodyListens) {
  connect(all);
  camera.reset();
  (void)host->write(as_bytes("x"), soon());
  Bytes into(10);
  const auto refused = host->read(into, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::closed);
  EXPECT_NE(refused.error().message.find("udp://127.0.0.1:" + std::to_string(port)), std::string::npos);
  EXPECT_NE(refused.error().message.find("nothing listens"), std::string::npos) << refused.error().message;
}

TEST_F(Udp, APacketThatIsTooLargeIsAnError) {
  connect(all);
  const auto refused = host->write(Bytes(65508), soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::io);
  EXPECT_NE(refused.error().message.find("too large"), std::string::npos) << refused.error().message;
}

TEST_F(Udp, ReadingEndsAtItsDeadlineAndByCancelling) {
  connect(all);
  Bytes into(10);
  EXPECT_EQ(host->read(into, Clock::steady()->now() + 5ms).error().code, Errc::timeout);
  std::thread other([&] { host_cancel->cancel(); });
  EXPECT_EQ(host->read(into, kNever).error().code, Errc::cancelled);
  other.join();
  EXPECT_EQ(host->write(as_bytes("x"), kNever).error().code, Errc::cancelled);
}

// Pauses between bursts are waits too.
TEST_F(Udp, CancelEndsWritingToOneWhoDoesNotRead) {
  connect(all);
  ASSERT_TRUE(host->write(as_bytes("x"), soon()));
  (void)read(*camera);
  std::thread other([&] { camera_cancel->cancel(); });
  const Bytes packet(1400);
  Result<void> put;
  while (put) put = write_all(*camera, packet, kNever);
  other.join();
  EXPECT_EQ(put.error().code, Errc::cancelled);
}

TEST_F(Udp, SaysThatThePortIsTaken) {
  connect(all);
  const auto second = bind_udp("127.0.0.1", port, all, cancellation());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::io);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
}

TEST(UdpName, SaysThatThereIsNoSuchName) {
  const auto result = connect_udp("no-such-host.invalid", 5, all, soon(), cancellation());
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("no-such-host.invalid"), std::string::npos);
}

TEST(FirstPacketSize, IsAllOfWhatIsNoPacket) {
  Bytes packets;
  append_packet(packets, {.opcode = 0x26}, counted(8));
  const std::size_t first = packets.size();
  append_packet(packets, {.opcode = 0x23}, {});
  EXPECT_EQ(first_packet_size(packets), first);
  EXPECT_EQ(first_packet_size(ConstByteSpan(packets).first(15)), 15u) << "a part of a packet";
  EXPECT_EQ(first_packet_size(ConstByteSpan(packets).first(9)), 9u) << "a part of a header";
  EXPECT_EQ(first_packet_size(ConstByteSpan(packets).subspan(1)), packets.size() - 1);
}

}  // namespace
}  // namespace omv::camera
