// SPDX-License-Identifier: LGPL-2.1-or-later
// Chunks one behind the other; a sync appends an index and then patches the headers.
#include "omv/recording/avi/muxer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "omv/recording/avi/layout.h"

namespace omv::avi {

namespace {

constexpr std::uint32_t kMostSide = 65535;
constexpr std::size_t kEmptyAtOnce = 512;
constexpr std::array<std::uint8_t, 1> kPadding{};

std::array<std::uint8_t, kChunkHeader> chunk_header(std::uint32_t bytes) {
  std::array<std::uint8_t, kChunkHeader> header;
  store_le(header.data(), kFrame);
  store_le(header.data() + 4, bytes);
  return header;
}

const Bytes& empty_chunks() {
  static const Bytes chunks = [] {
    Bytes all;
    for (std::size_t i = 0; i < kEmptyAtOnce; ++i) append(all, chunk_header(0));
    return all;
  }();
  return chunks;
}

Result<void> check(const MuxerSettings& settings) {
  const auto side = [](const char* name, std::uint32_t value) -> Result<void> {
    if (value >= 1 && value <= kMostSide) return {};
    return Error{Errc::invalid, std::string(name) + " is " + std::to_string(value) + ", an AVI has 1 to 65535"};
  };
  OMV_CHECK(side("width", settings.width));
  OMV_CHECK(side("height", settings.height));
  if (settings.rate.is_valid()) return {};
  return Error{Errc::invalid, "rate is " + std::to_string(settings.rate.numerator) + "/" +
                                  std::to_string(settings.rate.denominator) + ", not a rate that an AVI can have"};
}

}  // namespace

Muxer::Muxer(MuxerSettings settings, Output& output) : settings_(std::move(settings)), output_(&output) {
  header_.width = settings_.width;
  header_.height = settings_.height;
  header_.rate = settings_.rate;
  times_.captured = settings_.tags.captured;
}

Result<Muxer> Muxer::begin(MuxerSettings settings, Output& output) {
  OMV_CHECK(check(settings));
  Muxer muxer(std::move(settings), output);
  if (muxer.settings_.can_patch) {
    muxer.header_.riff_bytes = kFileHeader - kChunkHeader;
    muxer.header_.movi_bytes = 4;
  }
  muxer.append(make_file_header(muxer.header_, muxer.settings_.tags));
  muxer.ledger_.begin_segment(0);
  return muxer;
}

void Muxer::append(ConstByteSpan bytes) {
  output_->append(bytes);
  position_ += bytes.size();
}

// A RIFF ends where its own limit is, indexes included. The streaming form is one RIFF for ever.
Result<void> Muxer::make_room(std::uint64_t bytes) {
  if (!settings_.can_patch) return {};
  const std::uint64_t indexes = (ledger_.slots() + 1) * (kIndexEntry + kOldEntry + 8) + 256;
  const bool fits = position_ - segment_ + bytes + indexes <= kMostBytes && ledger_.slots() < kMostSlots;
  if (fits || ledger_.slots() == 0) return {};
  if (!ledger_.has_room())
    return Error{Errc::limit, "the file has " + std::to_string(position_) + " bytes, and its index no room for more"};
  append_times(std::nullopt);  // the last frame's end is up to what follows
  seal_segment();
  write_headers();
  begin_segment();
  return {};
}

void Muxer::count_slot(std::uint32_t bytes) {
  ++header_.slots;
  if (segment_ == 0) ++header_.first_slots;
  if (!settings_.can_patch) return;
  ledger_.add({static_cast<std::uint32_t>(position_ - segment_), bytes});
}

Result<void> Muxer::add_frame(std::uint64_t bytes, Nanoseconds time) {
  if (bytes == 0 || bytes > kMostPayload)
    return Error{Errc::limit, "frame " + std::to_string(frames_) + " has " + std::to_string(bytes) +
                                  " bytes, a chunk 1 to " + std::to_string(kMostPayload)};
  OMV_CHECK(make_room(bytes + kChunkHeader + 1));
  const auto size = static_cast<std::uint32_t>(bytes);
  append(chunk_header(size));
  count_slot(size);
  output_->append_payload();
  position_ += bytes;
  if (bytes % 2 != 0) append(kPadding);
  header_.largest_chunk = std::max(header_.largest_chunk, size);
  header_.payload_bytes += bytes;
  if (settings_.keep_times) times_.times.push_back(time);
  ++frames_;
  return {};
}

Result<void> Muxer::add_empty(std::uint64_t slots) {
  while (slots > 0) {
    OMV_CHECK(make_room(kEmptyAtOnce * kChunkHeader));
    const std::uint64_t room = settings_.can_patch ? kMostSlots - ledger_.slots() : kEmptyAtOnce;
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>({slots, kEmptyAtOnce, room}));
    const std::uint64_t end = position_ + now * kChunkHeader;
    output_->append(ConstByteSpan(empty_chunks()).first(now * kChunkHeader));
    for (std::size_t i = 0; i < now; ++i) {
      position_ += kChunkHeader;
      count_slot(0);
    }
    position_ = end;
    slots -= now;
  }
  return {};
}

void Muxer::append_times(std::optional<Nanoseconds> end) {
  if (!settings_.keep_times || (times_.times.empty() && end == times_.end)) return;
  times_.end = end;
  append(make_times_chunk(times_));
  times_.first_frame = frames_;
  times_.times.clear();
}

void Muxer::append_index(const Bytes& chunk) {
  if (!chunk.empty()) append(chunk);
}

void Muxer::sync(std::optional<Nanoseconds> end) {
  if (!settings_.can_patch) return append_times(end);
  if (!ledger_.has_news()) return;
  append_times(end);
  append_index(ledger_.sync(position_));
  write_headers();
  ++syncs_;
}

// Its last index, and behind the frames of the first RIFF the old index.
void Muxer::seal_segment() {
  append_index(ledger_.seal(position_));
  if (segment_ != 0 || ledger_.slots() == 0) return;
  movi_end_ = position_;
  append(ledger_.old_index(kFileHeader - 4));
  header_.has_old_index = true;
}

void Muxer::begin_segment() {
  segment_ = position_;
  ledger_.begin_segment(position_);
  append(make_segment_header(4));
}

// The running RIFF before the first one, which is what says that there are more frames.
void Muxer::write_headers() {
  output_->barrier();
  if (segment_ == 0) {
    header_.riff_bytes = static_cast<std::uint32_t>(position_ - kChunkHeader);
    header_.movi_bytes = static_cast<std::uint32_t>((movi_end_ != 0 ? movi_end_ : position_) - kFileHeader + 4);
  } else {
    output_->patch(segment_,
                   make_segment_header(static_cast<std::uint32_t>(position_ - segment_ - kSegmentHeader + 4)));
  }
  header_.indexes = ledger_.references();
  output_->patch(0, make_file_header(header_, settings_.tags));
  output_->barrier();
}

void Muxer::finish(std::optional<Nanoseconds> end) {
  append_times(end);
  if (!settings_.can_patch) return;
  seal_segment();
  write_headers();
  ++syncs_;
}

}  // namespace omv::avi
