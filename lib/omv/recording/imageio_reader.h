// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames of a recording by number, over any source of bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/recording/imageio_format.h"
#include "omv/recording/imageio_index.h"

namespace omv::imageio {

/// Why a recording ends before its bytes do. Frames 0 to frame - 1 are good.
struct Damage {
  Errc code = Errc::invalid;       ///< truncated: cut off; invalid: an implausible header
  std::size_t frame = 0;           ///< the first frame that can't be read
  std::uint64_t offset = 0;        ///< where its header is, or would be
  std::uint64_t bytes_behind = 0;  ///< bytes from `offset` to the end that are not read
  std::string message;             ///< a sentence with all of it
};

/// Random access to a recording. The headers are walked once, as far as needed (spec: imageio, section 5 says how the
/// walk ends); from then on every frame costs two reads of the source. Not synchronised.
///
/// Allocates nothing on the word of a header: a frame's memory is at most the bytes that are there for it, four times
/// that for the quarter-length BINARY of firmware 2.5 to 2.7.
class Reader {
 public:
  /// Reads magic and first header; `source` knows its size and outlives the reader. Errc::truncated, invalid,
  /// unsupported: not a recording that can be read, which includes an implausible first header. A first frame that is
  /// cut off is no error here.
  static Result<Reader> open(const ByteSource& source, Rgb565Order order = Rgb565Order::swap);

  Version version() const { return version_; }

  /// Frames known so far, without any reading.
  std::size_t frames_seen() const { return index_.size(); }

  /// All frames; walks to the end.
  Result<std::size_t> count();

  /// What is stored for `frame`. Errc::end: there is no such frame. Before that is said the source is looked at again:
  /// a recording that is still being written has more frames by then.
  Result<Chunk> chunk(std::size_t frame);

  /// Time of `frame` since frame 0. Errc::end: there is no such frame.
  Result<Microseconds> time(std::size_t frame);

  /// How long `frame` lasts: until the next one; the last as long as the one before it.
  Result<Microseconds> duration(std::size_t frame);

  /// The picture of a chunk of this recording, in the byte order of this library: V1.0 RGB565 as the order of open()
  /// says, quarter-length BINARY with zeros for what was not stored, argb8 without data. Reuses the memory of `into`.
  Result<void> read(const Chunk& chunk, Frame& into);

  /// Walks to the end. nullopt: every byte of the source belongs to a frame. Padding that is missing behind the last
  /// frame counts as damage, although that frame is whole: the camera's own reader fails there.
  Result<std::optional<Damage>> damage();

 private:
  Reader(SnapshotSource source, Version version, Rgb565Order order)
      : source_(std::move(source)), version_(version), index_(version), order_(order) {}

  Result<void> load(const Chunk& chunk, Frame& into) const;
  Result<bool> swaps_rgb565();
  Result<bool> swapped_is_smoother();

  SnapshotSource source_;
  Version version_;
  Index index_;
  Rgb565Order order_;
};

}  // namespace omv::imageio
