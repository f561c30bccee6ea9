// SPDX-License-Identifier: LGPL-2.1-or-later
// Thumbnails in a grid, labelled with number and time.
#include "contact_sheet.h"

#include <algorithm>
#include <string>

#include "omv/convert/kind.h"
#include "omv/convert/pictures.h"
#include "omv/image/scale.h"
#include "omv/image/text.h"
#include "png_output.h"
#include "progress.h"

namespace omv::tool {

namespace {

using convert::FrameReader;
using convert::Nanoseconds;

constexpr std::size_t kMostFrames = 24;
constexpr std::uint32_t kColumns = 6;
constexpr std::uint32_t kCellWidth = 200;
constexpr std::uint32_t kCellHeight = 150;
constexpr std::uint32_t kLabelHeight = 22;
constexpr std::uint32_t kMargin = 8;
constexpr int kTextScale = 2;
constexpr Rgb888 kPaper = {24, 24, 28};
constexpr Rgb888 kInk = {230, 230, 230};

std::string label_of(std::size_t index, Nanoseconds time) {
  return "#" + std::to_string(index) + " " + time_text(time);
}

Frame make_picture(std::uint32_t width, std::uint32_t height) {
  const FrameInfo info = {PixelFormat::rgb565, width, height};
  return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))};
}

MutableImageView view_of(Frame& picture) { return packed_view(picture.info, ByteSpan(picture.data)); }

class Sheet {
 public:
  explicit Sheet(std::size_t frames)
      : columns_(std::min<std::uint32_t>(kColumns, static_cast<std::uint32_t>(frames))),
        picture_(make_picture(kMargin + columns_ * (kCellWidth + kMargin),
                              kMargin + rows(frames) * (kCellHeight + kLabelHeight + kMargin))) {
    const FrameInfo& info = picture_.info;
    fill(view_of(picture_), {0, 0, static_cast<int>(info.width), static_cast<int>(info.height)}, kPaper);
  }

  Result<void> add(const convert::TimedFrame& frame) {
    const std::uint32_t left = kMargin + cells_ % columns_ * (kCellWidth + kMargin);
    const std::uint32_t top = kMargin + cells_ / columns_ * (kCellHeight + kLabelHeight + kMargin);
    ++cells_;
    draw_text(view_of(picture_), static_cast<int>(left), static_cast<int>(top + kCellHeight + 4), kTextScale,
              label_of(frame.index, frame.time), kInk);
    if (frame.frame.info.format == PixelFormat::argb8) return {};
    OMV_TRY(const Frame raw, convert::decoded(frame.frame));
    OMV_TRY(const Frame colours, convert::converted(raw, PixelFormat::rgb565));
    paste(thumbnail(colours), left, top);
    return {};
  }

  const Frame& picture() const { return picture_; }

 private:
  std::uint32_t rows(std::size_t frames) const {
    return (static_cast<std::uint32_t>(frames) + columns_ - 1) / columns_;
  }

  static Frame thumbnail(const Frame& colours) {
    const FrameInfo fitted = scaled_to_fit(colours.info, kCellWidth, kCellHeight);
    Frame small = make_picture(std::max(fitted.width, 1U), std::max(fitted.height, 1U));
    scale_bilinear(packed_view(colours.info, ConstByteSpan(colours.data)), view_of(small));
    return small;
  }

  void paste(const Frame& small, std::uint32_t left, std::uint32_t top) {
    const std::uint32_t x = left + (kCellWidth - small.info.width) / 2;
    const std::uint32_t y = top + (kCellHeight - small.info.height) / 2;
    MutableImageView to = view_of(picture_);
    to.data = to.row(y) + 2 * std::size_t{x};
    to.info = small.info;
    copy_rows(packed_view(small.info, ConstByteSpan(small.data)), to);
  }

  std::uint32_t columns_;
  Frame picture_;
  std::uint32_t cells_ = 0;
};

}  // namespace

Result<void> write_contact_sheet(const std::string& recording, const std::string& sheet) {
  OMV_TRY(const convert::Kind kind, convert::kind_of_file(recording));
  OMV_TRY(const auto reader, convert::open_recording(recording, kind, {}));
  const std::size_t frames = reader->count().value_or(0);
  if (frames == 0) return Error{Errc::end, recording + ": there is no frame to show"};
  const std::size_t shown = std::min(frames, kMostFrames);
  Sheet picture(shown);
  convert::TimedFrame frame;
  std::size_t position = 0;
  for (std::size_t n = 0; n < shown; ++n) {
    const std::size_t wanted = shown > 1 ? n * (frames - 1) / (shown - 1) : 0;
    OMV_CHECK(reader->skip(wanted - position));
    OMV_TRY(const bool there, reader->next(frame));
    if (!there) break;
    position = wanted + 1;
    OMV_CHECK(picture.add(frame));
  }
  return write_png(picture.picture(), sheet);
}

}  // namespace omv::tool
