// SPDX-License-Identifier: LGPL-2.1-or-later
// The channel "profile" of an emulated camera: plausible records of functions (spec: protocol-v2, section 10).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/base/clock.h"
#include "omv/camera/v2/protocol_v2.h"

namespace omv::camera {

/// Calls happen while a script runs; the records are those of the moment of the last lock().
class ProfileChannel {
 public:
  /// `counters`: number of event counters of the board.
  explicit ProfileChannel(std::uint8_t counters) : counters_(counters), events_(counters) {}

  void run(Time now) { running_since_ = now; }
  void stop(Time now);

  /// False when it is locked already.
  bool lock(Time now);
  void unlock() { locked_ = false; }

  bool ready(Time now) const { return elapsed(now) > Time(0); }
  /// (records, bytes of a record).
  Bytes shape() const;
  const Bytes& records() const { return records_; }
  /// Empty when offset + length reaches beyond the records.
  ConstByteSpan read(std::uint32_t offset, std::uint32_t length) const;

  /// MODE, SET_EVENT, RESET, STATS. INVALID: unknown, or of another size.
  Status ioctl(ConstByteSpan payload, Time now);

 private:
  Time elapsed(Time now) const;
  void append_record(std::size_t index, std::uint64_t milliseconds);
  std::size_t record_size() const { return 40 + std::size_t{8} * counters_; }

  std::uint8_t counters_;
  bool exclusive_ = false;
  bool locked_ = false;
  std::vector<std::uint32_t> events_;
  Time before_{0};  // of runs that have ended
  std::optional<Time> running_since_;
  Bytes records_;
};

}  // namespace omv::camera
