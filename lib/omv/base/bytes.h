// SPDX-License-Identifier: LGPL-2.1-or-later
// Spans of bytes and little-endian fields: every wire and file format here is little endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace omv {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;
using ConstByteSpan = std::span<const std::uint8_t>;

/// Reads a little-endian integer. The caller has checked that sizeof(T) bytes are there.
template <typename T>
T load_le(const std::uint8_t* from) {
  static_assert(std::is_integral_v<T>);
  std::make_unsigned_t<T> value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<std::make_unsigned_t<T>>(
        value | static_cast<std::make_unsigned_t<T>>(static_cast<std::make_unsigned_t<T>>(from[i]) << (8 * i)));
  return static_cast<T>(value);
}

template <typename T>
void store_le(std::uint8_t* to, T value) {
  static_assert(std::is_integral_v<T>);
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<std::uint8_t>(bits >> (8 * i));
}

template <typename T>
void append_le(Bytes& to, T value) {
  const std::size_t at = to.size();
  to.resize(at + sizeof(T));
  store_le<T>(to.data() + at, value);
}

inline void append(Bytes& to, ConstByteSpan from) { to.insert(to.end(), from.begin(), from.end()); }

inline ConstByteSpan as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ConstByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Bytes that bring `size` up to the next multiple of `unit` (a power of two); 0 when aligned.
constexpr std::uint64_t padding_to(std::uint64_t size, std::uint64_t unit) { return (unit - size % unit) % unit; }

}  // namespace omv
