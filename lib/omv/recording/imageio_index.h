// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the frames of an ImageIO file are: built by walking headers only, once, as far as it is needed.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "omv/recording/imageio_format.h"

namespace omv::imageio {

/// Position and time of one frame.
struct IndexEntry {
  std::uint64_t offset = 0;  ///< of the chunk header
  Microseconds time{0};      ///< presentation time; frame 0 has 0 (spec: section 4)
};

/// Grows from the front; 16 bytes of memory a frame. Not synchronised.
/// Frames without a payload (argb8) are counted like any other, as count() of the camera does.
class Index {
 public:
  explicit Index(Version version) : version_(version) {}

  /// Knows frames [0, size()).
  std::size_t size() const { return entries_.size(); }
  const IndexEntry& operator[](std::size_t frame) const { return entries_[frame]; }

  /// Every frame is known: the walk met the end of the file or damage.
  bool complete() const { return complete_; }

  /// Why the walk ended before the end of the file, if it did; the frames before it are good.
  const std::optional<Error>& damage() const { return damage_; }

  /// Offset behind the last known frame: where the next header is read.
  std::uint64_t next_offset() const { return next_offset_; }

  /// Interval of the first frame: the gap between rounds of a loop (spec: section 4).
  Microseconds first_interval() const { return first_interval_; }

  /// Duration of frame n: the distance to the next; the last repeats the one before it.
  /// Call when complete() or n + 1 < size().
  Microseconds duration(std::size_t frame) const;

  /// End of the last known frame.
  Microseconds end_time() const;

  /// Walks until `frame` is known. Errc::end when the file has fewer frames;
  /// Errc::io, Errc::again, Errc::cancelled come from the source and can be tried again.
  Result<void> extend_to(const ByteSource& source, std::size_t frame);

  /// Walks until `time` lies before the last known frame, or to the end.
  Result<void> extend_to_time(const ByteSource& source, Microseconds time);

  /// Walks to the end.
  Result<void> extend_all(const ByteSource& source);

  /// The chunk of `frame`, walked to if it is not known yet; the header of a frame met now is read once.
  /// Errors as extend_to().
  Result<Chunk> chunk(const ByteSource& source, std::size_t frame);

  /// The last known frame with time <= `time`; 0 for times before the first. Needs size() > 0.
  std::size_t frame_at(Microseconds time) const;

  /// Takes a chunk that the caller has read at next_offset() anyway, so that linear reading builds the index.
  void append(const Chunk& chunk);

  /// Forgets frames from `frame` on; the next one will lie where it was.
  void truncate(std::size_t frame);

  /// What the frames before `frame` say, for read_chunk(); `frame` is at most size().
  BinaryLength binary_length_before(std::size_t frame) const;

  /// Forgets that the end was met: the file may have grown since.
  void reopen_end() {
    complete_ = false;
    damage_.reset();
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  Result<void> step(const ByteSource& source);

  Version version_;
  std::vector<IndexEntry> entries_;
  Chunk latest_;                       // of the last entry
  std::size_t first_quarter_ = kNone;  // BINARY frame known to be stored so
  std::size_t first_full_ = kNone;
  std::uint64_t next_offset_ = kMagicBytes;
  Microseconds first_interval_{0};
  std::optional<Error> damage_;
  bool complete_ = false;
};

}  // namespace omv::imageio
