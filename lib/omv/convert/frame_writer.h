// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording in the making, of any kind: what a conversion writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "omv/base/result.h"
#include "omv/convert/frame_reader.h"
#include "omv/recording/gif/settings.h"

namespace omv::convert {

struct WriterOptions {
  std::optional<PixelFormat> pixformat;  ///< of the pictures in an ImageIO file; unset: as they are, else PNG
  int quality = 90;                      ///< of what has to become JPEG, 1..100
  bool overwrite = false;                ///< what has the output's name goes when the output is whole
  avi::Rate grid = {100, 1};             ///< slots a second, of an AVI
  Nanoseconds sync_interval{0};          ///< after which an AVI's part can be played as it is; 0: at the end only
  gif::Settings gif;
};

/// Nothing has the output's name before finish(); without it, nothing is left unless keep() was called. Not
/// synchronised.
class FrameWriter {
 public:
  FrameWriter() = default;
  virtual ~FrameWriter() = default;
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  /// Frames come in the order of their times; the first one's is where the output begins. Errors name the output, and
  /// the frame when it is the reason.
  virtual Result<void> add(const TimedFrame& frame) = 0;

  /// Makes the output whole and gives it its name. Errc::exists when there is one by now.
  virtual Result<void> finish() = 0;

  /// From now on what is there stays when finish() fails or is not called: the part beside the output's name, or the
  /// stills that are written.
  virtual void keep() = 0;

  /// Sentences about frames that were added and can't be found in the output.
  virtual std::vector<std::string> losses() const { return {}; }
};

}  // namespace omv::convert
