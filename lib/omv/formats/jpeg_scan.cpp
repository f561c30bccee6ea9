// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of codes, and the walk along a block.
#include "omv/formats/jpeg_scan.h"

#include <algorithm>

#include "omv/image/jpeg_walk.h"

namespace omv::formats::detail {

namespace {

constexpr int kMaxLength = 16;
constexpr int kMaxMagnitude = 15;

}  // namespace

// ---- bits ----------------------------------------------------------------------------------------------------------

ScanBits ScanBits::filled_bytewise(ScanBits bits) {
  while (bits.count_ <= 56) {
    const bool is_ff = bits.at_ != bits.end_ && *bits.at_ == 0xFF;
    if (bits.at_ == bits.end_ || (is_ff && (bits.at_ + 1 == bits.end_ || bits.at_[1] != 0))) {
      bits.stopped_ = true;
      break;
    }
    bits.bits_ |= std::uint64_t{*bits.at_} << (56 - bits.count_);
    bits.count_ += 8;
    bits.at_ += is_ff ? 2 : 1;
  }
  return bits;
}

bool ScanBits::restart() {
  fill();
  if (!stopped_ || count_ >= 8) return false;
  while (end_ - at_ >= 2 && at_[0] == 0xFF && at_[1] == 0xFF) ++at_;
  if (end_ - at_ < 2 || !is_jpeg_restart(at_[1])) return false;
  at_ += 2;
  bits_ = 0;
  count_ = 0;
  stopped_ = false;
  return true;
}

// ---- codes ---------------------------------------------------------------------------------------------------------

Result<void> HuffmanCodes::define(ConstByteSpan definition) {
  look_up_ = {};
  std::uint32_t code = 0;
  std::uint32_t symbol = 0;
  for (std::size_t length = 1; length <= kMaxLength; ++length, code <<= 1) {
    const std::uint32_t count = definition[length - 1];
    if (symbol + count > definition.size() - kMaxLength || symbol + count > symbols_.size())
      return Error{Errc::invalid, "JPEG Huffman table with more codes than symbols"};
    if (code + count > 1U << length) return Error{Errc::invalid, "JPEG Huffman table with codes that do not fit"};
    first_code_[length] = code;
    first_symbol_[length] = symbol;
    count_[length] = count;
    for (std::uint32_t i = 0; i < count; ++i, ++code, ++symbol) {
      symbols_[symbol] = definition[kMaxLength + symbol];
      if (length > kLookUpBits) continue;
      const std::size_t spare = kLookUpBits - length;
      std::fill_n(look_up_.begin() + (std::ptrdiff_t{code} << spare), std::size_t{1} << spare,
                  Code{static_cast<std::uint8_t>(length), symbols_[symbol]});
    }
  }
  return {};
}

HuffmanCodes::Code HuffmanCodes::find_long(std::uint32_t bits) const {
  for (std::size_t length = kLookUpBits + 1; length <= kMaxLength; ++length) {
    const std::uint32_t at = (bits >> (kMaxLength - length)) - first_code_[length];
    if (at < count_[length]) return {static_cast<std::uint8_t>(length), symbols_[first_symbol_[length] + at]};
  }
  return {};
}

Result<void> DcCodes::define(ConstByteSpan definition) {
  const ConstByteSpan symbols = definition.subspan(kMaxLength);
  if (std::any_of(symbols.begin(), symbols.end(), [](std::uint8_t symbol) { return symbol > kMaxMagnitude; }))
    return Error{Errc::invalid, "JPEG Huffman table with a DC difference of more than 15 bits"};
  return codes_.define(definition);
}

Result<void> AcCodes::define(ConstByteSpan definition) {
  OMV_CHECK(codes_.define(definition));
  for (std::uint32_t bits = 0; bits < steps_.size(); ++bits) steps_[bits] = steps_from(bits);
  return {};
}

// Codes with their magnitudes, as far as they are within kLookUpBits, or the last one's code is.
std::uint32_t AcCodes::steps_from(std::uint32_t bits) const {
  constexpr std::uint32_t kMask = (1U << kLookUpBits) - 1;
  int taken = 0;
  std::uint32_t coefficients = 0;
  bool ends = false;
  while (!ends && taken < kLookUpBits && coefficients < kBlock) {
    const HuffmanCodes::Code code = codes_.look_up(bits << taken & kMask);
    if (code.length == 0 || code.length > kLookUpBits - taken) break;
    taken += code.length + magnitude_of(code.symbol);
    coefficients += run_of(code.symbol) + 1U;
    ends = ends_block(code.symbol);
  }
  return static_cast<std::uint32_t>(taken) | (ends ? kEnds : 0) | coefficients << kCoefficientsAt;
}

}  // namespace omv::formats::detail
