// SPDX-License-Identifier: LGPL-2.1-or-later
// The dump goes straight into the consumer's memory.
#include "omv/camera/usbdbg/frame_reader.h"

#include <utility>

#include "omv/camera/coded_frame.h"
#include "omv/image/convert.h"

namespace omv::camera::usbdbg {

namespace {

// A transfer that ends with a full packet may lack the empty one that says so, and Linux's cdc-acm driver, whose reads
// take two packets, then waits for it. As in the maker's IDE one byte more makes the last packet a short one (section
// 3, "USB packet trap"); 64 is the full speed's packet and divides the high speed's.
constexpr std::uint32_t kPacket = 64;

std::uint32_t surplus(std::uint32_t size) { return size % kPacket == 0 ? 1 : 0; }

}  // namespace

bool FrameReader::begin(const FrameShape& shape, CommandLink& link, Time now) {
  const Result<ShapedFrame> shaped = check_shape(shape);
  if (!shaped) {
    ++stats_.dropped_corrupt;
    return false;
  }
  active_ = true;
  frame_ = {};
  frame_.info = shaped->info;
  frame_.size = shaped->size;
  frame_.arrival = now;
  frame_.memory = allocate_(frame_.info, frame_.size);
  if (frame_.memory != nullptr && frame_.memory->bytes().size() < frame_.size) frame_.memory.reset();
  const std::uint32_t more = surplus(shaped->size);
  if (frame_.memory == nullptr)
    link.ask_and_drop(Request::frame_dump, shaped->size + more, now);
  else
    link.ask_into(Request::frame_dump, frame_.memory->bytes().first(frame_.size), more, now);
  return true;
}

std::optional<FrameReceived> FrameReader::finish(const FirmwareVersion& firmware) {
  active_ = false;
  FrameReceived frame = std::move(frame_);
  if (frame.memory == nullptr) {
    ++stats_.dropped_refused;
    return std::nullopt;
  }
  const ByteSpan bytes = frame.memory->bytes().first(frame.size);
  const Result<std::size_t> size = check_coded_frame(frame.info, bytes);
  if (!size) {
    ++stats_.dropped_corrupt;
    return std::nullopt;
  }
  frame.size = *size;
  if (frame.info.format == PixelFormat::rgb565 && firmware <= kLastBigEndian) swap_bytes16(bytes);
  ++stats_.frames;
  stats_.frame_bytes += frame.size;
  return frame;
}

void FrameReader::interrupt() {
  if (std::exchange(active_, false)) ++stats_.dropped_resync;
  frame_ = {};
}

}  // namespace omv::camera::usbdbg
