// SPDX-License-Identifier: LGPL-2.1-or-later
// Huffman codes of a baseline scan (ITU-T T.81, annexes C and F), read to be skipped for the most part.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv::formats::detail {

/// Bits that are looked up at once. Longer codes are rare.
inline constexpr int kLookUpBits = 12;

/// The bits between two markers, without stuffed bytes. Behind their end come zeros, and ran_out() once such were
/// taken.
class ScanBits {
 public:
  explicit ScanBits(ConstByteSpan from) : at_(from.data()), end_(from.data() + from.size()) {}

  /// Makes 32 bits ready.
  void fill();
  /// The next bits, 1 to 32; up to 32 may be skipped after one fill().
  std::uint32_t peek(int count) const { return static_cast<std::uint32_t>(bits_ >> (64 - count)); }
  void skip(int count) {
    bits_ <<= count;
    count_ -= count;
  }
  bool ran_out() const { return count_ < 0; }

  /// Drops what is left of the byte and goes behind the restart marker. False when there is none.
  bool restart();

  /// Where the next byte comes from: at the marker, once fill() has met it.
  const std::uint8_t* position() const { return at_; }

 private:
  // By value, so that a copy which only lives within a function can live in registers.
  static ScanBits filled_bytewise(ScanBits bits);

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t bits_ = 0;  // from the top; below the first count_ there may be more of what follows
  int count_ = 0;
  bool stopped_ = false;  // at a marker or the end
};

inline void ScanBits::fill() {
  if (count_ >= 32 || stopped_) return;
  std::uint64_t next = 0;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const bool is_near_end = end_ - at_ < static_cast<std::ptrdiff_t>(sizeof(next));
  if (!is_near_end) std::memcpy(&next, at_, sizeof(next));
  const bool has_ff = ((~next - kOnes) & next & (kOnes << 7)) != 0;
  if (is_near_end || has_ff) {
    *this = filled_bytewise(*this);
    return;
  }
  if constexpr (std::endian::native == std::endian::little) next = __builtin_bswap64(next);
  const int bytes = (64 - count_) / 8;
  bits_ |= next >> count_;
  at_ += bytes;
  count_ += 8 * bytes;
}

// What a symbol of an AC table says: so many bits of a coefficient, behind so many zeros.
constexpr int magnitude_of(std::uint8_t symbol) { return symbol & 15; }
constexpr int run_of(std::uint8_t symbol) { return symbol >> 4; }
/// No magnitude is the end, except behind the longest run, which is 16 zeros then.
constexpr bool ends_block(std::uint8_t symbol) { return magnitude_of(symbol) == 0 && run_of(symbol) != 15; }

/// A table of codes, as DHT defines it.
class HuffmanCodes {
 public:
  struct Code {
    std::uint8_t length = 0;  ///< 0: no such code, or a longer one than looked for
    std::uint8_t symbol = 0;
  };

  /// `definition`: 16 counts, then so many symbols. Errc::invalid when these are not codes.
  Result<void> define(ConstByteSpan definition);

  /// The code at the front of `bits`, which are filled; length 0: there is none.
  Code find(const ScanBits& bits) const {
    const Code code = look_up_[bits.peek(kLookUpBits)];
    return code.length != 0 ? code : find_long(bits.peek(16));
  }
  /// The code at the front of kLookUpBits bits, if it is within them.
  Code look_up(std::uint32_t bits) const { return look_up_[bits]; }

 private:
  Code find_long(std::uint32_t bits) const;

  std::array<Code, 1 << kLookUpBits> look_up_ = {};
  std::array<std::uint32_t, 17> first_code_ = {};  // of each length
  std::array<std::uint32_t, 17> count_ = {};
  std::array<std::uint32_t, 17> first_symbol_ = {};
  std::array<std::uint8_t, 256> symbols_ = {};
};

/// Codes of DC differences (T.81, F.2.2.1). Both functions: false for what is no code.
class DcCodes {
 public:
  Result<void> define(ConstByteSpan definition);
  bool read(ScanBits& bits, int& difference) const;
  bool skip(ScanBits& bits) const;

 private:
  HuffmanCodes codes_;
};

/// Codes of AC coefficients (T.81, F.2.2.2), which only have to be passed: several at a time.
class AcCodes {
 public:
  Result<void> define(ConstByteSpan definition);
  /// Passes the 63 coefficients of a block. False for what is no code, or more coefficients than that.
  bool skip_block(ScanBits& bits) const;

 private:
  static constexpr std::uint32_t kBlock = 64;

  // Steps along a block: how many bits, whether its end is among them, how many coefficients, the end counted as one.
  // 0: the first code is too long for the table.
  static constexpr std::uint32_t kBitsMask = 0x1F;
  static constexpr std::uint32_t kEnds = 0x20;
  static constexpr int kCoefficientsAt = 8;
  std::uint32_t steps_from(std::uint32_t bits) const;

  HuffmanCodes codes_;
  std::array<std::uint32_t, 1 << kLookUpBits> steps_ = {};
};

// Here, because the whole of a scan is spent in them.

inline bool DcCodes::read(ScanBits& bits, int& difference) const {
  bits.fill();
  const HuffmanCodes::Code code = codes_.find(bits);
  if (code.length == 0) return false;
  bits.skip(code.length);
  difference = 0;
  if (code.symbol == 0) return true;
  const auto value = static_cast<int>(bits.peek(code.symbol));
  difference = value >> (code.symbol - 1) != 0 ? value : value - (1 << code.symbol) + 1;
  bits.skip(code.symbol);
  return true;
}

inline bool DcCodes::skip(ScanBits& bits) const {
  bits.fill();
  const HuffmanCodes::Code code = codes_.find(bits);
  bits.skip(code.length + code.symbol);
  return code.length != 0;
}

inline bool AcCodes::skip_block(ScanBits& bits) const {
  std::uint32_t at = 1;
  while (at < kBlock) {
    bits.fill();
    const std::uint32_t steps = steps_[bits.peek(kLookUpBits)];
    const std::uint32_t next = at + (steps >> kCoefficientsAt);
    if (next <= kBlock && steps != 0) {
      bits.skip(static_cast<int>(steps & kBitsMask));
      if ((steps & kEnds) != 0) return true;
      at = next;
      continue;
    }
    const HuffmanCodes::Code code = codes_.find(bits);
    if (code.length == 0) return false;
    bits.skip(code.length + magnitude_of(code.symbol));
    if (ends_block(code.symbol)) return true;
    at += run_of(code.symbol) + 1U;
  }
  return at == kBlock;
}

}  // namespace omv::formats::detail
