// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames out of a pipeline, pulled one by one: what a conversion or a recording reads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "omv/convert/frame_reader.h"
#include "runner/offline/offline_pipeline.h"

namespace omv::runner {

/// What the appsink of such a pipeline takes.
inline constexpr const char* kPulledCaps = "image/jpeg;image/png;video/x-raw,format=(string){GRAY8,RGB16,RGB}";

/// JPEG and PNG frames as they are, others as grayscale, rgb565 or rgb888. One thread.
class PulledFrames final : public convert::FrameReader {
 public:
  using GoOn = std::function<bool()>;

  /// `pipeline` has an appsink named "out"; `name` begins the sentences of errors. `go_on` is asked several times a
  /// second: no is the end of the frames.
  PulledFrames(std::string name, OfflinePipeline pipeline, GoOn go_on);

  /// Begins to play, and waits for the first frame. Errc::end: there is none.
  Result<void> start();

  const OfflinePipeline& pipeline() const { return pipeline_; }

  Result<bool> next(convert::TimedFrame& into) override;
  Result<void> skip(std::size_t frames) override;

  /// By GStreamer. Of the frame that comes then, the interval is unknown, and the number what the rate makes of it.
  Result<void> go_to(convert::Nanoseconds time) override;
  using FrameReader::go_to;
  std::optional<std::size_t> count() const override { return std::nullopt; }
  std::optional<convert::Nanoseconds> length() const override;

  /// Reads all that is left.
  Result<convert::Timeline> timeline() override;
  std::optional<avi::Rate> rate() const override;

 private:
  Result<SamplePtr> pull();
  std::size_t number_at(convert::Nanoseconds time) const;

  std::string name_;
  OfflinePipeline pipeline_;
  GoOn go_on_;
  ElementPtr sink_;
  SamplePtr ahead_;  // the next frame
  bool is_begun_ = false;
  std::size_t frames_ = 0;  // the number of the next one
  convert::Nanoseconds first_{0};
  convert::Nanoseconds last_{0};
};

}  // namespace omv::runner
