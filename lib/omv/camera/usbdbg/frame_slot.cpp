// SPDX-License-Identifier: LGPL-2.1-or-later
// A dump beyond the frame's end goes on with zeros, as a camera goes on with whatever lies behind it.
#include "omv/camera/usbdbg/frame_slot.h"

#include <algorithm>
#include <array>

#include "omv/image/convert.h"

namespace omv::camera::usbdbg {

namespace {

constexpr std::uint64_t kReserve = 32;         // bytes of the buffer that no frame gets
constexpr std::uint64_t kLargestRaw = 38'400;  // QQVGA in RGB565; larger pictures are sent as JPEG
constexpr std::uint32_t kPacket = 64;          // of a dump that fills its packets one byte more may be asked for
constexpr std::array<std::uint8_t, 4096> kZeros{};

}  // namespace

FrameSlot::FrameSlot(std::uint64_t buffer_size, bool swaps_rgb565)
    : capacity_(buffer_size - std::min(buffer_size, kReserve)),
      swaps_rgb565_(swaps_rgb565),
      request_{true, kMaxDimension, kMaxDimension, std::min(capacity_, kLargestRaw), false} {}

void FrameSlot::enable(bool on) {
  enabled_ = on;
  if (!on) drop();
}

void FrameSlot::drop() {
  locked_ = false;
  shape_.reset();
}

void FrameSlot::store(const CapturedFrame& frame) {
  const std::size_t size = frame.claimed_bytes.value_or(frame.data.size());
  shape_ = frame.data.size() > capacity_ ? std::nullopt : shape_of(frame.info, size);
  if (!shape_) return;
  announced_ = is_compressed(frame.info.format) ? size : payload_bytes(frame.info);
  data_.assign(frame.data.begin(), frame.data.end());
  if (swaps_rgb565_ && frame.info.format == PixelFormat::rgb565) swap_bytes16(data_);
}

FrameShape FrameSlot::lock() {
  if (locked_ || !occupied()) return {};
  locked_ = true;
  return *shape_;
}

void FrameSlot::reinitialise() {
  if (!locked_) drop();
}

void FrameSlot::begin_dump(std::uint32_t count) {
  if (!locked_) return;
  const bool with_surplus = announced_ % kPacket == 0 && count == announced_ + 1;
  frees_ = count == announced_ || with_surplus;
  left_ = count;
  at_ = 0;
}

ConstByteSpan FrameSlot::output() const {
  const ConstByteSpan source = at_ < data_.size() ? ConstByteSpan(data_).subspan(at_) : ConstByteSpan(kZeros);
  return source.first(std::min<std::size_t>(source.size(), left_));
}

void FrameSlot::sent(std::size_t count) {
  at_ += count;
  left_ -= static_cast<std::uint32_t>(count);
  if (left_ == 0 && frees_) drop();
}

}  // namespace omv::camera::usbdbg
