// SPDX-License-Identifier: LGPL-2.1-or-later
// Encoding packets and resynchronising on damaged ones.
#include "omv/camera/v2/packet.h"

#include <algorithm>
#include <cstring>

#include "omv/base/crc.h"

namespace omv::camera {

namespace {

constexpr std::size_t kHeaderCrcOffset = 8;
constexpr std::uint8_t kFirstSyncByte = kSyncWord & 0xFF;
constexpr std::uint8_t kSecondSyncByte = kSyncWord >> 8;

PacketHeader load_header(const std::uint8_t* at) {
  return {at[2], at[3], at[4], at[5], load_le<std::uint16_t>(at + 6)};
}

}  // namespace

std::size_t first_packet_size(ConstByteSpan bytes) {
  if (bytes.size() < kHeaderSize || load_le<std::uint16_t>(bytes.data()) != kSyncWord) return bytes.size();
  return std::min(packet_size(load_header(bytes.data()).length), bytes.size());
}

void store_header(std::uint8_t* to, const PacketHeader& header, bool with_crc) {
  store_le(to, kSyncWord);
  to[2] = header.sequence;
  to[3] = header.channel;
  to[4] = header.flags;
  to[5] = header.opcode;
  store_le(to + 6, header.length);
  store_le(to + kHeaderCrcOffset, with_crc ? crc16({to, kHeaderCrcOffset}) : std::uint16_t{0});
}

void append_packet(Bytes& to, const PacketHeader& header, ConstByteSpan payload, bool with_crc) {
  PacketHeader stamped = header;
  stamped.length = static_cast<std::uint16_t>(payload.size());
  const std::size_t at = to.size();
  to.resize(at + packet_size(payload.size()));
  store_header(to.data() + at, stamped, with_crc);
  if (payload.empty()) return;
  std::uint8_t* body = to.data() + at + kHeaderSize;
  std::memcpy(body, payload.data(), payload.size());
  // Over the copy, which the cache holds by now.
  store_le(body + payload.size(), with_crc ? crc32({body, payload.size()}) : std::uint32_t{0});
}

PacketScanner::PacketScanner(std::size_t capacity) : buffer_(std::max(capacity, 2 * kMaxPacket)) {}

ByteSpan PacketScanner::space() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ > 0 && buffer_.size() - end_ < buffer_.size() / 2) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return ByteSpan(buffer_).subspan(end_);
}

void PacketScanner::received(std::size_t count) { end_ += count; }

std::size_t PacketScanner::append(ConstByteSpan bytes) {
  const ByteSpan room = space();
  const std::size_t count = std::min(room.size(), bytes.size());
  if (count > 0) std::memcpy(room.data(), bytes.data(), count);
  received(count);
  return count;
}

bool PacketScanner::header_intact(const std::uint8_t* at, const PacketHeader& header) const {
  const bool is_sync = header.is(Opcode::sync);
  if (!verify_crc_ && !is_sync) return true;
  return crc16({at, kHeaderCrcOffset}) == load_le<std::uint16_t>(at + kHeaderCrcOffset);
}

std::optional<PacketScanner::Located> PacketScanner::find_header(std::size_t from) const {
  const ConstByteSpan bytes = pending();
  while (from < bytes.size() && bytes.size() - from >= kHeaderSize) {
    const void* first = std::memchr(bytes.data() + from, kFirstSyncByte, bytes.size() - from - (kHeaderSize - 1));
    if (first == nullptr) return std::nullopt;
    const auto* at = static_cast<const std::uint8_t*>(first);
    from = static_cast<std::size_t>(at - bytes.data());
    if (at[1] == kSecondSyncByte) {
      const PacketHeader header = load_header(at);
      if (header_intact(at, header)) return Located{from, header};
    }
    ++from;
  }
  return std::nullopt;
}

std::optional<PacketHeader> PacketScanner::header() {
  while (end_ - begin_ >= kHeaderSize) {
    const std::uint8_t* at = buffer_.data() + begin_;
    if (at[0] == kFirstSyncByte && at[1] == kSecondSyncByte) {
      const PacketHeader header = load_header(at);
      if (header_intact(at, header)) return header;
      ++bad_headers_;
    }
    const void* next = std::memchr(at + 1, kFirstSyncByte, end_ - begin_ - 1);
    begin_ = next == nullptr ? end_ : static_cast<std::size_t>(static_cast<const std::uint8_t*>(next) - buffer_.data());
  }
  return std::nullopt;
}

bool PacketScanner::payload_intact(const PacketHeader& header) const {
  if (!verify_crc_ || header.length == 0) return true;
  return crc32(payload(header)) == load_le<std::uint32_t>(pending().data() + kHeaderSize + header.length);
}

void PacketScanner::clear() { begin_ = end_ = 0; }

void PacketScanner::erase(std::size_t offset, std::size_t count) {
  std::uint8_t* at = buffer_.data() + begin_ + offset;
  std::memmove(at, at + count, end_ - begin_ - offset - count);
  end_ -= count;
}

PacketParser::Outcome PacketParser::next() {
  if (!consumed_) scanner_.skip_packet(packet_.header);
  consumed_ = true;
  while (const auto header = scanner_.header()) {
    if (header->length > limit_) {
      scanner_.skip_byte();
      continue;
    }
    if (!scanner_.complete(*header)) return Outcome::need_more;
    if (!scanner_.payload_intact(*header)) {
      scanner_.skip_byte();
      return Outcome::bad_payload;
    }
    packet_ = {*header, scanner_.payload(*header)};
    consumed_ = false;
    return Outcome::packet;
  }
  return Outcome::need_more;
}

void PacketParser::clear() {
  scanner_.clear();
  packet_ = {};
  consumed_ = true;
}

}  // namespace omv::camera
