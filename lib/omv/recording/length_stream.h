// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures behind their lengths: the wire format of picamera's streaming recipes.
#pragma once

#include <array>
#include <cstdint>

#include "omv/base/bytes.h"
#include "omv/base/result.h"

namespace omv {

/// Each picture follows its size as u32, little endian; a size of 0 ends the stream.
inline constexpr std::size_t kLengthBytes = 4;

/// Largest picture that is taken when nobody says otherwise.
inline constexpr std::uint32_t kDefaultMaxLength = 16U << 20;

/// Where such a stream stands. Holds no bytes: whoever has them asks what comes next, and says when it is there.
class LengthStream {
 public:
  enum class Part { length, picture, end };

  /// Pictures of more than `max_length` bytes are refused.
  explicit LengthStream(std::uint32_t max_length = kDefaultMaxLength) : max_length_(max_length) {}

  /// What the next bytes are.
  Part part() const { return part_; }
  /// How many of them there have to be: kLengthBytes, the picture's size, or 0 at the end.
  std::size_t wanted() const { return part_ == Part::length ? kLengthBytes : wanted_; }

  /// The length has come. Errc::limit beyond the largest, before anybody has taken memory for it: the stream is lost,
  /// there is nothing in it to find its place again by.
  Result<void> take_length(std::span<const std::uint8_t, kLengthBytes> bytes);
  /// The picture has come.
  void take_picture() { part_ = Part::length; }

 private:
  std::uint32_t max_length_;
  Part part_ = Part::length;
  std::size_t wanted_ = 0;
};

/// What goes in front of a picture of `size` bytes; 0: what ends a stream.
std::array<std::uint8_t, kLengthBytes> length_field(std::uint32_t size);

}  // namespace omv
