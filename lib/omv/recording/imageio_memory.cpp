// SPDX-License-Identifier: LGPL-2.1-or-later
// Slots in one block of memory: 32 bytes of header, then the picture.
#include "omv/recording/imageio_memory.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <string>

namespace omv::imageio {

namespace {

constexpr std::uint64_t kSlotAlignment = 32;
constexpr std::uint64_t kSlotHeaderBytes = 32;

// What lies in front of the pixels of a slot. A format of 0 says that nothing was written.
struct SlotHeader {
  std::int64_t interval_us = 0;
  std::int64_t time_us = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t format = 0;
  std::uint32_t bytes = 0;
};
static_assert(sizeof(SlotHeader) == kSlotHeaderBytes);

SlotHeader load_header(const std::uint8_t* slot) {
  SlotHeader header;
  std::memcpy(&header, slot, sizeof header);
  return header;
}

void store_header(std::uint8_t* slot, const SlotHeader& header) { std::memcpy(slot, &header, sizeof header); }

std::uint64_t reserved_bytes(const FrameInfo& info) {
  if (is_compressed(info.format)) return payload_bytes(PixelFormat::binary, info.width, info.height) * 2;
  return payload_bytes(info);
}

Error invalid(const char* what, std::int64_t value, const std::string& range) {
  return {Errc::invalid, std::string("memory stream: ") + what + " " + std::to_string(value) + " is not " + range};
}

Result<void> check_geometry(const FrameInfo& info, std::int64_t count) {
  const std::string range = "1 to " + std::to_string(kMaxDimension);
  if (find_pixel_format(static_cast<std::uint32_t>(info.format)) == nullptr)
    return invalid("pixel format", static_cast<std::uint32_t>(info.format), "one of ImageIO's");
  if (info.width < 1 || info.width > kMaxDimension) return invalid("width", info.width, range);
  if (info.height < 1 || info.height > kMaxDimension) return invalid("height", info.height, range);
  if (count < 1) return invalid("count", count, "1 or more");
  return {};
}

}  // namespace

std::uint64_t MemoryStream::slot_size(const FrameInfo& info) {
  const std::uint64_t bytes = reserved_bytes(info);
  return kSlotHeaderBytes + bytes + padding_to(bytes, kSlotAlignment);
}

Result<std::unique_ptr<MemoryStream>> MemoryStream::create(const FrameInfo& info, std::int64_t count,
                                                           std::shared_ptr<Clock> clock) {
  OMV_CHECK(check_geometry(info, count));
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::ptrdiff_t>::max());
  const std::uint64_t slot = slot_size(info);
  const auto slots = static_cast<std::uint64_t>(count);
  std::unique_ptr<std::uint8_t[]> memory;
  // Left uninitialised: pages that no frame reaches are never touched, except for their slots' headers.
  if (slots <= kMost / slot) memory.reset(new (std::nothrow) std::uint8_t[slots * slot]);
  if (!memory)
    return Error{Errc::limit, "memory stream: no memory for " + std::to_string(count) + " slots of " +
                                  std::to_string(slot) + " bytes"};
  return std::unique_ptr<MemoryStream>(
      new MemoryStream(std::move(memory), slot, static_cast<std::size_t>(count), std::move(clock)));
}

MemoryStream::MemoryStream(std::unique_ptr<std::uint8_t[]> slots, std::uint64_t slot_size, std::size_t count,
                           std::shared_ptr<Clock> clock)
    : slots_(std::move(slots)), slot_size_(slot_size), count_(count), clock_(std::move(clock)) {
  for (std::size_t n = 0; n < count_; ++n) store_header(slot(n), {});
}

std::optional<std::uint64_t> MemoryStream::buffer_size() const { return slot_size_ - kSlotHeaderBytes; }

bool MemoryStream::is_written(std::size_t n) const {
  return !is_closed() && n < count_ && load_header(slot(n)).format != 0;
}

Result<void> MemoryStream::check_open() const {
  if (is_closed()) return Error{Errc::closed, "the memory stream is closed"};
  return {};
}

Result<void> MemoryStream::check_cursor() const {
  OMV_CHECK(check_open());
  if (offset_ == count_) return Error{Errc::end, "behind the last of " + std::to_string(count_) + " slots"};
  return {};
}

Result<void> MemoryStream::write(const FrameInfo& info, ConstByteSpan payload, std::optional<Microseconds> interval) {
  OMV_CHECK(check_cursor());
  OMV_CHECK(check_writable(info, payload.size()));
  if (payload.size() > *buffer_size())
    return Error{Errc::limit, "a frame of " + std::to_string(payload.size()) + " bytes does not fit into a slot of " +
                                  std::to_string(*buffer_size())};
  const Microseconds since = clock_.lap(interval);
  written_time_ += since;
  store_header(slot(offset_), {since.count(), written_time_.count(), info.width, info.height,
                               static_cast<std::uint32_t>(info.format), static_cast<std::uint32_t>(payload.size())});
  std::copy(payload.begin(), payload.end(), slot(offset_) + kSlotHeaderBytes);
  ++offset_;
  return {};
}

Result<FrameTiming> MemoryStream::read_into(Frame& frame, ReadOptions options) {
  OMV_CHECK(check_cursor());
  const SlotHeader header = load_header(slot(offset_));
  if (header.format == 0)
    return Error{Errc::invalid, "slot " + std::to_string(offset_) + " of the memory stream was never written"};
  const std::uint8_t* pixels = slot(offset_) + kSlotHeaderBytes;
  frame.info = {static_cast<PixelFormat>(header.format), header.width, header.height};
  frame.data.assign(pixels, pixels + header.bytes);
  const FrameTiming timing{offset_, Microseconds(header.interval_us), Microseconds(header.time_us)};
  ++offset_;
  clock_.pace(timing.interval, options.pause);
  return timing;
}

Result<void> MemoryStream::seek(std::int64_t offset) {
  OMV_CHECK(check_open());
  if (offset < 0 || static_cast<std::uint64_t>(offset) >= count_)
    return invalid("offset", offset, "0 to " + std::to_string(count_ - 1));
  offset_ = static_cast<std::size_t>(offset);
  clock_.rebase();
  return {};
}

Result<void> MemoryStream::sync() { return check_open(); }

Result<void> MemoryStream::close() {
  slots_.reset();
  return {};
}

}  // namespace omv::imageio
