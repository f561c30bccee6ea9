// SPDX-License-Identifier: LGPL-2.1-or-later
// Sums over sessions.
#include "omv/camera/host_stats.h"

namespace omv::camera {

HostStats operator+(const HostStats& a, const HostStats& b) {
  using Field = std::uint64_t HostStats::*;
  constexpr Field kFields[] = {
      &HostStats::frames,          &HostStats::frame_bytes, &HostStats::dropped_corrupt, &HostStats::dropped_resync,
      &HostStats::dropped_refused, &HostStats::busy,        &HostStats::crc_errors,      &HostStats::sequence_errors,
      &HostStats::timeouts,        &HostStats::resyncs,     &HostStats::events,          &HostStats::packets,
      &HostStats::text_bytes,
  };
  static_assert(sizeof(HostStats) == sizeof kFields / sizeof kFields[0] * sizeof(std::uint64_t));
  HostStats sum;
  for (const Field field : kFields) sum.*field = a.*field + b.*field;
  return sum;
}

}  // namespace omv::camera
