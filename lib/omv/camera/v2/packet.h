// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets of Protocol V2: encoding, and finding them in a stream of bytes (spec: protocol-v2, sections 1 and 7).
#pragma once

#include <cstdint>
#include <optional>

#include "omv/base/bytes.h"
#include "omv/camera/v2/protocol_v2.h"

namespace omv::camera {

struct PacketHeader {
  std::uint8_t sequence = 0;
  std::uint8_t channel = 0;
  std::uint8_t flags = 0;
  std::uint8_t opcode = 0;   ///< any byte; compare with Opcode after a cast
  std::uint16_t length = 0;  ///< of the payload alone

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  bool is(Opcode op) const { return opcode == static_cast<std::uint8_t>(op); }

  bool operator==(const PacketHeader&) const = default;
};

/// Bytes of a whole packet with `length` payload bytes. The payload checksum exists only beside a payload.
constexpr std::size_t packet_size(std::size_t length) {
  return kHeaderSize + length + (length > 0 ? kPayloadCrcSize : 0);
}

/// Bytes of the packet at the front of `bytes`, as links that carry one packet at a time need it (spec: section 12,
/// UDP); all of them when they begin with anything else or with a part of a packet.
std::size_t first_packet_size(ConstByteSpan bytes);

/// Appends one packet; the header's length field is taken from the payload, which has at most kMaxPayload bytes.
/// Without checksums their fields are there and 0.
void append_packet(Bytes& to, const PacketHeader& header, ConstByteSpan payload, bool with_crc = true);

/// The header alone, checksum included, for senders that gather the rest themselves.
void store_header(std::uint8_t* to, const PacketHeader& header, bool with_crc);

/// A receive buffer with a cursor that finds packets in it without copying them. It only looks; what is wrong with a
/// packet, and how much to skip then, is decided by the side that owns it. Not synchronised.
class PacketScanner {
 public:
  /// `capacity` bytes at most are held; raised to two packets of the largest payload.
  explicit PacketScanner(std::size_t capacity);

  /// Free bytes at the end, to be filled by the transport; then received() says how many were.
  /// Spans handed out before are invalid afterwards. Empty only when capacity bytes wait to be looked at.
  ByteSpan space();
  void received(std::size_t count);

  /// Copies as much of `bytes` in as there is room for; the number of bytes taken.
  std::size_t append(ConstByteSpan bytes);

  /// Whether checksums are verified. A SYNC counts only with a valid header checksum in either state.
  void verify_crc(bool on) { verify_crc_ = on; }

  /// The header at the cursor, which first moves on, byte by byte, to the next valid one;
  /// nullopt when more bytes are needed.
  std::optional<PacketHeader> header();

  /// The packet of the header that header() found is there to its end.
  bool complete(const PacketHeader& header) const { return pending().size() >= packet_size(header.length); }
  ConstByteSpan payload(const PacketHeader& header) const { return pending().subspan(kHeaderSize, header.length); }
  /// True without a payload and when checksums are not verified.
  bool payload_intact(const PacketHeader& header) const;

  void skip_packet(const PacketHeader& header) { advance(packet_size(header.length)); }
  void skip_byte() { advance(1); }
  /// Forgets everything that was received.
  void clear();

  /// All bytes from the cursor on.
  ConstByteSpan pending() const { return ConstByteSpan(buffer_).subspan(begin_, end_ - begin_); }
  /// Cuts `count` bytes out of the pending ones.
  void erase(std::size_t offset, std::size_t count);
  /// Offset of the first valid header among the pending bytes for which `wanted(header)` holds.
  template <typename Wanted>
  std::optional<std::size_t> find(Wanted wanted) const {
    for (auto found = find_header(0); found; found = find_header(found->offset + 1))
      if (wanted(found->header)) return found->offset;
    return std::nullopt;
  }

  /// Headers that looked like one but had a wrong checksum.
  std::uint64_t bad_headers() const { return bad_headers_; }

 private:
  struct Located {
    std::size_t offset;
    PacketHeader header;
  };

  std::optional<Located> find_header(std::size_t from) const;
  bool header_intact(const std::uint8_t* at, const PacketHeader& header) const;
  void advance(std::size_t count) { begin_ += count; }

  Bytes buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool verify_crc_ = true;
  std::uint64_t bad_headers_ = 0;
};

struct Packet {
  PacketHeader header;
  ConstByteSpan payload;  ///< points into the receive buffer; valid until the parser is used again
};

/// The host's rules on top of a scanner: a header with a length beyond the limit is no header, a payload with a wrong
/// checksum is reported and then searched for packets, a valid payload never is.
class PacketParser {
 public:
  enum class Outcome { need_more, packet, bad_payload };

  explicit PacketParser(std::size_t capacity = 512 * 1024) : scanner_(capacity) {}

  PacketScanner& buffer() { return scanner_; }
  const PacketScanner& buffer() const { return scanner_; }
  void set_limit(std::size_t max_payload) { limit_ = max_payload; }
  std::size_t limit() const { return limit_; }

  /// Moves to the next packet, which is in packet() until the next call.
  Outcome next();
  const Packet& packet() const { return packet_; }
  /// Forgets everything that was received, the last packet included.
  void clear();

 private:
  PacketScanner scanner_;
  std::size_t limit_ = kMaxPayload;
  Packet packet_;
  bool consumed_ = true;
};

}  // namespace omv::camera
