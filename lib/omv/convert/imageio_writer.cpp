// SPDX-License-Identifier: LGPL-2.1-or-later
// A chunk for each frame: header, payload and padding in one write.
#include "omv/convert/imageio_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "omv/convert/pictures.h"
#include "omv/recording/imageio_format.h"
#include "omv/storage/part_file.h"

namespace omv::convert {

namespace {

using storage::PartFile;

constexpr std::array<std::uint8_t, imageio::kAlignment> kPadding = {};

std::int64_t in_ms(Nanoseconds time) { return std::chrono::round<std::chrono::milliseconds>(time).count(); }

std::uint32_t interval_ms(const TimedFrame& frame) {
  const std::int64_t interval = in_ms(frame.time) - in_ms(frame.time - frame.interval);
  const std::int64_t most = std::chrono::duration_cast<std::chrono::milliseconds>(imageio::kMaxInterval).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(interval, 0, most));
}

Result<Frame> coded_frame(const Frame& frame, PixelFormat format, int quality) {
  const formats::Format* codec = formats::format_by_extension(format == PixelFormat::jpeg ? "jpg" : "png");
  OMV_TRY(Bytes bytes, coded(frame, *codec, quality));
  return Frame{{format, frame.info.width, frame.info.height}, std::move(bytes)};
}

class ImageioWriter final : public FrameWriter {
 public:
  ImageioWriter(std::string path, PartFile part, const WriterOptions& options)
      : path_(std::move(path)), part_(std::move(part)), options_(options) {}

  Result<void> begin() {
    const auto magic = imageio::make_magic(imageio::Version::v2_0);
    return part_.write_at(0, std::array{ConstByteSpan(magic)});
  }

  Result<void> add(const TimedFrame& frame) override {
    if (is_kept(frame.frame.info.format)) return append(frame.frame, interval_ms(frame));
    const PixelFormat wanted = options_.pixformat.value_or(PixelFormat::png);
    OMV_TRY(const Frame recoded, recode(frame.frame, wanted));
    return append(recoded, interval_ms(frame));
  }

  Result<void> finish() override { return part_.commit(path_, false); }

  void keep() override { part_.keep_when_abandoned(); }

 private:
  bool is_kept(PixelFormat format) const {
    if (options_.pixformat) return format == *options_.pixformat;
    return find_pixel_format(static_cast<std::uint32_t>(format)) != nullptr;
  }

  Result<Frame> recode(const Frame& frame, PixelFormat wanted) const {
    if (is_compressed(wanted)) return coded_frame(frame, wanted, options_.quality);
    OMV_TRY(const Frame raw, decoded(frame));
    return converted(raw, wanted);
  }

  Result<void> append(const Frame& frame, std::uint32_t interval) {
    OMV_TRY(const auto header, imageio::make_header(frame.info, interval, frame.data.size()));
    const ConstByteSpan padding = ConstByteSpan(kPadding).first(imageio::pad_bytes(frame.data.size()));
    return part_.write_at(part_.size(), std::array{ConstByteSpan(header), ConstByteSpan(frame.data), padding});
  }

  std::string path_;
  PartFile part_;
  WriterOptions options_;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> create_imageio(const std::string& path, const WriterOptions& options) {
  OMV_TRY(PartFile part,
          PartFile::create(path, PartFile::WhenAbandoned::remove, PartFile::kSuffix,
                           options.overwrite ? PartFile::WhenTaken::replace : PartFile::WhenTaken::refuse));
  auto writer = std::make_unique<ImageioWriter>(path, std::move(part), options);
  OMV_CHECK(writer->begin());
  return std::unique_ptr<FrameWriter>(std::move(writer));
}

}  // namespace omv::convert
