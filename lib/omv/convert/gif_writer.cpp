// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures as rows of R, G, B through the library's writer, into a part.
#include "omv/convert/gif_writer.h"

#include <array>
#include <utility>

#include "omv/convert/pictures.h"
#include "omv/recording/gif/writer.h"
#include "omv/storage/part_file.h"

namespace omv::convert {

namespace {

using storage::PartFile;

class GifWriter final : public FrameWriter {
 public:
  GifWriter(std::string path, PartFile part, const WriterOptions& options)
      : path_(std::move(path)), part_(std::move(part)), settings_(options.gif) {}

  Result<void> add(const TimedFrame& frame) override {
    OMV_TRY(Frame raw, decoded(frame.frame));
    if (!writer_) OMV_CHECK(begin(raw.info));
    if (raw.info.width != info_.width || raw.info.height != info_.height) return other_size(frame);
    OMV_TRY(raw, converted(raw, info_.format));
    OMV_CHECK(writer_->add(packed_view(raw.info, ConstByteSpan(raw.data)), frame.time.count(), bytes_));
    last_duration_ = frame.duration;
    return flush();
  }

  Result<void> finish() override {
    if (writer_) OMV_CHECK(writer_->finish(last_duration_.count(), bytes_));
    OMV_CHECK(flush());
    return part_.commit(path_, false);
  }

  void keep() override { part_.keep_when_abandoned(); }

  std::vector<std::string> losses() const override {
    const std::uint64_t skipped = writer_ ? writer_->counts().skipped : 0;
    if (skipped == 0) return {};
    return {std::to_string(skipped) + " frames came less than 20 ms after another, which a GIF can't show"};
  }

 private:
  Result<void> begin(const FrameInfo& raw) {
    info_ = {has_alpha(raw.format) ? PixelFormat::rgba8888 : PixelFormat::rgbx8888, raw.width, raw.height};
    OMV_TRY(auto writer, gif::Writer::create(info_, settings_));
    writer_.emplace(std::move(writer));
    return {};
  }

  Error other_size(const TimedFrame& frame) const {
    const FrameInfo& info = frame.frame.info;
    return {Errc::unsupported, "frame " + std::to_string(frame.index) + " is " + std::to_string(info.width) + "x" +
                                   std::to_string(info.height) + ", those before are " + std::to_string(info_.width) +
                                   "x" + std::to_string(info_.height) +
                                   "; a GIF has one size: choose frames of one, or another format"};
  }

  Result<void> flush() {
    OMV_CHECK(part_.write_at(part_.size(), std::array{ConstByteSpan(bytes_)}));
    bytes_.clear();
    return {};
  }

  std::string path_;
  PartFile part_;
  gif::Settings settings_;
  std::optional<gif::Writer> writer_;
  FrameInfo info_;
  Bytes bytes_;
  Nanoseconds last_duration_{0};
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> create_gif(const std::string& path, const WriterOptions& options) {
  OMV_TRY(PartFile part,
          PartFile::create(path, PartFile::WhenAbandoned::remove, PartFile::kSuffix,
                           options.overwrite ? PartFile::WhenTaken::replace : PartFile::WhenTaken::refuse));
  return std::unique_ptr<FrameWriter>(std::make_unique<GifWriter>(path, std::move(part), options));
}

}  // namespace omv::convert
