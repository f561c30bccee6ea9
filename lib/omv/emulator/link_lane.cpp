// SPDX-License-Identifier: LGPL-2.1-or-later
// A queue of pieces with the time at which each arrives.
#include "omv/emulator/link_lane.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "omv/camera/v2/packet.h"

namespace omv::emulator {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxQueued = 4 * 1024 * 1024;
constexpr Time kMaxBacklog = 50ms;  // that a line of limited rate takes in advance
constexpr std::size_t kLengthAt = 6;
constexpr std::size_t kUsbPacket = 64;

// Bytes up to the next packet of V2, or that packet; 0: more are needed.
std::size_t first_v2_unit(ConstByteSpan bytes) {
  constexpr std::uint8_t kSync0 = camera::kSyncWord & 0xFF;
  constexpr std::uint8_t kSync1 = camera::kSyncWord >> 8;
  if (bytes.size() < 2) return bytes.empty() || bytes[0] == kSync0 ? 0 : 1;
  if (bytes[0] != kSync0 || bytes[1] != kSync1) {
    const auto next = std::find(bytes.begin() + 1, bytes.end(), kSync0);
    return static_cast<std::size_t>(next - bytes.begin());
  }
  if (bytes.size() < camera::kHeaderSize) return 0;
  const std::size_t size = camera::packet_size(load_le<std::uint16_t>(bytes.data() + kLengthAt));
  return size <= bytes.size() ? size : 0;
}

std::size_t first_unit(camera::Protocol protocol, ConstByteSpan bytes) {
  return protocol == camera::Protocol::usbdbg ? std::min(bytes.size(), kUsbPacket) : first_v2_unit(bytes);
}

Time transmission(std::size_t bytes, std::uint64_t rate) {
  if (rate == 0) return Time(0);
  return Time(static_cast<Time::rep>(static_cast<double>(bytes) / static_cast<double>(rate) * 1e9));
}

// Time stands still for stall_for at the end of each stall_every.
Time after_stall(Time due, const LinkFaults& faults) {
  if (faults.stall_for == Time(0)) return due;
  const Time phase = due % faults.stall_every;
  return phase < faults.stall_every - faults.stall_for ? due : due - phase + faults.stall_every;
}

}  // namespace

LinkLane::LinkLane(camera::Protocol protocol, std::uint64_t seed, LinkCounters& counters)
    : protocol_(protocol), random_(seed), counters_(counters) {}

double LinkLane::uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

bool LinkLane::chance(double probability) { return probability > 0 && uniform() < probability; }

void LinkLane::push(ConstByteSpan bytes, const LinkFaults& faults, Time now) {
  append(held_, bytes);
  if (!faults.of_packets()) return push_packet(std::exchange(held_, {}), faults, now);
  std::size_t begin = 0;
  while (const std::size_t size = first_unit(protocol_, ConstByteSpan(held_).subspan(begin))) {
    const auto from = held_.begin() + static_cast<std::ptrdiff_t>(begin);
    push_packet(Bytes(from, from + static_cast<std::ptrdiff_t>(size)), faults, now);
    begin += size;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(begin));
}

void LinkLane::push_garbage(std::size_t count, const LinkFaults& faults, Time now) {
  Bytes garbage(count);
  for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(random_());
  schedule(std::move(garbage), faults, now);
}

void LinkLane::push_packet(Bytes packet, const LinkFaults& faults, Time now) {
  if (chance(faults.lose)) {
    counters_.lost.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (chance(faults.corrupt)) {
    packet[below(packet.size())] ^= static_cast<std::uint8_t>(1 + below(255));
    counters_.damaged.fetch_add(1, std::memory_order_relaxed);
  }
  damage_bits(packet, faults.bit_errors);
  if (chance(faults.duplicate)) {
    schedule(packet, faults, now);
    counters_.duplicated.fetch_add(1, std::memory_order_relaxed);
  }
  schedule(std::move(packet), faults, now);
  if (chance(faults.garbage_between)) push_garbage(faults.garbage, faults, now);
}

// The distances between errors are drawn, not a number for each byte.
void LinkLane::damage_bits(Bytes& bytes, double probability) {
  if (probability <= 0) return;
  bool damaged = false;
  const double scale = std::log1p(-std::min(probability, 0.999999));
  for (double at = std::log1p(-uniform()) / scale; at < static_cast<double>(bytes.size());
       at += 1 + std::log1p(-uniform()) / scale) {
    bytes[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << below(8));
    damaged = true;
  }
  if (damaged) counters_.damaged.fetch_add(1, std::memory_order_relaxed);
}

void LinkLane::schedule(Bytes bytes, const LinkFaults& faults, Time now) {
  if (bytes.empty()) return;
  line_free_ = std::max(line_free_, now) + transmission(bytes.size(), faults.rate.value_or(0));
  Time due = line_free_ + faults.latency;
  if (faults.jitter > Time(0))
    due += Time(static_cast<Time::rep>(uniform() * static_cast<double>(faults.jitter.count())));
  last_due_ = std::max(last_due_, after_stall(due, faults));
  queued_bytes_ += bytes.size();
  queue_.push_back({std::move(bytes), last_due_});
}

bool LinkLane::full(Time now) const { return queued_bytes_ >= kMaxQueued || line_free_ > now + kMaxBacklog; }

ConstByteSpan LinkLane::arrived(Time now) const {
  if (queue_.empty() || queue_.front().due > now) return {};
  return ConstByteSpan(queue_.front().bytes).subspan(taken_);
}

void LinkLane::take(std::size_t count) {
  taken_ += count;
  queued_bytes_ -= count;
  if (taken_ < queue_.front().bytes.size()) return;
  queue_.pop_front();
  taken_ = 0;
}

}  // namespace omv::emulator
