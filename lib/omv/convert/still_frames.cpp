// SPDX-License-Identifier: LGPL-2.1-or-later
// Each file is a frame.
#include "omv/convert/still_frames.h"

#include <utility>

#include "omv/base/mapped_file.h"
#include "omv/formats/format.h"
#include "omv/image/coded_header.h"

namespace omv::convert {

namespace {

Timeline timeline_of(std::size_t stills, avi::Rate rate) {
  Timeline timeline;
  for (std::size_t n = 0; n < stills; ++n) timeline.times.push_back(avi::slot_time(rate, n));
  timeline.end = avi::slot_time(rate, stills);
  return timeline;
}

Result<Frame> read_still(ConstByteSpan bytes) {
  const formats::Format* format = formats::format_by_content(bytes);
  if (format == nullptr) return Error{Errc::unsupported, "it is no still (" + formats::known_extensions() + ")"};
  if (!format->coded) return format->decode(bytes, {});
  OMV_TRY(const CodedSize size, format->coded == PixelFormat::jpeg ? read_jpeg_size(bytes) : read_png_size(bytes));
  return Frame{{*format->coded, size.width, size.height}, Bytes(bytes.begin(), bytes.end())};
}

class StillFrames final : public IndexedReader {
 public:
  StillFrames(std::vector<std::string> paths, avi::Rate rate)
      : IndexedReader(timeline_of(paths.size(), rate)), paths_(std::move(paths)), rate_(rate) {}

  std::optional<avi::Rate> rate() const override { return rate_; }

 private:
  Result<bool> read(std::size_t index, Frame& into) override {
    const std::string& path = paths_[index];
    OMV_TRY(const MappedFile file, MappedFile::open(path));
    auto still = read_still(file.bytes());
    if (!still) return Error{still.error().code, path + ": " + still.error().message};
    into = *std::move(still);
    return true;
  }

  std::vector<std::string> paths_;
  avi::Rate rate_;
};

}  // namespace

std::unique_ptr<FrameReader> open_stills(std::vector<std::string> paths, avi::Rate rate) {
  return std::make_unique<StillFrames>(std::move(paths), rate);
}

}  // namespace omv::convert
