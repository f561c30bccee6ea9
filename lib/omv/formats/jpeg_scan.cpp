// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables of codes, and the walk along a block.
#include "omv/formats/jpeg_scan.h"

#include <algorithm>

#include "omv/image/jpeg_walk.h"

namespace omv::formats::detail {

namespace {

constexpr int kMaxLength = 16;
constexpr int kMaxMagnitude = 15;
constexpr int kBlock = 64;
constexpr int kZeroRun = 15;  // without a magnitude: 16 zeros

constexpr int magnitude_of(std::uint8_t symbol) { return symbol & 15; }
constexpr int run_of(std::uint8_t symbol) { return symbol >> 4; }
constexpr bool ends_block(std::uint8_t symbol) { return magnitude_of(symbol) == 0 && run_of(symbol) != kZeroRun; }

}  // namespace

// ---- bits ----------------------------------------------------------------------------------------------------------

void ScanBits::fill_bytewise() {
  while (count_ <= 56) {
    const bool is_ff = at_ != end_ && *at_ == 0xFF;
    if (at_ == end_ || (is_ff && (at_ + 1 == end_ || at_[1] != 0))) {
      stopped_ = true;
      return;
    }
    bits_ |= std::uint64_t{*at_} << (56 - count_);
    count_ += 8;
    at_ += is_ff ? 2 : 1;
  }
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

bool DcCodes::read(ScanBits& bits, int& difference) const {
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

bool DcCodes::skip(ScanBits& bits) const {
  bits.fill();
  const HuffmanCodes::Code code = codes_.find(bits);
  bits.skip(code.length + code.symbol);
  return code.length != 0;
}

Result<void> AcCodes::define(ConstByteSpan definition) {
  OMV_CHECK(codes_.define(definition));
  for (std::uint32_t bits = 0; bits < steps_.size(); ++bits) steps_[bits] = steps_from(bits);
  return {};
}

AcCodes::Steps AcCodes::steps_from(std::uint32_t bits) const {
  constexpr std::uint32_t kMask = (1U << kLookUpBits) - 1;
  Steps steps;
  while (steps.bits < kLookUpBits && steps.coefficients < kBlock) {
    const HuffmanCodes::Code code = codes_.look_up(bits << steps.bits & kMask);
    if (code.length == 0 || code.length > kLookUpBits - steps.bits) break;
    steps.bits = static_cast<std::uint8_t>(steps.bits + code.length + magnitude_of(code.symbol));
    steps.ends = ends_block(code.symbol) ? 1 : 0;
    if (steps.ends != 0) break;
    steps.coefficients = static_cast<std::uint8_t>(steps.coefficients + run_of(code.symbol) + 1);
  }
  return steps;
}

bool AcCodes::skip_block(ScanBits& bits) const {
  int at = 1;
  while (at < kBlock) {
    bits.fill();
    const Steps steps = steps_[bits.peek(kLookUpBits)];
    if (steps.bits != 0 && at + steps.coefficients + steps.ends <= kBlock) {
      bits.skip(steps.bits);
      at += steps.coefficients;
      if (steps.ends != 0) return true;
      continue;
    }
    const HuffmanCodes::Code code = codes_.find(bits);
    if (code.length == 0) return false;
    bits.skip(code.length + magnitude_of(code.symbol));
    if (ends_block(code.symbol)) return true;
    at += run_of(code.symbol) + 1;
  }
  return at == kBlock;
}

}  // namespace omv::formats::detail
