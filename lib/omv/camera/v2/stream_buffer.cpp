// SPDX-License-Identifier: LGPL-2.1-or-later
// The buffer keeps its memory from frame to frame.
#include "omv/camera/v2/stream_buffer.h"

#include <algorithm>

namespace omv::camera {

StreamBuffer::StreamBuffer(std::size_t size, const StreamRequest& raw_default)
    : capacity_(size), raw_default_(raw_default) {
  reinitialise();
}

void StreamBuffer::reinitialise() {
  drop();
  raw_ = raw_default_.raw;
  max_width_ = raw_default_.max_width;
  max_height_ = raw_default_.max_height;
  update_request();
}

void StreamBuffer::update_request() {
  const bool raw = raw_ && max_width_ != 0 && max_height_ != 0;
  request_ = raw ? StreamRequest{true, max_width_, max_height_} : StreamRequest{};
}

void StreamBuffer::set_raw_limit(std::uint32_t width, std::uint32_t height) {
  max_width_ = width;
  max_height_ = height;
  update_request();
}

void StreamBuffer::enable(bool on) {
  enabled_ = on;
  stalled_ = false;
  drop();
}

bool StreamBuffer::store(const CapturedFrame& frame) {
  if (frame.data.empty() || frame.data.size() > capacity_ - std::min(capacity_, kFrameHeaderSize)) return false;
  const bool compressed = is_compressed(frame.info.format);
  FrameHeader header{frame.info.width, frame.info.height, static_cast<std::uint32_t>(frame.info.format)};
  const auto bytes = frame.claimed_bytes.value_or(static_cast<std::uint32_t>(frame.data.size()));
  header.depth = compressed ? bytes : info_of(frame.info.format).bytes_per_pixel;
  header.fps = frame.fps;
  const auto head = encode(header);
  blob_.reserve(head.size() + frame.data.size());
  blob_.assign(head.begin(), head.end());
  blob_.insert(blob_.end(), frame.data.begin(), frame.data.end());

  shape_.clear();
  if (!compressed) {
    append_le(shape_, header.width);
    append_le(shape_, header.height);
  }
  append_le(shape_, header.depth);
  return true;
}

bool StreamBuffer::lock() {
  if (!occupied() || locked_) return false;
  locked_ = true;
  return true;
}

void StreamBuffer::unlock() {
  if (locked_) drop();
}

void StreamBuffer::drop() {
  locked_ = false;
  blob_.clear();
}

ConstByteSpan StreamBuffer::read(std::uint32_t offset, std::uint32_t length) const {
  if (std::uint64_t{offset} + length > blob_.size()) return {};
  return ConstByteSpan(blob_).subspan(offset, length);
}

}  // namespace omv::camera
