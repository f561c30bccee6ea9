// SPDX-License-Identifier: LGPL-2.1-or-later
// One walk over the chunks for the times, then frame by frame.
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
  std::size_t broken_frames = 0;
};

class AviFrames final : public IndexedReader {
 public:
  AviFrames(std::unique_ptr<OpenAvi> avi, Timeline timeline)
      : IndexedReader(std::move(timeline)), avi_(std::move(avi)) {}

  std::optional<avi::Rate> rate() const override { return avi_->reader->rate(); }

  std::vector<std::string> losses() const override {
    std::vector<std::string> sentences;
    for (const avi::Damage& damage : avi_->contents.damage) sentences.push_back(damage.message);
    if (avi_->broken_frames > 0)
      sentences.push_back(std::to_string(avi_->broken_frames) + " frames are no whole JPEG; their time is kept");
    return sentences;
  }

 private:
  Result<void> read(std::size_t index, Frame& into) override {
    OMV_CHECK(avi_->reader->read(avi_->contents.frames[index], into.data));
    OMV_TRY(const CodedSize size, read_jpeg_size(into.data));
    into.info = {PixelFormat::jpeg, size.width, size.height};
    return {};
  }

  std::unique_ptr<OpenAvi> avi_;
};

// Leaves the frames that are whole, and their exact times.
Result<void> drop_broken_frames(OpenAvi& open) {
  avi::Contents& contents = open.contents;
  Bytes payload;
  std::size_t kept = 0;
  std::size_t kept_times = 0;
  for (std::size_t n = 0; n < contents.frames.size(); ++n) {
    OMV_CHECK(open.reader->read(contents.frames[n], payload));
    if (!read_jpeg_size(payload) || !find_jpeg_end(payload)) {
      ++open.broken_frames;
      continue;
    }
    if (n < contents.times.size()) contents.times[kept_times++] = contents.times[n];
    contents.frames[kept++] = contents.frames[n];
  }
  contents.frames.resize(kept);
  contents.times.resize(kept_times);
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
  timeline.end = std::max(avi::slot_time(rate, contents.slots), timeline.times.back());
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
  OMV_CHECK(drop_broken_frames(*open));
  Timeline timeline = timeline_of(*open);
  return std::unique_ptr<FrameReader>(std::make_unique<AviFrames>(std::move(open), std::move(timeline)));
}

}  // namespace omv::convert
