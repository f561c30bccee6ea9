// SPDX-License-Identifier: LGPL-2.1-or-later
// Well-formed sequences are those of the Unicode standard, table 3-7.
#include "omv/camera/text_decoder.h"

#include <string_view>

namespace omv::camera {

namespace {

struct Sequence {
  std::size_t size;          // of the whole sequence; 0: the byte begins none
  unsigned char low = 0x80;  // bounds of the second byte
  unsigned char high = 0xBF;
};

Sequence sequence_of(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {0};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// How many bytes of `text` go on with the sequence; less than its size when they stop fitting or end.
std::size_t fitting(std::string_view text, const Sequence& sequence) {
  std::size_t count = 1;
  for (; count < sequence.size && count < text.size(); ++count) {
    const auto byte = static_cast<unsigned char>(text[count]);
    const bool second = count == 1;
    if (byte < (second ? sequence.low : 0x80) || byte > (second ? sequence.high : 0xBF)) break;
  }
  return count;
}

}  // namespace

void TextDecoder::decode(ConstByteSpan bytes, std::string& to) {
  rest_.append(as_text(bytes));
  std::string_view text = rest_;
  while (!text.empty()) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text.front()));
    const std::size_t there = sequence.size == 0 ? 1 : fitting(text, sequence);
    if (sequence.size != 0 && there < sequence.size && there == text.size()) break;
    if (there == sequence.size)
      to.append(text.substr(0, there));
    else
      to.append("\xEF\xBF\xBD");
    text.remove_prefix(there);
  }
  rest_.erase(0, rest_.size() - text.size());
}

}  // namespace omv::camera
