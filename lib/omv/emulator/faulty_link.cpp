// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever is waited for, the transport inside is read, so that its end and a cancellation are noticed.
#include "omv/emulator/faulty_link.h"

#include <algorithm>

namespace omv::emulator {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReadAtOnce = 64 * 1024;
constexpr std::size_t kWriteAtOnce = 16 * 1024;
constexpr Time kSlowHost = 2ms;  // until one that takes nothing is tried again

Time now() { return Clock::steady()->now(); }

}  // namespace

FaultyLink::FaultyLink(camera::Transport& inner, camera::Protocol protocol, const LinkFaults& faults,
                       std::uint64_t seed, LinkCounters& counters)
    : inner_(inner),
      faults_(faults),
      to_host_(protocol, 2 * seed, counters),
      to_camera_(protocol, 2 * seed + 1, counters) {}

Result<std::size_t> FaultyLink::read(ByteSpan into, Time deadline) {
  if (transparent()) return inner_.read(into, deadline);
  while (true) {
    OMV_CHECK(deliver());
    const ConstByteSpan arrived = to_camera_.arrived(now());
    if (!arrived.empty()) {
      const std::size_t count = std::min(arrived.size(), into.size());
      std::copy_n(arrived.begin(), count, into.begin());
      to_camera_.take(count);
      return count;
    }
    if (now() >= deadline) return Error{Errc::timeout, "nothing arrived in time"};
    OMV_CHECK(wait(deadline));
  }
}

Result<std::size_t> FaultyLink::write(ConstByteSpan from, Time deadline) {
  if (transparent()) {
    OMV_TRY(const std::size_t count, inner_.write(from, deadline));
    delivered_ += count;
    begun_ = true;
    return count;
  }
  OMV_CHECK(deliver());
  while (to_host_.full(now())) {
    if (now() >= deadline) return Error{Errc::timeout, "the link takes nothing"};
    OMV_CHECK(wait(deadline));
    OMV_CHECK(deliver());
  }
  if (!begun_) to_host_.push_garbage(faults_.garbage, faults_, now());
  begun_ = true;
  const ConstByteSpan some = from.first(std::min(from.size(), kWriteAtOnce));
  to_host_.push(some, faults_, now());
  OMV_CHECK(deliver());
  return some.size();
}

// Hands to the transport inside what has arrived at the host by now.
Result<void> FaultyLink::deliver() {
  host_is_slow_ = false;
  while (true) {
    was_cut_ = faults_.cut > 0 && delivered_ >= faults_.cut;
    if (was_cut_) return Error{Errc::closed, describe() + ": the link was cut"};
    ConstByteSpan arrived = to_host_.arrived(now());
    if (arrived.empty()) return {};
    if (faults_.cut > 0) arrived = arrived.first(std::min<std::size_t>(arrived.size(), faults_.cut - delivered_));
    const Result<std::size_t> put = inner_.write(arrived, now());
    if (!put && put.error().code != Errc::timeout) return put.error();
    host_is_slow_ = !put;
    if (host_is_slow_) return {};
    to_host_.take(*put);
    delivered_ += *put;
  }
}

// Until `until`, or something arrives at either end.
Result<void> FaultyLink::wait(Time until) {
  until = std::min({until, host_is_slow_ ? now() + kSlowHost : to_host_.next_due(), to_camera_.next_due()});
  if (to_camera_.full(now())) {
    Clock::steady()->sleep_until(std::min(until, now() + kSlowHost));
    return {};
  }
  buffer_.resize(kReadAtOnce);
  const Result<std::size_t> got = inner_.read(buffer_, until);
  if (got) to_camera_.push(ConstByteSpan(buffer_).first(*got), faults_, now());
  if (got || got.error().code == Errc::timeout) return {};
  return got.error();
}

}  // namespace omv::emulator
