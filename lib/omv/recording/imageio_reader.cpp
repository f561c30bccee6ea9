// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames by number, their pictures in this library's byte order, and the end of the walk in words.
#include "omv/recording/imageio_reader.h"

#include <algorithm>
#include <array>

#include "omv/image/convert.h"

namespace omv::imageio {

namespace {

// RGB565 frames after which a clear lead of one byte order is taken as the answer.
constexpr std::size_t kSmoothnessFrames = 16;

Result<Version> read_magic(const ByteSource& source) {
  std::array<std::uint8_t, kMagicBytes> magic{};
  OMV_TRY(const std::uint64_t size, source.size());
  const ByteSpan there = ByteSpan(magic).first(static_cast<std::size_t>(std::min<std::uint64_t>(size, kMagicBytes)));
  OMV_CHECK(source.read_at(0, there));
  return parse_magic(there);
}

bool leads_clearly(const Smoothness& sum) {
  const auto [less, more] = std::minmax(sum.native, sum.swapped);
  return more - less > more / 4;
}

Damage missing_padding(std::size_t frames, std::uint64_t end) {
  return {Errc::truncated, frames, end, 0,
          "the padding of frame " + std::to_string(frames - 1) + " is cut off; the frame itself is whole"};
}

Damage unreadable_rest(const Error& error, std::size_t frames, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t behind = size - std::min(offset, size);
  return {error.code, frames, offset, behind, error.message + "; " + std::to_string(behind) + " bytes are left behind"};
}

}  // namespace

Result<Reader> Reader::open(const ByteSource& source, Rgb565Order order) {
  OMV_TRY(const SnapshotSource snapshot, SnapshotSource::of(source));
  OMV_TRY(const Version version, read_magic(snapshot));
  Reader reader(snapshot, version, order);
  auto first = reader.index_.extend_to(snapshot, 0);
  if (!first && first.error().code != Errc::end) return std::move(first).error();
  const auto& damage = reader.index_.damage();
  if (damage && damage->code == Errc::invalid) return *damage;
  return reader;
}

Result<std::size_t> Reader::count() {
  OMV_CHECK(index_.extend_all(source_));
  return index_.size();
}

Result<Chunk> Reader::chunk(std::size_t frame) {
  auto found = index_.chunk(source_, frame);
  if (found || found.error().code != Errc::end) return found;
  OMV_TRY(const bool has_grown, source_.refresh());
  if (!has_grown) return found;
  index_.reopen_end();
  return index_.chunk(source_, frame);
}

Result<Microseconds> Reader::time(std::size_t frame) {
  OMV_CHECK(index_.extend_to(source_, frame));
  return index_[frame].time;
}

Result<Microseconds> Reader::duration(std::size_t frame) {
  OMV_CHECK(index_.extend_to(source_, frame));
  auto next = index_.extend_to(source_, frame + 1);
  if (!next && next.error().code != Errc::end) return std::move(next).error();
  return index_.duration(frame);
}

Result<void> Reader::read(const Chunk& chunk, Frame& into) {
  OMV_CHECK(load(chunk, into));
  if (chunk.info.format != PixelFormat::rgb565) return {};
  OMV_TRY(const bool swap, swaps_rgb565());
  if (swap) swap_bytes16(into.data);
  return {};
}

Result<std::optional<Damage>> Reader::damage() {
  OMV_CHECK(index_.extend_all(source_));
  OMV_TRY(const std::uint64_t size, source_.size());
  const auto& error = index_.damage();
  if (error) return std::optional(unreadable_rest(*error, index_.size(), index_.next_offset(), size));
  if (index_.next_offset() > size) return std::optional(missing_padding(index_.size(), index_.next_offset()));
  return std::optional<Damage>();
}

Result<void> Reader::load(const Chunk& chunk, Frame& into) const {
  into.info = chunk.info;
  into.data.resize(static_cast<std::size_t>(chunk.memory_bytes()));
  const auto stored = static_cast<std::size_t>(chunk.payload_bytes);
  OMV_CHECK(source_.read_at(chunk.payload_offset(), ByteSpan(into.data).first(stored)));
  std::fill(into.data.begin() + static_cast<std::ptrdiff_t>(stored), into.data.end(), std::uint8_t{0});
  return {};
}

// Decided once: what was found replaces the wish.
Result<bool> Reader::swaps_rgb565() {
  if (version_ != Version::v1_0) return false;
  if (order_ == Rgb565Order::by_smoothness) {
    OMV_TRY(const bool swapped, swapped_is_smoother());
    order_ = swapped ? Rgb565Order::swap : Rgb565Order::native;
  }
  return order_ == Rgb565Order::swap;
}

// Section 3.1. A tie (black frames) goes to the order that the version promises.
Result<bool> Reader::swapped_is_smoother() {
  Smoothness sum;
  Frame frame;
  std::size_t pictures = 0;
  for (std::size_t n = 0; pictures < kSmoothnessFrames || !leads_clearly(sum); ++n) {
    auto next = chunk(n);
    if (!next && next.error().code == Errc::end) break;
    if (!next) return std::move(next).error();
    if (next->info.format != PixelFormat::rgb565) continue;
    OMV_CHECK(load(*next, frame));
    const Smoothness one = rgb565_smoothness(packed_view(frame.info, ConstByteSpan(frame.data)));
    sum.native += one.native;
    sum.swapped += one.swapped;
    ++pictures;
  }
  return sum.swapped <= sum.native;
}

}  // namespace omv::imageio
