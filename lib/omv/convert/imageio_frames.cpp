// SPDX-License-Identifier: LGPL-2.1-or-later
// One walk over the headers for the times, then frame by frame.
#include "omv/convert/imageio_frames.h"

#include <optional>
#include <utility>

#include "omv/recording/imageio_file.h"

namespace omv::convert {

namespace {

using imageio::FileStream;

class ImageioFrames final : public IndexedReader {
 public:
  ImageioFrames(std::unique_ptr<FileStream> stream, Timeline timeline, std::optional<imageio::Damage> damage)
      : IndexedReader(std::move(timeline)), stream_(std::move(stream)), damage_(std::move(damage)) {}

  std::vector<std::string> losses() const override {
    if (!damage_ || damage_->bytes_behind == 0) return {};
    return {damage_->message};
  }

 private:
  Result<bool> read(std::size_t index, Frame& into) override {
    OMV_CHECK(stream_->seek(static_cast<std::int64_t>(index)));
    OMV_CHECK(stream_->read_into(into, {.loop = false, .pause = false}));
    return true;
  }

  std::unique_ptr<FileStream> stream_;
  std::optional<imageio::Damage> damage_;
};

// The last frame lasts as long as the one before it, a single one as long as its own interval.
Result<Timeline> timeline_of(FileStream& stream, std::size_t frames) {
  Timeline timeline;
  timeline.times.reserve(frames);
  for (std::size_t n = 0; n < frames; ++n) {
    OMV_TRY(const imageio::Microseconds time, stream.time(n));
    timeline.times.push_back(time);
  }
  if (frames == 0) return timeline;
  OMV_TRY(const imageio::Chunk first, stream.chunk(0));
  timeline.first_interval = first.interval;
  OMV_TRY(const imageio::Chunk last, stream.chunk(frames - 1));
  timeline.end = timeline.times.back() + last.interval;
  return timeline;
}

}  // namespace

Result<std::unique_ptr<FrameReader>> open_imageio(const std::string& path, imageio::Rgb565Order order) {
  OMV_TRY(auto stream, FileStream::open(path, order));
  OMV_TRY(const std::size_t frames, stream->count());
  OMV_TRY(Timeline timeline, timeline_of(*stream, frames));
  OMV_TRY(auto damage, stream->damage());
  return std::unique_ptr<FrameReader>(
      std::make_unique<ImageioFrames>(std::move(stream), std::move(timeline), std::move(damage)));
}

}  // namespace omv::convert
