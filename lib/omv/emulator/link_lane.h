// SPDX-License-Identifier: LGPL-2.1-or-later
// One direction of a faulty link: bytes go in, and come out later, damaged, twice, or not at all.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <random>

#include "omv/base/bytes.h"
#include "omv/camera/protocol.h"
#include "omv/emulator/faults.h"

namespace omv::emulator {

/// What has happened to packets, in both directions; any thread may read it.
struct LinkCounters {
  std::atomic<std::uint64_t> lost = 0;
  std::atomic<std::uint64_t> damaged = 0;
  std::atomic<std::uint64_t> duplicated = 0;
};

/// The same bytes under the same faults fare the same with the same seed, whenever they come. With faults of packets
/// a packet of Protocol V2 sets off when it is whole; other bytes count as one packet for each call of push(). usbdbg
/// has no packets of its own: those of the USB count, of up to 64 bytes.
class LinkLane {
 public:
  LinkLane(camera::Protocol protocol, std::uint64_t seed, LinkCounters& counters);

  void push(ConstByteSpan bytes, const LinkFaults& faults, Time now);
  /// Random bytes in front of everything that follows.
  void push_garbage(std::size_t count, const LinkFaults& faults, Time now);

  bool empty() const { return queue_.empty() && held_.empty(); }
  /// So much is under way that a sender has to wait.
  bool full(Time now) const;
  /// When the next bytes arrive; Time::max() when none are under way.
  Time next_due() const { return queue_.empty() ? Time::max() : queue_.front().due; }
  /// What has arrived of the oldest piece; empty: nothing.
  ConstByteSpan arrived(Time now) const;
  void take(std::size_t count);

 private:
  struct Piece {
    Bytes bytes;
    Time due;
  };

  void push_packet(Bytes packet, const LinkFaults& faults, Time now);
  void damage_bits(Bytes& bytes, double probability);
  void schedule(Bytes bytes, const LinkFaults& faults, Time now);
  bool chance(double probability);
  double uniform();
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  camera::Protocol protocol_;
  std::mt19937_64 random_;
  LinkCounters& counters_;
  Bytes held_;  // the beginning of a packet
  std::deque<Piece> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t taken_ = 0;  // of the front
  Time line_free_{0};
  Time last_due_{0};
};

}  // namespace omv::emulator
