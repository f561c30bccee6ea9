// SPDX-License-Identifier: LGPL-2.1-or-later
// Length, picture, length, picture, zero.
#include "omv/recording/length_stream.h"

#include <string>

namespace omv {

Result<void> LengthStream::take_length(std::span<const std::uint8_t, kLengthBytes> bytes) {
  const auto length = load_le<std::uint32_t>(bytes.data());
  if (length > max_length_)
    return Error{Errc::limit, "a picture of " + std::to_string(length) + " bytes is announced, more than the " +
                                  std::to_string(max_length_) + " allowed"};
  wanted_ = length;
  part_ = length == 0 ? Part::end : Part::picture;
  return {};
}

std::array<std::uint8_t, kLengthBytes> length_field(std::uint32_t size) {
  std::array<std::uint8_t, kLengthBytes> field = {};
  store_le(field.data(), size);
  return field;
}

}  // namespace omv
