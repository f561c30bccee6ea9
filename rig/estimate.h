// SPDX-License-Identifier: LGPL-2.1-or-later
// What a rig will need: bytes of frames, memory, disk. Guesses, with what was assumed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model.h"

namespace omv::rig {

/// What a camera delivers.
struct CameraEstimate {
  double frame_bytes = 0;
  double rate = 0;         ///< frames a second
  bool coded = true;       ///< JPEG; else raw
  std::string assumption;  ///< "VGA at 30/s, JPEG of 0.2 bytes a pixel"

  double bytes_per_second() const { return frame_bytes * rate; }
};
CameraEstimate estimate_camera(const Camera& camera);

struct RecordEstimate {
  std::uint64_t ring_bytes = 0;   ///< of all cameras
  std::uint64_t queue_bytes = 0;  ///< of all cameras
  double bytes_per_day = 0;       ///< of files, or of the network for a stream
  std::string assumption;
};
RecordEstimate estimate_record(const Rig& rig, const Record& record);

/// How long the ring of a clip record holds frames of the camera.
double ring_seconds(const Record& record, const Camera& camera);

/// Of all rings and queues.
std::uint64_t memory_of(const Rig& rig);

}  // namespace omv::rig
