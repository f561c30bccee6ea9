// SPDX-License-Identifier: LGPL-2.1-or-later
// What a host session counts.
#pragma once

#include <cstdint>

namespace omv::camera {

/// Counters since the session began.
struct HostStats {
  std::uint64_t frames = 0;           ///< delivered
  std::uint64_t frame_bytes = 0;      ///< payload of them
  std::uint64_t dropped_corrupt = 0;  ///< size, format or coding contradict themselves
  std::uint64_t dropped_resync = 0;   ///< being fetched when the connection was interrupted
  std::uint64_t dropped_refused = 0;  ///< the allocator gave no memory
  std::uint64_t busy = 0;             ///< LOCK answered BUSY; normal
  std::uint64_t crc_errors = 0;       ///< headers and payloads with a wrong checksum
  std::uint64_t sequence_errors = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t resyncs = 0;
  std::uint64_t events = 0;
  std::uint64_t packets = 0;
  std::uint64_t text_bytes = 0;
};

HostStats operator+(const HostStats& a, const HostStats& b);

}  // namespace omv::camera
