// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames of a Motion JPEG AVI by number: ours, the camera's own with all their faults, and what others write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/recording/avi/rate.h"
#include "omv/recording/avi/tags.h"

namespace omv::avi {

/// What the headers claim; nothing of it has been compared with the frames.
struct HeaderClaims {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Rate rate;                     ///< of strh; not valid in files of the camera that it never closed
  std::uint64_t length = 0;      ///< of strh, in slots; the camera stores seconds there
  std::uint64_t riff_end = 0;    ///< end of the first RIFF; 8 in files that were never closed
  bool has_super_index = false;  ///< OpenDML
  bool has_old_index = false;    ///< the flag of avih
  std::uint64_t movi = 0;        ///< where the first chunk of the frame list is
  Tags tags;
};

/// A chunk with a picture.
struct StoredFrame {
  std::uint64_t offset = 0;  ///< of the chunk
  std::uint32_t bytes = 0;   ///< of the payload as stored
  std::uint64_t slot = 0;    ///< its number with the empty slots counted

  std::uint64_t payload() const { return offset + 8; }
  bool operator==(const StoredFrame&) const = default;
};

/// Bytes that are no frames, index or filling.
struct Damage {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::string message;  ///< a sentence with both
};

/// What a walk over all chunks, or the indexes, found.
struct Contents {
  std::vector<StoredFrame> frames;
  std::uint64_t slots = 0;         ///< frames and empty ones
  std::vector<Damage> damage;      ///< a walk's; in the order of the file
  std::vector<Nanoseconds> times;  ///< exact, of frames 0 to size() - 1; shorter than frames where they are not stored
  std::optional<Nanoseconds> captured;  ///< of frame 0, since 1970 in UTC, as stored with the times
  std::optional<Nanoseconds> end;       ///< exact, of the last frame; only if the times of all frames are there
};

/// Where the frames are.
struct FramePlace {
  std::uint32_t stream = 0;    ///< number of the video stream
  std::uint64_t movi = 0;      ///< the first chunk of the first list of frames
  std::uint64_t movi_end = 0;  ///< its end as claimed
};

/// Memory grows with the chunks that are there, never with what a field claims.
class Reader {
 public:
  /// Reads the headers up to the frames. Errc::truncated, invalid, unsupported: no AVI of Motion JPEG.
  /// `source` knows its size and outlives the reader.
  static Result<Reader> open(const ByteSource& source);

  const HeaderClaims& header() const { return header_; }
  std::uint64_t file_bytes() const { return size_; }

  /// Walks over every chunk of the file, whatever sizes and indexes claim; behind damage it goes on with the next frame
  /// it finds. Errors are the source's.
  Result<Contents> scan() const;

  /// The frames that the indexes know: OpenDML's, else idx1. Errc::unsupported: there is none; Errc::invalid,
  /// truncated: it can't be right.
  Result<Contents> read_indexes() const;

  /// The slots per second: the header's; 25 as players do, where it has none.
  Rate rate() const;

  /// The payload as stored: the camera's ends in up to three bytes of filling.
  Result<void> read(const StoredFrame& frame, Bytes& into) const;

 private:
  Reader(const ByteSource& source, std::uint64_t size) : source_(&source), size_(size) {}

  const ByteSource* source_;
  std::uint64_t size_;
  HeaderClaims header_;
  FramePlace place_;
  std::vector<std::uint64_t> indexes_;  // offsets of OpenDML's
};

}  // namespace omv::avi
