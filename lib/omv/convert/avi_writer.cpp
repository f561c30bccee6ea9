// SPDX-License-Identifier: LGPL-2.1-or-later
// The library's recording over a part.
#include "omv/convert/avi_writer.h"

#include <utility>

#include "omv/convert/pictures.h"
#include "omv/recording/avi/file_output.h"
#include "omv/recording/avi/recording.h"
#include "omv/storage/part_file.h"

namespace omv::convert {

namespace {

using storage::PartFile;

class AviWriter final : public FrameWriter {
 public:
  AviWriter(std::string path, PartFile part, const WriterOptions& options)
      : path_(std::move(path)), part_(std::move(part)), options_(options), output_(part_.file()) {}

  Result<void> add(const TimedFrame& frame) override {
    if (!recording_) OMV_CHECK(begin(frame.frame.info));
    OMV_CHECK(check_size(frame));
    Bytes recoded;
    OMV_TRY(const ConstByteSpan jpeg, as_jpeg(frame.frame, recoded));
    output_.set_payload(jpeg);
    std::optional<Nanoseconds> duration;
    if (frame.duration > Nanoseconds(0)) duration = frame.duration;
    OMV_CHECK(recording_->add_frame(frame.time, duration, jpeg.size()));
    return output_.status();
  }

  Result<void> finish() override {
    if (recording_) OMV_CHECK(recording_->finish());
    OMV_CHECK(output_.status());
    return part_.commit(path_, false);
  }

  void keep() override { part_.keep_when_abandoned(); }

  std::vector<std::string> losses() const override {
    const std::uint64_t dropped = recording_ ? recording_->stats().grid.dropped : 0;
    if (dropped == 0) return {};
    return {std::to_string(dropped) + " frames came faster than the " + std::to_string(options_.grid.numerator) + "/" +
            std::to_string(options_.grid.denominator) + " slots a second of the AVI"};
  }

 private:
  Result<void> begin(const FrameInfo& info) {
    info_ = info;
    avi::MuxerSettings settings;
    settings.width = info.width;
    settings.height = info.height;
    settings.rate = options_.grid;
    settings.keep_times = true;
    OMV_TRY(recording_, avi::Recording::begin(std::move(settings), options_.sync_interval, output_));
    return {};
  }

  Result<void> check_size(const TimedFrame& frame) const {
    const FrameInfo& info = frame.frame.info;
    if (info.width == info_.width && info.height == info_.height) return {};
    return Error{Errc::unsupported, "frame " + std::to_string(frame.index) + " is " + std::to_string(info.width) + "x" +
                                        std::to_string(info.height) + ", those before are " +
                                        std::to_string(info_.width) + "x" + std::to_string(info_.height) +
                                        "; an AVI has one size: choose frames of one, or another format"};
  }

  Result<ConstByteSpan> as_jpeg(const Frame& frame, Bytes& recoded) const {
    if (frame.info.format == PixelFormat::jpeg) return ConstByteSpan(frame.data);
    OMV_TRY(recoded, coded(frame, *formats::format_by_extension("jpg"), options_.quality));
    return ConstByteSpan(recoded);
  }

  std::string path_;
  PartFile part_;
  WriterOptions options_;
  avi::FileOutput output_;
  std::optional<avi::Recording> recording_;
  FrameInfo info_;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> create_avi(const std::string& path, const WriterOptions& options) {
  OMV_TRY(PartFile part,
          PartFile::create(path, PartFile::WhenAbandoned::remove, PartFile::kSuffix,
                           options.overwrite ? PartFile::WhenTaken::replace : PartFile::WhenTaken::refuse));
  return std::unique_ptr<FrameWriter>(std::make_unique<AviWriter>(path, std::move(part), options));
}

}  // namespace omv::convert
