// SPDX-License-Identifier: LGPL-2.1-or-later
// What is in a GIF, and how much of it is whole.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "omv/base/bytes.h"
#include "omv/base/file.h"
#include "omv/base/result.h"
#include "omv/recording/gif/reader.h"

namespace omv::gif {

struct Contents {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  unsigned plays = 1;  ///< as Reader::plays()
  std::vector<ReadFrame> frames;
  std::uint64_t begin = 0;          ///< offset of the first byte behind the header, its table included
  std::uint64_t damaged_bytes = 0;  ///< from the last whole frame to the end, which are no frame
  bool has_trailer = false;         ///< else the recording was not finished
  std::optional<Error> damage;      ///< why there is no frame in these bytes

  /// Offset of the byte behind the last whole frame.
  std::uint64_t end() const { return frames.empty() ? begin : frames.back().end; }

  /// Hundredths of a second, of all frames.
  std::uint64_t duration() const;
};

/// Whether bytes are the first six or more of a GIF.
bool looks_like_gif(ConstByteSpan bytes);

/// Decodes every frame. Errors as Reader::open().
Result<Contents> read_contents(ConstByteSpan bytes);

/// Copies all whole frames of `bytes`, which has `contents`, into `output`, which is empty and open for writing, and
/// ends them with the trailer. On the medium when this succeeds. Errc::end: there is no frame.
Result<void> recover(ConstByteSpan bytes, const Contents& contents, File& output);

}  // namespace omv::gif
