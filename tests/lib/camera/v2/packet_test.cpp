// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets byte for byte as the specification's annotated session has them, and finding them in damaged streams.
#include "omv/camera/v2/packet.h"

#include <gtest/gtest.h>

#include <random>

#include "recorded_session.h"

namespace omv::camera {
namespace {

using test::from_hex;
namespace flag = packet_flag;

Bytes bytes_of(std::string hex) {
  std::erase(hex, ' ');
  return from_hex(hex);
}

struct Example {
  const char* hex;
  PacketHeader header;
  const char* payload;
};

constexpr std::uint8_t op(Opcode opcode) { return static_cast<std::uint8_t>(opcode); }

// Section 15, without the packets that repeat one of these.
const std::vector<Example>& annotated_session() {
  static const std::vector<Example> examples = {
      {"AA D5 00 00 00 00 00 00 B0 AC", {0, 0, 0, op(Opcode::sync)}, ""},
      {"AA D5 00 00 01 00 00 00 08 46", {0, 0, flag::kAck, op(Opcode::sync)}, ""},
      {"AA D5 00 00 00 01 00 00 C3 DD", {0, 0, 0, op(Opcode::get_caps)}, ""},
      {"AA D5 00 00 08 01 10 00 EF 0B 0F000000 F20F 00000000000000000000 8D 0E 85 9E",
       {0, 0, flag::kAckRequest, op(Opcode::get_caps), 16},
       "0F000000F20F00000000000000000000"},
      {"AA D5 00 00 01 01 00 00 7B 37", {0, 0, flag::kAck, op(Opcode::get_caps)}, ""},
      {"AA D5 01 00 00 02 10 00 C8 4F 0B000000 F20F 00000000000000000000 15 2F D8 BB",
       {1, 0, 0, op(Opcode::set_caps), 16},
       "0B000000F20F00000000000000000000"},
      {"AA D5 01 00 01 02 00 00 A0 C3", {1, 0, flag::kAck, op(Opcode::set_caps)}, ""},
      {"AA D5 02 00 00 20 00 00 7B 7F", {2, 0, 0, op(Opcode::list)}, ""},
      {"AA D5 03 01 00 28 04 00 FC 25 03000000 D4 CC 85 B0", {3, 1, 0, op(Opcode::ioctl), 4}, "03000000"},
      {"AA D5 04 01 00 28 04 00 59 E8 01000000 EA 37 DC C5", {4, 1, 0, op(Opcode::ioctl), 4}, "01000000"},
      {"AA D5 06 03 00 28 0C 00 5B AF 02000000 40010000 F0000000 89 BF 5D F3",
       {6, 3, 0, op(Opcode::ioctl), 12},
       "0200000040010000F0000000"},
      {"AA D5 07 03 00 28 08 00 A1 D1 01000000 01000000 03 0F B1 B7",
       {7, 3, 0, op(Opcode::ioctl), 8},
       "0100000001000000"},
      {"AA D5 0A 01 20 29 02 00 60 26 0100 B0 FB 68 82", {10, 1, flag::kEvent, op(Opcode::channel_event), 2}, "0100"},
      {"AA D5 0A 03 20 29 00 00 4C 90", {10, 3, flag::kEvent, op(Opcode::channel_event)}, ""},
      {"AA D5 0A 03 00 22 00 00 FE B2", {10, 3, 0, op(Opcode::lock)}, ""},
      {"AA D5 0B 03 00 25 04 00 12 63 26000000 F3 82 5C DC", {11, 3, 0, op(Opcode::size), 4}, "26000000"},
      {"AA D5 0C 03 00 26 08 00 FE 17 00000000 26000000 C9 F7 D7 78",
       {12, 3, 0, op(Opcode::read), 8},
       "0000000026000000"},
      {"AA D5 0C 03 00 26 26 00 58 FC 03000000 02000000 01000208 01000000 20000000 000000000000000000000000 "
       "414243444546 69 32 4E F5",
       {12, 3, 0, op(Opcode::read), 38},
       "0300000002000000010002080100000020000000000000000000000000000000414243444546"},
      {"AA D5 0D 03 00 23 00 00 28 0E", {13, 3, 0, op(Opcode::unlock)}, ""},
      {"AA D5 0E 03 02 22 02 00 6C F6 0400 1F 28 E2 48", {14, 3, flag::kNak, op(Opcode::lock), 2}, "0400"},
      {"AA D5 10 00 20 13 02 00 41 61 0200 D5 4A 11 C4", {16, 0, flag::kEvent, op(Opcode::sys_event), 2}, "0200"},
      {"AA D5 00 00 02 21 02 00 71 E0 0600 DE 22 81 9A", {0, 0, flag::kNak, op(Opcode::poll), 2}, "0600"},
      {"AA D5 0B 03 10 26 02 00 5E 7D 4142 CD 23 31 A7", {11, 3, flag::kFragment, op(Opcode::read), 2}, "4142"},
      {"AA D5 0C 03 00 26 01 00 FB 22 43 E0 E8 91 0B", {12, 3, 0, op(Opcode::read), 1}, "43"},
  };
  return examples;
}

Bytes encoded(const PacketHeader& header, ConstByteSpan payload, bool crc = true) {
  Bytes out;
  append_packet(out, header, payload, crc);
  return out;
}

TEST(Packet, EncodesTheAnnotatedSession) {
  for (const Example& example : annotated_session())
    EXPECT_EQ(encoded(example.header, bytes_of(example.payload)), bytes_of(example.hex)) << example.hex;
}

TEST(Packet, ParsesTheAnnotatedSession) {
  PacketParser parser;
  for (const Example& example : annotated_session()) parser.buffer().append(bytes_of(example.hex));
  for (const Example& example : annotated_session()) {
    ASSERT_EQ(parser.next(), PacketParser::Outcome::packet) << example.hex;
    EXPECT_EQ(parser.packet().header, example.header) << example.hex;
    const ConstByteSpan payload = parser.packet().payload;
    EXPECT_EQ(Bytes(payload.begin(), payload.end()), bytes_of(example.payload)) << example.hex;
  }
  EXPECT_EQ(parser.next(), PacketParser::Outcome::need_more);
}

TEST(Packet, ParsesByteByByte) {
  PacketParser parser;
  std::size_t found = 0;
  for (const Example& example : annotated_session())
    for (const std::uint8_t byte : bytes_of(example.hex)) {
      parser.buffer().append({&byte, 1});
      if (parser.next() == PacketParser::Outcome::packet) ++found;
    }
  EXPECT_EQ(found, annotated_session().size());
}

TEST(Packet, FindsWholePacketsBehindGarbage) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    PacketParser parser;
    Bytes stream(random() % 40);
    for (auto& byte : stream) byte = static_cast<std::uint8_t>(random() % 4 == 0 ? 0xAA : random());
    append(stream, encoded({7, 3, 0, op(Opcode::lock)}, {}));
    parser.buffer().append(stream);
    ASSERT_EQ(parser.next(), PacketParser::Outcome::packet) << round;
    EXPECT_EQ(parser.packet().header.sequence, 7);
  }
}

TEST(Packet, RejectsLengthBeyondTheLimit) {
  PacketParser parser;
  parser.set_limit(52);
  parser.buffer().append(encoded({0, 0, 0, op(Opcode::read)}, Bytes(53)));
  parser.buffer().append(encoded({1, 0, 0, op(Opcode::poll)}, Bytes(52)));
  ASSERT_EQ(parser.next(), PacketParser::Outcome::packet);
  EXPECT_EQ(parser.packet().header.sequence, 1);
}

// A payload may hold anything, packets too: they are data once the payload's checksum is right.
TEST(Packet, NeverLooksInsideValidPayload) {
  const Bytes sync = encoded({0, 0, 0, op(Opcode::sync)}, {});
  Bytes payload = sync;
  append(payload, sync);
  PacketParser parser;
  parser.buffer().append(encoded({5, 3, 0, op(Opcode::read)}, payload));
  ASSERT_EQ(parser.next(), PacketParser::Outcome::packet);
  EXPECT_EQ(parser.packet().header.sequence, 5);
  EXPECT_EQ(parser.next(), PacketParser::Outcome::need_more);
}

TEST(Packet, SearchesDamagedPayload) {
  const Bytes inner = encoded({9, 0, flag::kAck, op(Opcode::poll)}, {});
  Bytes stream = encoded({5, 3, 0, op(Opcode::read)}, inner);
  stream.back() ^= 1;
  PacketParser parser;
  parser.buffer().append(stream);
  ASSERT_EQ(parser.next(), PacketParser::Outcome::bad_payload);
  ASSERT_EQ(parser.next(), PacketParser::Outcome::packet);
  EXPECT_EQ(parser.packet().header.sequence, 9);
}

TEST(Packet, EverySingleBitErrorIsNoticed) {
  const Bytes good = encoded({3, 2, 0, op(Opcode::read)}, Bytes(20, 0x5A));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    PacketParser parser;
    parser.buffer().append(bad);
    EXPECT_NE(parser.next(), PacketParser::Outcome::packet) << "bit " << bit;
  }
}

TEST(Packet, IgnoresChecksumsWhenTheyAreOff) {
  PacketParser parser;
  parser.buffer().verify_crc(false);
  const Bytes packet = encoded({3, 2, 0, op(Opcode::read)}, Bytes(20, 0x5A), false);
  EXPECT_EQ(load_le<std::uint16_t>(packet.data() + 8), 0);
  EXPECT_EQ(packet.size(), packet_size(20)) << "the fields are there all the same";
  parser.buffer().append(packet);
  EXPECT_EQ(parser.next(), PacketParser::Outcome::packet);
}

TEST(Packet, SyncNeedsItsChecksumInEitherState) {
  PacketParser parser;
  parser.buffer().verify_crc(false);
  Bytes stream = encoded({0, 0, 0, op(Opcode::sync)}, {}, false);
  append(stream, encoded({1, 0, 0, op(Opcode::sync)}, {}, true));
  parser.buffer().append(stream);
  ASSERT_EQ(parser.next(), PacketParser::Outcome::packet);
  EXPECT_EQ(parser.packet().header.sequence, 1);
}

// Packets of all sizes through a buffer that has to be moved together again and again.
TEST(PacketScanner, KeepsPacketsAcrossItsEnd) {
  std::mt19937 random(5);
  Bytes stream;
  std::vector<Bytes> payloads;
  for (int i = 0; i < 60; ++i) {
    Bytes payload(random() % (kMaxPayload + 1));
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random());
    append_packet(stream, {static_cast<std::uint8_t>(i), 3, 0, op(Opcode::read)}, payload);
    payloads.push_back(std::move(payload));
  }
  PacketParser parser(0);
  std::size_t found = 0;
  for (ConstByteSpan left = stream; !left.empty();) {
    left = left.subspan(parser.buffer().append(left.first(std::min<std::size_t>(left.size(), 1 + random() % 70000))));
    while (parser.next() == PacketParser::Outcome::packet) {
      const ConstByteSpan payload = parser.packet().payload;
      ASSERT_EQ(Bytes(payload.begin(), payload.end()), payloads[found++]);
    }
  }
  EXPECT_EQ(found, payloads.size());
}

TEST(Packet, ParsesRecordedSessionsCompletely) {
  for (const char* name : {"protocol-session.jsonl", "protocol-errors.jsonl"}) {
    const auto session = test::load_recorded_session(name);
    if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
    std::size_t left = 0;
    EXPECT_FALSE(session->packets(false, &left).empty());
    EXPECT_EQ(left, 0u) << name << ": all the device sent is packets";
  }
  // What the host of the other session sent on purpose is none: damaged headers, garbage, a cut packet.
  std::size_t left = 0;
  EXPECT_EQ(test::load_recorded_session("protocol-session.jsonl")->packets(true, &left).size(), 261u);
  EXPECT_EQ(left, 0u);
}

// Our encoder makes the very bytes of every recorded packet.
TEST(Packet, EncodesRecordedSessionsIdentically) {
  const auto session = test::load_recorded_session("protocol-session.jsonl");
  if (!session) GTEST_SKIP() << "no recorded sessions beside the source tree";
  for (const bool from_host : {false, true}) {
    Bytes recorded, ours;
    for (const test::Chunk& chunk : session->chunks)
      if (chunk.from_host == from_host) append(recorded, chunk.bytes);
    for (const test::TimedPacket& packet : session->packets(from_host))
      append_packet(ours, packet.header, packet.payload);
    EXPECT_EQ(ours, recorded);
  }
}

}  // namespace
}  // namespace omv::camera
