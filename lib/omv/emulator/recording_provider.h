// SPDX-License-Identifier: LGPL-2.1-or-later
// An ImageIO recording, or a still, as the sensor of an emulated camera.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "omv/base/mapped_file.h"
#include "omv/camera/frame_provider.h"
#include "omv/emulator/frame_rate.h"
#include "omv/emulator/preview.h"
#include "omv/emulator/script_output.h"
#include "omv/recording/imageio_reader.h"

namespace omv::emulator {

struct RecordingOptions {
  std::optional<FrameRate> rate;        ///< unset: at its recorded pace; unlimited: every frame waits for the host
  bool loop = true;                     ///< else the script ends after the last frame
  std::optional<std::uint64_t> frames;  ///< the script ends after so many
  PreviewOptions preview;
  bool report = true;  ///< print a line per second
};

/// The payloads of raw frames reach the host unchanged and, out of the mapped file, uncopied (but for V1.0 RGB565,
/// which is brought into byte order). Formats and sizes may change from frame to frame; argb8 frames, which have no
/// pixels, are passed over. A round of a loop follows the one before it at the interval of the first frame
/// (spec: imageio, section 4). A recording without any times is shown as fast as the host takes it.
/// Scripts may change quality and rate (capture_hints.h); format and size are the recording's.
class RecordingProvider final : public camera::FrameProvider {
 public:
  /// A still that the registry knows by its first bytes is a recording of one frame (still_recording.h).
  /// Errc::io, truncated, invalid, unsupported, limit: not a recording or still that can be read, or one without a
  /// frame; the message names the path. A damaged tail only ends the recording early.
  static Result<RecordingProvider> open(const std::string& path, const RecordingOptions& options);

  void start(Time now, std::string_view script) override;
  std::optional<Time> due(Time now) override;
  Result<camera::CapturedFrame> capture(const camera::StreamRequest& request, Time now) override;
  void skip(Time now) override;
  std::string_view take_output() override { return output_.take(); }

 private:
  /// What is looked at, at an address of its own.
  struct Footage {
    MappedFile file;
    Bytes still;  // the recording made of one; else empty
    MemorySource source;

    ConstByteSpan bytes() const { return still.empty() ? file.bytes() : ConstByteSpan(still); }
  };

  static Result<std::unique_ptr<Footage>> load(const std::string& path);
  RecordingProvider(std::unique_ptr<Footage> footage, imageio::Reader reader, const RecordingOptions& options,
                    Time round);

  bool is_unlimited() const;
  bool prepare();
  bool wrap();
  Time next_time();
  Result<ConstByteSpan> picture(const imageio::Chunk& chunk);
  void advance(Time now);

  RecordingOptions options_;
  std::unique_ptr<Footage> footage_;
  imageio::Reader reader_;
  Time round_;  // from the first frame to the first frame of the next round; 0: the recording has no times
  Preview preview_;
  std::optional<FrameRate> rate_;
  RateMeter meter_;
  float fps_ = 0;
  ScriptOutput output_;
  Frame converted_;

  Time start_{0};
  Time round_start_{0};    // since start_
  std::size_t index_ = 0;  // in the recording
  bool round_has_frames_ = false;
  std::uint64_t number_ = 0;             // since start
  std::optional<imageio::Chunk> chunk_;  // of index_, once it is known to have pixels
};

}  // namespace omv::emulator
