// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings of any kind as frames with times, one after the other: what a conversion reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/recording/avi/rate.h"

namespace omv::convert {

using Nanoseconds = std::chrono::nanoseconds;

inline constexpr double kMostFramesASecond = 1000;

/// A frame as it is stored, coded or raw, and when it was.
struct TimedFrame {
  Frame frame;
  std::size_t index = 0;
  Nanoseconds time{0};      ///< since the first frame
  Nanoseconds interval{0};  ///< since the frame before; of the first one what its recording says, else 0
  Nanoseconds duration{0};  ///< until the next frame; of the last one what its recording says; 0: unknown
};

/// When the frames are, and the end of the last one, since the first.
struct Timeline {
  std::vector<Nanoseconds> times;
  Nanoseconds end{0};
  Nanoseconds first_interval{0};  ///< of the first frame since one before the recording; 0: it does not say
};

/// Not synchronised.
class FrameReader {
 public:
  FrameReader() = default;
  virtual ~FrameReader() = default;
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  /// The next frame, whose memory is reused; false behind the last. Errors name the file.
  virtual Result<bool> next(TimedFrame& into) = 0;

  /// Passes over frames; over all that are left when there are fewer.
  virtual Result<void> skip(std::size_t frames) = 0;

  /// The next frame is this one, back or forth. Errc::unsupported where only times lead to a frame (count() does not
  /// know), or nothing does.
  virtual Result<void> go_to(std::size_t frame);

  /// The next frame is the first that is at `time` or later; where count() does not know, its number is a guess.
  /// Errc::unsupported where there is no way back.
  virtual Result<void> go_to(Nanoseconds time);

  /// nullopt where only reading all of it tells.
  virtual std::optional<std::size_t> count() const = 0;

  /// From the first frame to the end of the last, as far as that is known beforehand.
  virtual std::optional<Nanoseconds> length() const { return std::nullopt; }

  /// Of all frames, wherever the reader is. Where count() does not know, this takes as long as reading them.
  virtual Result<Timeline> timeline() = 0;

  /// Frames a second, where all have the same distance. A recording is not believed more than kMostFramesASecond: some
  /// say the ticks of their clock, and an AVI with a slot for each would fill a disk.
  virtual std::optional<avi::Rate> rate() const { return std::nullopt; }

  /// Sentences about what is there and can't be read.
  virtual std::vector<std::string> losses() const { return {}; }
};

/// A reader that knows from the beginning when its frames are, and gets at any of them.
class IndexedReader : public FrameReader {
 public:
  Result<bool> next(TimedFrame& into) final;
  Result<void> skip(std::size_t frames) final;
  Result<void> go_to(std::size_t frame) final;
  Result<void> go_to(Nanoseconds time) final;
  std::optional<std::size_t> count() const final { return timeline_.times.size(); }
  std::optional<Nanoseconds> length() const final { return timeline_.end; }
  Result<Timeline> timeline() final { return timeline_; }

 protected:
  explicit IndexedReader(Timeline timeline) : timeline_(std::move(timeline)) {}

 private:
  /// Any frame; quick where they come in ascending order. False for one that is not whole, and is left out.
  virtual Result<bool> read(std::size_t index, Frame& into) = 0;

  Timeline timeline_;
  std::size_t next_ = 0;
};

}  // namespace omv::convert
