// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoded once for the times, and once more for the pictures.
#include "omv/convert/gif_frames.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "omv/base/mapped_file.h"
#include "omv/recording/gif/contents.h"

namespace omv::convert {

namespace {

constexpr Nanoseconds kHundredth = std::chrono::milliseconds(10);
constexpr std::uint16_t kUsualDelay = 10;

Nanoseconds shown_for(const gif::ReadFrame& frame) {
  return kHundredth * (frame.delay == 0 ? kUsualDelay : frame.delay);
}

bool is_opaque(ConstByteSpan rgba) {
  for (std::size_t i = 3; i < rgba.size(); i += 4)
    if (rgba[i] != 255) return false;
  return true;
}

class GifFrames final : public IndexedReader {
 public:
  GifFrames(MappedFile file, gif::Contents contents, gif::Reader reader, Timeline timeline)
      : IndexedReader(std::move(timeline)),
        file_(std::move(file)),
        contents_(std::move(contents)),
        reader_(std::move(reader)) {}

  std::optional<avi::Rate> rate() const override {
    const auto is_other = [this](const gif::ReadFrame& frame) {
      return shown_for(frame) != shown_for(contents_.frames.front());
    };
    if (contents_.frames.empty() || std::any_of(contents_.frames.begin(), contents_.frames.end(), is_other))
      return std::nullopt;
    const auto delay = static_cast<std::uint32_t>(shown_for(contents_.frames.front()) / kHundredth);
    const std::uint32_t common = std::gcd(100U, delay);
    return avi::Rate{100 / common, delay / common};
  }

  std::vector<std::string> losses() const override {
    if (!contents_.damage) return {};
    return {contents_.damage->message + ": the last " + std::to_string(contents_.damaged_bytes) +
            " bytes are no whole frame"};
  }

 private:
  Result<bool> read(std::size_t index, Frame& into) override {
    if (index + 1 < shown_) OMV_CHECK(begin_again());
    for (; shown_ <= index; ++shown_) OMV_CHECK(reader_.next());
    const ImageView screen = reader_.screen();
    into.info = screen.info;
    into.data.assign(screen.data, screen.data + screen.stride * screen.info.height);
    if (is_opaque(into.data)) into.info.format = PixelFormat::rgbx8888;
    return true;
  }

  Result<void> begin_again() {
    OMV_TRY(reader_, gif::Reader::open(file_.bytes()));
    shown_ = 0;
    return {};
  }

  MappedFile file_;
  gif::Contents contents_;
  gif::Reader reader_;  // of the file
  std::size_t shown_ = 0;
};

Timeline timeline_of(const gif::Contents& contents) {
  Timeline timeline;
  for (const gif::ReadFrame& frame : contents.frames) {
    timeline.times.push_back(timeline.end);
    timeline.end += shown_for(frame);
  }
  return timeline;
}

Error named(const std::string& path, const Error& error) { return {error.code, path + ": " + error.message}; }

}  // namespace

Result<std::unique_ptr<FrameReader>> open_gif(const std::string& path) {
  OMV_TRY(MappedFile file, MappedFile::open(path));
  auto contents = gif::read_contents(file.bytes());
  if (!contents) return named(path, contents.error());
  auto reader = gif::Reader::open(file.bytes());
  if (!reader) return named(path, reader.error());
  Timeline timeline = timeline_of(*contents);
  return std::unique_ptr<FrameReader>(
      std::make_unique<GifFrames>(std::move(file), *std::move(contents), *std::move(reader), std::move(timeline)));
}

}  // namespace omv::convert
