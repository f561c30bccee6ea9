// SPDX-License-Identifier: LGPL-2.1-or-later
// What the host session does when the camera or the line misbehaves: it recovers or says so, and never hangs.
#include <gtest/gtest.h>

#include <random>
#include <set>

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

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    provider.frames = {jpeg_frame(80, 60, 9000), raw_frame(PixelFormat::grayscale, 100, 100)};
    provider.text_per_frame = "frame\n";
  }

  HostOptions host_options(bool ack = false) {
    HostOptions options;
    options.script = "run()\n";
    options.stream = {true, 200, 200};
    options.ack = ack;
    return options;
  }

  // Runs until `more` frames were delivered after now.
  bool more_frames(Wire& wire, std::size_t more, Time limit = 20s) {
    const std::size_t wanted = wire.count<FrameReceived>() + more;
    return wire.run([&] { return wire.count<FrameReceived>() >= wanted; }, limit);
  }

  void expect_good_frames(const Wire& wire) {
    for (const HostEvent& event : wire.events) {
      const auto* frame = std::get_if<FrameReceived>(&event);
      if (frame == nullptr) continue;
      const Frame& expected = frame->info.format == PixelFormat::jpeg ? provider.frames[0] : provider.frames[1];
      const ByteSpan bytes = frame->memory->bytes().first(frame->size);
      EXPECT_EQ(frame->info, expected.info);
      EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), expected.data);
    }
  }

  ListProvider provider;
};

TEST_F(Recovery, SilentCameraIsReportedAfterThreeSyncs) {
  Wire wire(host_options(), {}, provider);
  int syncs = 0;
  wire.on_way_to_device = [&](Bytes& bytes) {
    syncs += static_cast<int>(bytes.size() / kHeaderSize);
    bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::timeout);
  EXPECT_EQ(syncs, 3);
  EXPECT_GE(wire.now(), 3s);
  EXPECT_LT(wire.now(), 3100ms);
}

TEST_F(Recovery, LostSyncIsRepeated) {
  Wire wire(host_options(), {}, provider);
  int lost = 2;
  wire.on_way_to_device = [&](Bytes& bytes) {
    if (lost-- > 0) bytes.clear();
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>(3));
  EXPECT_LT(wire.now(), 2200ms);
}

// Every single packet of the set-up and of the first frames gets lost once, in either direction.
TEST_F(Recovery, AnyLostPacketIsRepaired) {
  for (const bool to_host : {false, true})
    for (int victim = 0; victim < 40; ++victim) {
      SCOPED_TRACE((to_host ? "to the host, " : "to the camera, ") + std::to_string(victim));
      Wire wire(host_options(), {}, provider);
      int seen = 0;
      (to_host ? wire.on_way_to_host : wire.on_way_to_device) = [&](Bytes& bytes) {
        PacketScanner scanner(0);
        scanner.append(bytes);
        bytes.clear();
        while (const auto header = scanner.header()) {
          if (seen++ != victim) append(bytes, scanner.pending().first(packet_size(header->length)));
          scanner.skip_packet(*header);
        }
      };
      wire.start();
      ASSERT_TRUE(more_frames(wire, 10));
      EXPECT_GT(seen, victim);
      EXPECT_LE(wire.host.stats().resyncs, 2u);
      expect_good_frames(wire);
      EXPECT_EQ(wire.count<Connected>(), 1u);
    }
}

// The camera still holds it after the resync.
TEST_F(Recovery, AFrameWhoseReleaseIsLostComesOnce) {
  provider.frames.clear();
  for (std::uint8_t n = 0; n < 200; ++n) provider.frames.push_back(raw_frame(PixelFormat::grayscale, 8, 8, n));
  Wire wire(host_options(), {}, provider);
  int releases = 0;
  wire.on_way_to_device = [&](Bytes& bytes) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      const bool lost = header->is(Opcode::unlock) && ++releases % 5 == 0;
      if (!lost) append(bytes, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
  };
  wire.start();
  ASSERT_TRUE(more_frames(wire, 20, 60s));
  EXPECT_GT(wire.host.stats().resyncs, 2u);
  std::set<std::uint8_t> seen;
  for (const HostEvent& event : wire.events) {
    const auto* frame = std::get_if<FrameReceived>(&event);
    if (frame == nullptr) continue;
    const std::uint8_t first = frame->memory->bytes()[0];
    EXPECT_TRUE(seen.insert(first).second) << "twice: " << int{first};
  }
}

// The host is slow: what a repeated packet brings down and the event of a frame behind it have arrived together.
TEST_F(Recovery, AFrameIsCountedThoughItsEventWaitsBehindTheFault) {
  provider.frames = {raw_frame(PixelFormat::grayscale, 8, 8)};
  provider.interval = 0ns;
  DeviceOptions device;
  device.min_lock_interval = 0ns;
  Wire wire(host_options(), device, provider);
  const auto packets = [](ConstByteSpan bytes, const auto& take) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    while (const auto header = scanner.header()) {
      take(*header, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
  };
  bool is_eager = false;  // LOCK follows UNLOCK without waiting for its answer
  wire.on_way_to_device = [&](Bytes& bytes) {
    bool unlocks = false;
    packets(bytes, [&](const PacketHeader& header, ConstByteSpan) {
      unlocks |= header.is(Opcode::unlock);
      is_eager |= unlocks && header.is(Opcode::lock);
    });
  };
  Bytes last_read, held;
  int cycles = 0;
  wire.on_way_to_host = [&](Bytes& bytes) {
    append(held, std::exchange(bytes, {}));
    bool has_lock = false;
    bool has_unlock = false;
    packets(held, [&](const PacketHeader& header, ConstByteSpan packet) {
      has_lock |= header.is(Opcode::lock);
      has_unlock |= header.is(Opcode::unlock);
      if (header.is(Opcode::read) && header.channel == 3) last_read.assign(packet.begin(), packet.end());
    });
    if (is_eager && has_unlock && !has_lock) return;  // the frame behind it is not locked yet
    if (is_eager && has_unlock && ++cycles % 10 == 0) append(bytes, last_read);
    if (has_unlock) is_eager = false;
    append(bytes, std::exchange(held, {}));
  };
  wire.start();
  ASSERT_TRUE(more_frames(wire, 100));
  const HostStats& stats = wire.host.stats();
  EXPECT_GT(stats.resyncs, 5u);
  EXPECT_GE(stats.frames + stats.dropped_resync + 1, provider.requests.size()) << "one may wait on the camera";
}

// Damage comes in bursts: a dozen failures within a moment are no reason to begin anew, which restarts the script.
TEST_F(Recovery, FailuresInQuickSuccessionAreNotTheEnd) {
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  int left = 12;
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (bytes.size() > kHeaderSize && left > 0 && left-- > 0) bytes[bytes.size() - 1] ^= 1;
  };
  ASSERT_TRUE(more_frames(wire, 3));
  EXPECT_EQ(left, 0);
  EXPECT_EQ(wire.count<Connected>(), 1u);
  EXPECT_EQ(provider.starts, 1);
}

TEST_F(Recovery, ALineThatDamagesEverythingIsGivenUp) {
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  const Time since = wire.now();
  wire.on_way_to_host = [&](Bytes& bytes) {
    wire.clock.sleep_until(wire.now() + 10ms);
    if (bytes.size() > kHeaderSize) bytes[bytes.size() - 1] ^= 1;
  };
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_GT(wire.host.stats().resyncs, 3u);
  EXPECT_LT(wire.now() - since, 5s);
}

TEST_F(Recovery, AnyDamagedRunOfBytesIsRepaired) {
  for (const bool ack : {false, true})
    for (int victim = 0; victim < 60; ++victim) {
      SCOPED_TRACE((ack ? "with acknowledgements, " : "without, ") + std::to_string(victim));
      Wire wire(host_options(ack), {}, provider);
      int seen = 0;
      const auto damage = [&](Bytes& bytes) {
        if (seen++ == victim) bytes[bytes.size() / 2] ^= 0x10;
      };
      wire.on_way_to_host = damage;
      wire.on_way_to_device = damage;
      wire.start();
      ASSERT_TRUE(more_frames(wire, 10));
      expect_good_frames(wire);
    }
}

TEST_F(Recovery, ResyncKeepsStreamSettings) {
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  bool damaged = false;
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (!damaged && bytes.size() > 5000) bytes[4000] ^= 1, damaged = true;
  };
  ASSERT_TRUE(wire.wait_for<Resynced>());
  EXPECT_EQ(wire.host.stats().crc_errors, 1u);
  EXPECT_EQ(wire.host.stats().dropped_resync, 1u);
  EXPECT_EQ(wire.host.stats().resyncs, 1u);
  ASSERT_TRUE(more_frames(wire, 5));
  EXPECT_TRUE(provider.requests.back().raw);
  EXPECT_EQ(provider.starts, 1) << "the script goes on";
  EXPECT_EQ(wire.count<ScriptEnded>(), 0u);
  expect_good_frames(wire);
}

TEST_F(Recovery, CameraThatVanishesIsReported) {
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  const Time gone = wire.now();
  wire.on_way_to_host = [](Bytes& bytes) { bytes.clear(); };
  ASSERT_TRUE(wire.wait_for<ConnectionLost>());
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::timeout);
  EXPECT_LT(wire.now() - gone, 5s) << "a keep-alive, one time-out and three SYNCs";
}

// After a script's end text is announced every 50 ms; a request lost in the reboot must time out all the same.
TEST_F(Recovery, EventsDoNotRestartTheTimeout) {
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  const Time since = wire.now();
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (wire.host.stats().timeouts > 0) return;
    // Only events pass.
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      if (header->has(packet_flag::kEvent)) append(bytes, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
    append_packet(bytes, {0, 2, packet_flag::kEvent, static_cast<std::uint8_t>(Opcode::channel_event)}, {});
  };
  ASSERT_TRUE(wire.wait_for<Resynced>());
  EXPECT_EQ(wire.host.stats().timeouts, 1u);
  EXPECT_LT(wire.now() - since, 1500ms);
}

TEST_F(Recovery, LostRebootEventIsNoticed) {
  provider.count = 5;
  Wire wire(host_options(), {}, provider);
  wire.on_way_to_host = [](Bytes& bytes) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      const bool script_or_system = header->has(packet_flag::kEvent) && header->channel <= 1;
      if (!script_or_system) append(bytes, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ScriptEnded>(1, 5s));
  EXPECT_EQ(wire.count<ScriptStarted>(), 1u);
  wire.run_for(300ms);
  EXPECT_NE(wire.text().find("MPY: soft reboot"), std::string::npos);
  EXPECT_FALSE(wire.host.over());
}

TEST_F(Recovery, GarbageBeforeTheFirstAnswerDoesNotMatter) {
  Wire wire(host_options(), {}, provider);
  bool first = true;
  wire.on_way_to_host = [&](Bytes& bytes) {
    if (!std::exchange(first, false)) return;
    Bytes noise(3000, 0xAA);
    append(noise, as_bytes(">>> \r\n"));
    append_packet(noise, {9, 3, 0, static_cast<std::uint8_t>(Opcode::read)}, Bytes(40, 7));
    append(noise, bytes);
    bytes = noise;
  };
  wire.start();
  ASSERT_TRUE(more_frames(wire, 3));
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
}

// A host died in mid-packet; the next one's SYNC is found behind the rest.
TEST_F(Recovery, CutRequestOfAnEarlierHostDoesNotMatter) {
  Wire wire(host_options(), {}, provider);
  Bytes cut;
  append_packet(cut, {0, 1, 0, static_cast<std::uint8_t>(Opcode::write)}, Bytes(400, 'x'));
  cut.resize(200);
  wire.device.start(0ns);
  (void)wire.device.receive(cut, 0ns);
  wire.host.start(0ns);
  ASSERT_TRUE(more_frames(wire, 3));
  EXPECT_LT(wire.now(), 500ms);
}

TEST_F(Recovery, RepeatedPacketsAreAcknowledgedAndForgotten) {
  Wire wire(host_options(true), {}, provider);
  int acks = 0;
  // Every third acknowledgement gets lost: the camera repeats what the host already has.
  wire.on_way_to_device = [&](Bytes& bytes) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      const bool lost = header->has(packet_flag::kAck) && ++acks % 3 == 0;
      if (!lost) append(bytes, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
  };
  wire.start();
  ASSERT_TRUE(more_frames(wire, 20, 120s));
  EXPECT_GT(dynamic_cast<V2DeviceSession&>(wire.device).stats().retransmits, 10u);
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
  expect_good_frames(wire);
}

TEST_F(Recovery, CorruptFramesAreCountedNotDelivered) {
  provider.frames[0].data.resize(provider.frames[0].data.size() - 2);  // no end of image
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(more_frames(wire, 10));
  EXPECT_GE(wire.host.stats().dropped_corrupt, 9u);
  EXPECT_EQ(wire.host.stats().resyncs, 0u);
  for (const HostEvent& event : wire.events) {
    if (const auto* frame = std::get_if<FrameReceived>(&event)) {
      EXPECT_EQ(frame->info.format, PixelFormat::grayscale);
    }
  }
}

TEST_F(Recovery, BytesBehindTheEndOfAnImageAreCutOff) {
  const std::size_t whole = provider.frames[0].data.size();
  provider.frames[0].data.resize(whole + 3);
  Wire wire(host_options(), {}, provider);
  wire.start();
  ASSERT_TRUE(wire.wait_for<FrameReceived>());
  EXPECT_EQ(wire.last<FrameReceived>()->size, whole);
}

TEST_F(Recovery, ScriptThatIgnoresStopIsReported) {
  DeviceOptions device;
  device.main_script = "while True: pass";
  Wire wire(host_options(), device, provider);
  // The camera acknowledges STOP but never hears it.
  wire.on_way_to_device = [](Bytes& bytes) {
    PacketScanner scanner(0);
    scanner.append(bytes);
    bytes.clear();
    while (const auto header = scanner.header()) {
      const ConstByteSpan payload = scanner.payload(*header);
      const bool stop = header->is(Opcode::ioctl) && header->channel == 1 && payload[0] == 1;
      if (stop)
        append_packet(bytes, *header, Bytes{3, 0, 0, 0});  // becomes RESET
      else
        append(bytes, scanner.pending().first(packet_size(header->length)));
      scanner.skip_packet(*header);
    }
  };
  wire.start();
  ASSERT_TRUE(wire.wait_for<ConnectionLost>(1, 20s));
  EXPECT_EQ(wire.last<ConnectionLost>()->error.code, Errc::busy);
}

// Random damage of all kinds at a rate that leaves hardly a second untouched.
TEST_F(Recovery, RandomDamageNeverHangs) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    provider.count = seed % 3 == 0 ? 40 : SIZE_MAX;
    Wire wire(host_options(seed % 4 == 1), {}, provider);
    const unsigned one_in = 20 + seed * 10;
    const auto damage = [&](Bytes& bytes) {
      if (random() % one_in != 0) return;
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0: bytes[at] ^= static_cast<std::uint8_t>(1u << random() % 8); break;
        case 1: bytes.resize(at); break;
        case 2: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), random() % 20, 0xAA); break;
        default: bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
      }
    };
    wire.on_way_to_host = damage;
    wire.on_way_to_device = damage;
    wire.start();
    (void)wire.run([&] { return wire.host.over(); }, 20s);
    expect_good_frames(wire);
    if (wire.host.over()) {
      EXPECT_EQ(wire.count<ConnectionLost>(), 1u);
      continue;
    }
    // Once the line is clean again the session is, too.
    wire.on_way_to_host = wire.on_way_to_device = nullptr;
    if (!wire.device.script_running()) continue;
    ASSERT_TRUE(more_frames(wire, 5) || wire.count<ConnectionLost>() > 0);
  }
}

}  // namespace
}  // namespace omv::camera
