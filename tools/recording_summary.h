// SPDX-License-Identifier: LGPL-2.1-or-later
// What `omv info` says about a recording, gathered from its headers alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/recording/avi/tags.h"
#include "omv/recording/imageio_file.h"

namespace omv::tool {

/// Frames of one format and size.
struct PictureCount {
  FrameInfo info;
  std::size_t frames = 0;
  std::uint64_t bytes = 0;  ///< of their payloads as stored
};

/// Of the intervals between frames; the first frame's, the time since the file was opened, is not one of them.
struct IntervalSummary {
  imageio::Microseconds min{0};
  imageio::Microseconds median{0};  ///< of an even number the lower one in the middle
  imageio::Microseconds max{0};
  double mean_us = 0;
};

/// Intervals of more than twice the median.
struct GapSummary {
  std::size_t count = 0;
  imageio::Microseconds threshold{0};
  imageio::Microseconds longest{0};
  std::size_t frame_behind_longest = 0;
};

/// A frame as what a timeline is made of.
struct FramePoint {
  imageio::Microseconds time{0};  ///< since the first frame
  std::uint64_t bytes = 0;        ///< of its payload as stored
};

/// What only an AVI has.
struct AviFacts {
  avi::Rate rate;
  std::uint64_t slots = 0;                   ///< empty ones included
  std::size_t exact_times = 0;               ///< of so many frames from the first on
  std::optional<avi::Nanoseconds> captured;  ///< of frame 0, since 1970 in UTC
  std::vector<avi::Tag> tags;
  std::vector<std::string> header_faults;  ///< sentences; empty: a player sees everything that is there
};

/// What only a GIF has.
struct GifFacts {
  unsigned plays = 1;            ///< 0 = for ever
  std::size_t own_palettes = 0;  ///< frames that have one
  bool is_closed = false;        ///< the trailer is there
};

struct RecordingSummary {
  std::string version;  ///< "V2.0", "AVI", "GIF"
  int time_digits = 3;  ///< behind the point of seconds
  std::uint64_t file_bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::size_t frames = 0;
  imageio::Microseconds duration{0};
  std::vector<FramePoint> points;      ///< one for each frame
  std::vector<PictureCount> pictures;  ///< in the order in which they first appear
  std::optional<IntervalSummary> intervals;
  GapSummary gaps;
  std::size_t absurd_intervals = 0;  ///< of 2^31 and more, read as 0: the camera's clock was set back
  std::optional<imageio::Damage> damage;
  std::optional<AviFacts> avi;
  std::optional<GifFacts> gif;

  /// Frames a second between the first and the last; nullopt when no time passes between them.
  std::optional<double> mean_rate() const;
};

/// Walks over the headers of a recording. Needs memory in proportion to its frames, never to its bytes.
Result<RecordingSummary> summarize(imageio::FileStream& stream);

/// Fills in duration, intervals and gaps by the times of the points; the last frame lasts for `last`.
void summarize_timing(RecordingSummary& summary, imageio::Microseconds last);

}  // namespace omv::tool
