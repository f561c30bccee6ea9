// SPDX-License-Identifier: LGPL-2.1-or-later
// The decision, and the automatic quality.
#include "omv/emulator/preview.h"

#include <algorithm>
#include <string>

#include "omv/image/scale.h"

namespace omv::emulator {

namespace {

constexpr std::uint64_t kHeaderBytes = 32;
constexpr int kHoldFrames = 60;  // after an overflow

bool may_be_raw(const FrameInfo& info, const camera::StreamRequest& request) {
  const bool is_asked = request.raw && request.max_width != 0 && request.max_height != 0;
  const bool is_mutable = info.format == PixelFormat::grayscale || info.format == PixelFormat::rgb565 ||
                          (info.format == PixelFormat::binary && request.binary);
  return is_asked && is_mutable && payload_bytes(info) <= request.max_bytes;
}

}  // namespace

Preview::Preview(const PreviewOptions& options) : options_(options) { restart(std::nullopt); }

void Preview::restart(std::optional<int> quality) {
  fixed_quality_ = quality ? quality : options_.quality;
  quality_ = (options_.rule.low + options_.rule.high) / 2;
  hold_ = 0;
}

bool Preview::fits(std::uint64_t size) const { return size + kHeaderBytes <= options_.stream_buffer; }

Result<camera::CapturedFrame> Preview::make(const FrameInfo& info, ConstByteSpan picture,
                                            const camera::StreamRequest& request) {
  if (is_compressed(info.format)) return camera::CapturedFrame{info, picture};
  if (picture.size() != payload_bytes(info) || picture.empty())
    return Error{Errc::invalid, "a frame of " + std::to_string(picture.size()) + " bytes instead of " +
                                    std::to_string(payload_bytes(info))};
  if (!may_be_raw(info, request)) return make_jpeg(info, picture);
  const FrameInfo target = scaled_to_fit(info, request.max_width, request.max_height);
  if (target.width == 0 || target.height == 0) return camera::CapturedFrame{info, {}};
  if (!fits(payload_bytes(target))) return make_jpeg(info, picture);
  return target == info ? camera::CapturedFrame{info, picture} : scale(info, picture, target);
}

camera::CapturedFrame Preview::scale(const FrameInfo& info, ConstByteSpan picture, const FrameInfo& target) {
  buffer_.resize(static_cast<std::size_t>(payload_bytes(target)));
  scale_bilinear(packed_view(info, picture), packed_view(target, ByteSpan(buffer_)));
  return {target, buffer_};
}

Result<camera::CapturedFrame> Preview::make_jpeg(const FrameInfo& info, ConstByteSpan picture) {
  if (!fixed_quality_) adapt(picture.size());
  const int quality = fixed_quality_.value_or(quality_);
  OMV_CHECK(encoder_.encode(packed_view(info, picture), {quality}, buffer_));
  if (fits(buffer_.size())) return camera::CapturedFrame{{PixelFormat::jpeg, info.width, info.height}, buffer_};
  quality_ = std::max(1, quality_ / 2);
  hold_ = kHoldFrames;
  return camera::CapturedFrame{info, {}};
}

void Preview::adapt(std::uint64_t raw_size) {
  const int ceiling = raw_size > options_.rule.threshold ? options_.rule.low : options_.rule.high;
  if (hold_ > 0)
    --hold_;
  else
    quality_ = std::min(quality_ + 1, ceiling);
}

}  // namespace omv::emulator
