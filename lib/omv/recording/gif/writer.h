// SPDX-License-Identifier: LGPL-2.1-or-later
// Animated GIF from a stream of pictures, in bounded memory.
#pragma once

#include <cstdint>
#include <deque>

#include "omv/base/bytes.h"
#include "omv/base/result.h"
#include "omv/image/image.h"
#include "omv/recording/gif/file_writer.h"
#include "omv/recording/gif/frame_clock.h"
#include "omv/recording/gif/frame_coder.h"
#include "omv/recording/gif/noise_meter.h"
#include "omv/recording/gif/palette_source.h"
#include "omv/recording/gif/settings.h"

namespace omv::gif {

struct WriterCounts {
  std::uint64_t written = 0;    ///< frames in the file so far, or about to be
  std::uint64_t unchanged = 0;  ///< pictures like the one before, which is shown longer instead
  std::uint64_t skipped = 0;    ///< pictures less than two hundredths of a second after one that is in the file
  std::uint64_t palettes = 0;   ///< colour tables in use so far
  std::uint64_t bytes = 0;      ///< of the file, without its trailer
};

/// What has been handed out is a whole file at every moment, but for its trailer. A frame is handed out when the next
/// one is there, because only then is it known how long it is shown. One thread at a time.
class Writer {
 public:
  /// For pictures of this geometry: any raw format of 1 to 65535 pixels a side. Errc::invalid names the setting or
  /// the size that won't do, Errc::unsupported the format.
  static Result<Writer> create(const FrameInfo& info, const Settings& settings);

  /// Codes a picture that is shown from `time` (nanoseconds, on any scale) on, and appends to `into` what can be
  /// written of those before. Times that jump back, or by more than FrameClock::kMostGap, go on after the picture
  /// before. Errc::end: the file is full (max_bytes), this picture is not in it. Errc::limit: max_bytes has no room for
  /// the first picture.
  Result<void> add(const ImageView& picture, std::int64_t time, Bytes& into);

  /// Appends the rest and the trailer. The last picture stays for `duration` nanoseconds; 0 when that is unknown: as
  /// long as the one before it. Without a picture there is no file, and nothing is appended. Errc::limit as of add().
  Result<void> finish(std::int64_t duration, Bytes& into);

  const WriterCounts& counts() const { return counts_; }

 private:
  // Pixels and time of a picture.
  struct Timed {
    std::int64_t start = 0;
    Bytes rgbx;
    Bytes opaque;  // empty: all of it
  };
  // A coded frame whose delay is not known yet.
  struct Pending {
    std::int64_t start = 0;
    Bytes bytes;
    std::size_t delay_at = 0;
  };

  Writer(const FrameInfo& info, const Settings& settings);

  std::int64_t start_of(std::int64_t time);
  bool is_too_close(std::int64_t start) const;
  void unpack(const ImageView& picture, Timed& into) const;
  bool is_learning(std::int64_t start) const;
  Result<void> code_waiting(Bytes& into);
  Result<void> code(const Timed& picture, Bytes& into);
  Result<void> begin_file(const Timed& picture, Bytes& into);
  double tolerance(const Timed& picture);
  Result<void> hand_out(std::int64_t end, Bytes& into);
  Result<void> append(const Bytes& bytes, Bytes& into);
  Result<void> append_for(std::int64_t& left, Bytes& into);
  Result<void> code_pause();

  FrameInfo info_;
  Settings settings_;
  FrameClock clock_;
  NoiseMeter noise_;
  PaletteSource palettes_;
  FrameCoder coder_;
  FileWriter file_;
  IndexedFrame frame_;  // kept for its memory
  std::deque<Timed> waiting_;
  Pending pending_;
  bool has_pending_ = false;
  bool has_frames_ = false;  // handed out
  bool has_own_tables_ = false;
  std::uint64_t received_ = 0;
  std::int64_t last_start_ = 0;
  WriterCounts counts_;
};

}  // namespace omv::gif
