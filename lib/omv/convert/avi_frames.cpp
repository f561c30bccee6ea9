// SPDX-License-Identifier: LGPL-2.1-or-later
// One walk over the headers of the chunks for the times, then frame by frame.
#include "omv/convert/avi_frames.h"

#include <algorithm>
#include <utility>

#include "omv/image/coded_header.h"
#include "omv/recording/avi/reader.h"

namespace omv::convert {

namespace {

// The file, at an address that its reader can keep.
struct OpenAvi {
  File file;
  std::optional<avi::Reader> reader;
  avi::Contents contents;
  std::size_t broken_frames = 0;  // that were read, or are no part of `contents` any more

  /// Nullopt: it is no whole JPEG.
  Result<std::optional<CodedSize>> read_whole(std::size_t frame, Bytes& into) const {
    OMV_CHECK(reader->read(contents.frames[frame], into));
    const auto size = read_jpeg_size(into);
    return size && find_jpeg_end(into) ? std::optional(*size) : std::nullopt;
  }
};

class AviFrames final : public IndexedReader {
 public:
  AviFrames(std::unique_ptr<OpenAvi> avi, Timeline timeline)
      : IndexedReader(std::move(timeline)), avi_(std::move(avi)) {}

  std::optional<avi::Rate> rate() const override {
    const avi::Rate rate = avi_->reader->rate();
    return rate.per_second() <= kMostFramesASecond ? std::optional(rate) : std::nullopt;
  }

  std::vector<std::string> losses() const override {
    std::vector<std::string> sentences;
    for (const avi::Damage& damage : avi_->contents.damage) sentences.push_back(damage.message);
    if (avi_->broken_frames > 0)
      sentences.push_back(std::to_string(avi_->broken_frames) + " frames are no whole JPEG; their time is kept");
    return sentences;
  }

 private:
  Result<bool> read(std::size_t index, Frame& into) override {
    OMV_TRY(const auto size, avi_->read_whole(index, into.data));
    if (!size) {
      ++avi_->broken_frames;
      return false;
    }
    into.info = {PixelFormat::jpeg, size->width, size->height};
    return true;
  }

  std::unique_ptr<OpenAvi> avi_;
};

// The first and the last frame are whole then, so that the recording begins and ends with one. What is broken in
// between shows when it is its turn.
Result<void> trim(OpenAvi& open) {
  avi::Contents& contents = open.contents;
  Bytes payload;
  while (!contents.frames.empty()) {
    OMV_TRY(const auto size, open.read_whole(contents.frames.size() - 1, payload));
    if (size) break;
    contents.frames.pop_back();
    contents.times.resize(std::min(contents.times.size(), contents.frames.size()));
    ++open.broken_frames;
  }
  std::size_t begin = 0;
  for (; begin < contents.frames.size(); ++begin) {
    OMV_TRY(const auto size, open.read_whole(begin, payload));
    if (size) break;
    ++open.broken_frames;
  }
  contents.frames.erase(contents.frames.begin(), contents.frames.begin() + static_cast<std::ptrdiff_t>(begin));
  begin = std::min(begin, contents.times.size());
  contents.times.erase(contents.times.begin(), contents.times.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

Timeline timeline_of(const OpenAvi& open) {
  const avi::Rate rate = open.reader->rate();
  const avi::Contents& contents = open.contents;
  Timeline timeline;
  for (std::size_t n = 0; n < contents.frames.size(); ++n)
    timeline.times.push_back(n < contents.times.size() ? contents.times[n]
                                                       : avi::slot_time(rate, contents.frames[n].slot));
  if (timeline.times.empty()) return timeline;
  timeline.end = contents.end.value_or(std::max(avi::slot_time(rate, contents.slots), timeline.times.back()));
  const Nanoseconds first = timeline.times.front();
  for (Nanoseconds& time : timeline.times) time -= first;
  timeline.end -= first;
  return timeline;
}

}  // namespace

Result<std::unique_ptr<FrameReader>> open_avi(const std::string& path) {
  auto open = std::make_unique<OpenAvi>();
  OMV_TRY(open->file, File::open(path, File::Mode::read));
  auto reader = avi::Reader::open(open->file);
  if (!reader) return Error{reader.error().code, path + ": " + reader.error().message};
  open->reader = *std::move(reader);
  OMV_TRY(open->contents, open->reader->scan());
  OMV_CHECK(trim(*open));
  Timeline timeline = timeline_of(*open);
  return std::unique_ptr<FrameReader>(std::make_unique<AviFrames>(std::move(open), std::move(timeline)));
}

}  // namespace omv::convert
