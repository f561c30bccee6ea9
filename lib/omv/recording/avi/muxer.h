// SPDX-License-Identifier: LGPL-2.1-or-later
// Slots into an AVI that is complete after every sync (docs/avi.md).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/result.h"
#include "omv/recording/avi/header.h"
#include "omv/recording/avi/index_ledger.h"
#include "omv/recording/avi/output.h"
#include "omv/recording/avi/tags.h"
#include "omv/recording/avi/times_chunk.h"

namespace omv::avi {

struct MuxerSettings {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Rate rate;
  Tags tags;
  bool can_patch = true;    ///< false: the streaming form, one RIFF of unknown size without an index
  bool keep_times = false;  ///< store the exact time of each frame
};

/// Owns no file and copies no payload. What was appended is never overwritten, headers excepted. Not synchronised.
class Muxer {
 public:
  /// Writes the header. Errc::invalid: width, height or rate is out of range. `output` outlives the muxer.
  static Result<Muxer> begin(MuxerSettings settings, Output& output);

  /// Appends one frame of `bytes`. Errc::limit: larger than kMostPayload, or the file can't grow any more.
  Result<void> add_frame(std::uint64_t bytes, Nanoseconds time);

  /// Appends slots without a frame. Errc::limit: the file can't grow any more.
  Result<void> add_empty(std::uint64_t slots);

  /// Makes the file complete up to here: index first, then the headers. `end`: exact, of the last frame, if it is
  /// known.
  void sync(std::optional<Nanoseconds> end = std::nullopt);

  /// Makes the file complete for good, with one index for each RIFF and an old one for the first.
  void finish(std::optional<Nanoseconds> end = std::nullopt);

  std::uint64_t slots() const { return header_.slots; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return position_; }
  std::uint64_t syncs() const { return syncs_; }

 private:
  Muxer(MuxerSettings settings, Output& output);

  void append(ConstByteSpan bytes);
  void append_times(std::optional<Nanoseconds> end);
  void append_index(const Bytes& chunk);
  Result<void> make_room(std::uint64_t bytes);
  void count_slot(std::uint32_t bytes);
  void seal_segment();
  void begin_segment();
  void write_headers();

  MuxerSettings settings_;
  Output* output_;
  HeaderFields header_;
  IndexLedger ledger_;
  FrameTimes times_;            // that are not in the file yet; its end is in the file
  std::uint64_t position_ = 0;  // end of the file
  std::uint64_t segment_ = 0;   // where the running RIFF begins
  std::uint64_t movi_end_ = 0;  // of the first RIFF once idx1 follows it
  std::uint64_t frames_ = 0;
  std::uint64_t syncs_ = 0;
};

}  // namespace omv::avi
