// SPDX-License-Identifier: LGPL-2.1-or-later
// The header is judged as soon as it is complete; a bad frame is swallowed to its end.
#include "omv/camera/v2/frame_assembler.h"

#include <algorithm>
#include <cstring>

namespace omv::camera {

void FrameAssembler::begin(std::uint32_t total) {
  abandon();
  active_ = true;
  total_ = total;
  head_size_ = std::min<std::size_t>(total, head_.size());
  if (total < kFrameHeaderMin) verdict_ = Error{Errc::invalid, "frame of " + std::to_string(total) + " bytes in all"};
}

void FrameAssembler::abandon() {
  active_ = overrun_ = false;
  fed_ = 0;
  stored_ = 0;
  frame_ = {};
  header_ = {};
  verdict_ = {};
}

void FrameAssembler::feed(ConstByteSpan bytes) {
  if (bytes.size() > total_ - fed_) {
    overrun_ = true;
    bytes = bytes.first(total_ - fed_);
  }
  if (fed_ < head_size_) {
    const std::size_t count = std::min(bytes.size(), head_size_ - fed_);
    std::copy_n(bytes.begin(), count, head_.begin() + fed_);
    fed_ += static_cast<std::uint32_t>(count);
    bytes = bytes.subspan(count);
    if (fed_ < head_size_) return;
    if (verdict_) take_header();
  }
  const std::uint32_t at = fed_;
  fed_ += static_cast<std::uint32_t>(bytes.size());
  if (!verdict_ || fed_ <= header_.offset) return;
  store(at < header_.offset ? bytes.subspan(header_.offset - at) : bytes);
}

void FrameAssembler::take_header() {
  verdict_ = check();
  if (!verdict_) return;
  frame_.memory = allocate_(frame_.info, frame_.size);
  if (frame_.memory == nullptr || frame_.memory->bytes().size() < frame_.size)
    verdict_ = Error{Errc::cancelled, "no memory was given for a frame of " + std::to_string(frame_.size) + " bytes"};
  else if (header_.offset < head_size_)
    store(ConstByteSpan(head_).first(head_size_).subspan(header_.offset));
}

Result<void> FrameAssembler::check() {
  OMV_TRY(header_, decode_frame_header(ConstByteSpan(head_).first(head_size_)));
  if (header_.offset >= total_)
    return Error{Errc::invalid,
                 "frame data offset " + std::to_string(header_.offset) + " of " + std::to_string(total_) + " bytes"};
  const std::uint32_t data_size = total_ - header_.offset;
  OMV_TRY(frame_.info, check_frame_header(header_, data_size));
  frame_.size = is_compressed(frame_.info.format) ? header_.depth : data_size;
  frame_.fps = header_.fps;
  return {};
}

// Bytes beyond the frame's own are padding.
void FrameAssembler::store(ConstByteSpan bytes) {
  const std::size_t count = std::min(bytes.size(), frame_.size - stored_);
  if (count == 0) return;
  std::memcpy(frame_.memory->bytes().data() + stored_, bytes.data(), count);
  stored_ += count;
}

Result<FrameReceived> FrameAssembler::finish() {
  active_ = false;
  if (!verdict_) return verdict_.error();
  if (fed_ != total_)
    return Error{Errc::truncated,
                 "frame ends after " + std::to_string(fed_) + " of " + std::to_string(total_) + " bytes"};
  OMV_TRY(frame_.size, check_coded_frame(frame_.info, frame_.memory->bytes().first(frame_.size)));
  return std::move(frame_);
}

}  // namespace omv::camera
