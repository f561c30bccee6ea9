// SPDX-License-Identifier: LGPL-2.1-or-later
// The device side of Protocol V2 on its own, for tests that speak to it packet by packet.
#pragma once

#include <gtest/gtest.h>

#include "camera_wire.h"
#include "omv/camera/v2/device_session.h"
#include "omv/camera/v2/packet.h"
#include "recorded_session.h"

namespace omv::camera::test {

namespace flag = packet_flag;

inline Bytes u16(std::uint16_t value) {
  Bytes out;
  append_le(out, value);
  return out;
}

inline Bytes u32(std::initializer_list<std::uint32_t> values) {
  Bytes out;
  for (const std::uint32_t value : values) append_le(out, value);
  return out;
}

inline Bytes append_text(Bytes bytes, std::string_view text) {
  append(bytes, as_bytes(text));
  return bytes;
}

class EmulatedDevice : public ::testing::Test {
 protected:
  explicit EmulatedDevice(DeviceOptions options = {}) : session(std::move(options), provider) {
    provider.frames = {test::raw_frame(PixelFormat::grayscale, 100, 100)};
    session.start(now);
  }

  // Everything the device sends now.
  std::vector<TimedPacket> packets() {
    test::RecordedSession sent;
    while (!session.output().empty()) {
      const ConstByteSpan output = session.output();
      sent.chunks.push_back({now, false, Bytes(output.begin(), output.end())});
      session.sent(output.size(), now);
    }
    return sent.packets(false);
  }
  std::vector<TimedPacket> feed(ConstByteSpan bytes) {
    EXPECT_EQ(session.receive(bytes, now), bytes.size());
    return packets();
  }
  std::vector<TimedPacket> send(Opcode opcode, std::uint8_t channel = 0, const Bytes& payload = {}) {
    Bytes bytes;
    append_packet(bytes, {sequence, channel, 0, static_cast<std::uint8_t>(opcode)}, payload);
    auto got = feed(bytes);
    for (const TimedPacket& packet : got) sequence += packet.header.has(flag::kEvent) ? 0 : 1;
    if (opcode == Opcode::sync && channel == 0) sequence = 0;
    return got;
  }
  // The one answer, events left out.
  TimedPacket ask(Opcode opcode, std::uint8_t channel = 0, const Bytes& payload = {}) {
    auto got = send(opcode, channel, payload);
    std::erase_if(got, [](const TimedPacket& packet) { return packet.header.has(flag::kEvent); });
    EXPECT_EQ(got.size(), 1u) << to_string(opcode);
    return got.empty() ? TimedPacket{} : got.front();
  }
  void expect_ok(Opcode opcode, std::uint8_t channel = 0, const Bytes& payload = {}) {
    const TimedPacket answer = ask(opcode, channel, payload);
    EXPECT_EQ(answer.header.flags, flag::kAck) << to_string(opcode);
    EXPECT_EQ(answer.header.length, 0);
  }
  void expect_refused(Status status, Opcode opcode, std::uint8_t channel = 0, const Bytes& payload = {}) {
    const TimedPacket answer = ask(opcode, channel, payload);
    EXPECT_EQ(answer.header.flags, flag::kNak) << to_string(opcode);
    EXPECT_EQ(answer.payload, u16(static_cast<std::uint16_t>(status))) << to_string(opcode);
  }
  void set_caps(std::uint32_t flags, std::uint16_t max_payload = 4082) {
    Bytes caps = u32({flags});
    append_le(caps, max_payload);
    caps.resize(16);
    expect_ok(Opcode::set_caps, 0, caps);
  }
  void connect() {
    expect_ok(Opcode::sync);
    set_caps(0x0B);
  }
  // What the device says to the last of the requests.
  std::vector<TimedPacket> run_script() {
    expect_ok(Opcode::ioctl, 3, u32({0, 1}));
    expect_ok(Opcode::write, 1, append_text(u32({0, 2}), "x\n"));
    return send(Opcode::ioctl, 1, u32({2}));
  }
  std::vector<TimedPacket> wait(Time time) {
    const Time end = now + time;
    std::vector<TimedPacket> all;
    while (session.next_deadline() <= end) {
      now = std::max(now, session.next_deadline());
      session.poll(now);
      for (TimedPacket& packet : packets()) all.push_back(std::move(packet));
    }
    now = end;
    return all;
  }

  test::ListProvider provider;
  Time now{0};
  V2DeviceSession session;
  std::uint8_t sequence = 0;
};

}  // namespace omv::camera::test
