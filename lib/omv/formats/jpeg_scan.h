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
inline constexpr int kLookUpBits = 10;

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
  void fill_bytewise();

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t bits_ = 0;  // from the top; below the first count_ there may be more of what follows
  int count_ = 0;
  bool stopped_ = false;  // at a marker or the end
};

inline void ScanBits::fill() {
  if (count_ >= 32 || stopped_) return;
  std::uint64_t next = 0;
  if (end_ - at_ < static_cast<std::ptrdiff_t>(sizeof(next))) return fill_bytewise();
  std::memcpy(&next, at_, sizeof(next));
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const bool has_ff = ((~next - kOnes) & next & (kOnes << 7)) != 0;
  if (has_ff) return fill_bytewise();
  if constexpr (std::endian::native == std::endian::little) next = __builtin_bswap64(next);
  const int bytes = (64 - count_) / 8;
  bits_ |= next >> count_;
  at_ += bytes;
  count_ += 8 * bytes;
}

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
  // Codes with their magnitudes, as far as they are within kLookUpBits, or the last one's code is.
  struct Steps {
    std::uint8_t bits = 0;
    std::uint8_t coefficients = 0;
    std::uint8_t ends = 0;  // 1: with the end of the block
  };
  Steps steps_from(std::uint32_t bits) const;

  HuffmanCodes codes_;
  std::array<Steps, 1 << kLookUpBits> steps_ = {};
};

}  // namespace omv::formats::detail
