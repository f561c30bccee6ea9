// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known of a recording: version, index, byte order. Shared by the streaming thread, seeks and queries.
#pragma once

#include <gst/gst.h>

#include <mutex>
#include <optional>

#include "omv/recording/imageio_index.h"

namespace omv::gst {

/// Safe from any thread; each thread reads through a source of its own. No lock is held after a call returns, so
/// that nothing is pushed downstream under it.
class SharedRecording {
 public:
  struct Located {
    imageio::Chunk chunk;
    imageio::Microseconds time{0};
    bool swap_rgb565 = false;
  };
  struct Extent {
    GstClockTime time = 0;
    std::uint64_t frames = 0;
  };

  /// Reads the magic, once. Errors of parse_magic() and of the source.
  Result<void> open(const ByteSource& source);
  void close();

  /// Runs `use(index)`; open() has succeeded.
  template <typename Use>
  auto with_index(Use use) {
    const std::lock_guard hold(lock_);
    return use(*index_);
  }

  /// Frame `frame` of a source that can be read anywhere. Errc::end behind the last one.
  Result<Located> locate(const ByteSource& source, std::uint64_t frame, imageio::Rgb565Order order);

  /// The frame behind the last known one of a source that is still arriving; it becomes known with append().
  /// V1.0 byte order by_smoothness is decided by the first picture, since there is no reading ahead.
  Result<Located> locate_next(const ByteSource& source, imageio::Rgb565Order order);

  /// How long a frame lasts: until the next one; the last as long as the one before it.
  Result<imageio::Microseconds> duration(const ByteSource& source, std::uint64_t frame);

  /// Start of a frame; behind the last frame, the end.
  Result<GstClockTime> time_of_frame(const ByteSource& source, std::uint64_t frame);

  /// The frame on screen at `time`. Errc::end: the recording is empty.
  Result<std::uint64_t> frame_at_time(const ByteSource& source, GstClockTime time);

  /// Walks to the end.
  Result<Extent> extent(const ByteSource& source);

 private:
  Result<bool> swaps(const ByteSource& source, const imageio::Chunk& chunk, imageio::Rgb565Order order,
                     bool read_ahead);

  std::mutex lock_;
  std::optional<imageio::Version> version_;
  std::optional<imageio::Index> index_;
  std::optional<bool> swap_rgb565_;  // V1.0: decided at the first RGB565 frame, for the whole recording
};

}  // namespace omv::gst
