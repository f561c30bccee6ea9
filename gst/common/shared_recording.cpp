// SPDX-License-Identifier: LGPL-2.1-or-later
// Locked access to an index.
#include "common/shared_recording.h"

#include <array>

#include "common/playback.h"

namespace omv::gst {

using imageio::Index;
using imageio::Microseconds;

Result<void> SharedRecording::open(const ByteSource& source) {
  const std::lock_guard hold(lock_);
  if (version_) return {};
  std::array<std::uint8_t, imageio::kMagicBytes> magic{};
  OMV_CHECK(source.read_at(0, magic));
  OMV_TRY(const imageio::Version version, imageio::parse_magic(magic));
  version_ = version;
  index_.emplace(version);
  return {};
}

void SharedRecording::close() {
  const std::lock_guard hold(lock_);
  version_.reset();
  index_.reset();
  swap_rgb565_.reset();
}

Result<bool> SharedRecording::swaps(const ByteSource& source, const imageio::Chunk& chunk, imageio::Rgb565Order order,
                                    bool read_ahead) {
  if (chunk.info.format != PixelFormat::rgb565) return false;
  if (!swap_rgb565_) {
    OMV_TRY(swap_rgb565_, imageio::swaps_rgb565(source, *version_, order, read_ahead ? nullptr : &chunk));
  }
  return *swap_rgb565_;
}

Result<SharedRecording::Located> SharedRecording::locate(const ByteSource& source, std::uint64_t frame,
                                                         imageio::Rgb565Order order) {
  const std::lock_guard hold(lock_);
  OMV_CHECK(index_->extend_to(source, frame));
  OMV_TRY(const imageio::Chunk chunk, index_->chunk(source, frame));
  OMV_TRY(const bool swap, swaps(source, chunk, order, true));
  return Located{chunk, (*index_)[frame].time, swap};
}

Result<SharedRecording::Located> SharedRecording::locate_next(const ByteSource& source, imageio::Rgb565Order order) {
  const std::lock_guard hold(lock_);
  OMV_TRY(const imageio::Chunk chunk,
          imageio::read_chunk(source, *version_, index_->next_offset(), index_->binary_length_before(index_->size())));
  OMV_TRY(const bool swap, swaps(source, chunk, order, false));
  const Microseconds before =
      index_->size() > 0 ? (*index_)[index_->size() - 1].time + chunk.interval : Microseconds(0);
  return Located{chunk, before, swap};
}

Result<Microseconds> SharedRecording::duration(const ByteSource& source, std::uint64_t frame) {
  const std::lock_guard hold(lock_);
  auto extended = index_->extend_to(source, frame + 1);
  if (!extended && extended.error().code != Errc::end) return std::move(extended).error();
  return index_->duration(frame);
}

Result<GstClockTime> SharedRecording::time_of_frame(const ByteSource& source, std::uint64_t frame) {
  OMV_CHECK(open(source));
  const std::lock_guard hold(lock_);
  auto known = index_->extend_to(source, frame);
  if (!known && known.error().code != Errc::end) return std::move(known).error();
  return to_gst(known ? (*index_)[frame].time : index_->end_time());
}

Result<std::uint64_t> SharedRecording::frame_at_time(const ByteSource& source, GstClockTime time) {
  OMV_CHECK(open(source));
  const std::lock_guard hold(lock_);
  OMV_CHECK(index_->extend_to_time(source, from_gst(time)));
  if (index_->size() == 0) return Error{Errc::end, "the recording is empty"};
  return static_cast<std::uint64_t>(index_->frame_at(from_gst(time)));
}

Result<SharedRecording::Extent> SharedRecording::extent(const ByteSource& source) {
  OMV_CHECK(open(source));
  const std::lock_guard hold(lock_);
  OMV_CHECK(index_->extend_all(source));
  return Extent{to_gst(index_->end_time()), index_->size()};
}

}  // namespace omv::gst
