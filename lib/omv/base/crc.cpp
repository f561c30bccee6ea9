// SPDX-License-Identifier: LGPL-2.1-or-later
// Table-driven checksums, and carry-less multiplication for long inputs where the processor has it.
#include "omv/base/crc.h"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace omv {

namespace {

constexpr std::uint16_t kPoly16 = 0xF94F;
constexpr std::uint32_t kPoly32 = 0xFA567D89;

constexpr std::array<std::uint16_t, 256> make_table16() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    auto value = static_cast<std::uint16_t>(i << 8);
    for (int bit = 0; bit < 8; ++bit)
      value = static_cast<std::uint16_t>((value << 1) ^ ((value & 0x8000u) != 0 ? kPoly16 : 0));
    table[i] = value;
  }
  return table;
}

// tables[k][b]: what byte b contributes when k more bytes follow it.
constexpr std::array<std::array<std::uint32_t, 256>, 8> make_tables32() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (unsigned i = 0; i < 256; ++i) {
    std::uint32_t value = i << 24;
    for (int bit = 0; bit < 8; ++bit) value = (value << 1) ^ ((value & 0x80000000u) != 0 ? kPoly32 : 0);
    tables[0][i] = value;
  }
  for (unsigned k = 1; k < 8; ++k)
    for (unsigned i = 0; i < 256; ++i) {
      const std::uint32_t before = tables[k - 1][i];
      tables[k][i] = (before << 8) ^ tables[0][before >> 24];
    }
  return tables;
}

constexpr auto kTable16 = make_table16();
constexpr auto kTables32 = make_tables32();

std::uint32_t load_be32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

std::uint32_t update32(std::uint32_t crc, const std::uint8_t* p, std::size_t n) {
  const auto& t = kTables32;
  for (; n >= 8; n -= 8, p += 8) {
    const std::uint32_t a = crc ^ load_be32(p);
    const std::uint32_t b = load_be32(p + 4);
    crc = t[7][a >> 24] ^ t[6][(a >> 16) & 0xFF] ^ t[5][(a >> 8) & 0xFF] ^ t[4][a & 0xFF] ^ t[3][b >> 24] ^
          t[2][(b >> 16) & 0xFF] ^ t[1][(b >> 8) & 0xFF] ^ t[0][b & 0xFF];
  }
  for (; n > 0; --n, ++p) crc = (crc << 8) ^ t[0][(crc >> 24) ^ *p];
  return crc;
}

#if defined(__x86_64__)

// x^n mod P, n >= 32: the constants of folding.
constexpr std::uint64_t x_to_the(unsigned n) {
  std::uint32_t value = kPoly32;  // x^32 mod P
  for (unsigned i = 32; i < n; ++i) value = (value << 1) ^ ((value & 0x80000000u) != 0 ? kPoly32 : 0);
  return value;
}

__attribute__((target("pclmul,ssse3,sse4.1"))) __m128i fold(__m128i block, __m128i next, __m128i constants) {
  const __m128i high = _mm_clmulepi64_si128(block, constants, 0x11);
  const __m128i low = _mm_clmulepi64_si128(block, constants, 0x00);
  return _mm_xor_si128(next, _mm_xor_si128(high, low));
}

// Folds 64 bytes at a time into one 16-byte block with the same remainder; n >= 128.
__attribute__((target("pclmul,ssse3,sse4.1"))) std::uint32_t update32_clmul(std::uint32_t crc, const std::uint8_t* p,
                                                                            std::size_t n) {
  const __m128i swap = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto load = [&swap](const std::uint8_t* from) __attribute__((target("pclmul,ssse3,sse4.1"))) {
    return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), swap);
  };
  // The high half of a block stands 64 bits further from the end than the low half.
  const __m128i by_512 =
      _mm_set_epi64x(static_cast<long long>(x_to_the(512 + 64)), static_cast<long long>(x_to_the(512)));
  const __m128i by_128 =
      _mm_set_epi64x(static_cast<long long>(x_to_the(128 + 64)), static_cast<long long>(x_to_the(128)));

  __m128i a = load(p);
  __m128i b = load(p + 16);
  __m128i c = load(p + 32);
  __m128i d = load(p + 48);
  a = _mm_xor_si128(a, _mm_set_epi32(static_cast<int>(crc), 0, 0, 0));
  p += 64;
  n -= 64;
  for (; n >= 64; n -= 64, p += 64) {
    a = fold(a, load(p), by_512);
    b = fold(b, load(p + 16), by_512);
    c = fold(c, load(p + 32), by_512);
    d = fold(d, load(p + 48), by_512);
  }
  b = fold(a, b, by_128);
  c = fold(b, c, by_128);
  d = fold(c, d, by_128);
  for (; n >= 16; n -= 16, p += 16) d = fold(d, load(p), by_128);

  alignas(16) std::array<std::uint8_t, 16> rest{};
  _mm_store_si128(reinterpret_cast<__m128i*>(rest.data()), _mm_shuffle_epi8(d, swap));
  return update32(update32(0, rest.data(), rest.size()), p, n);
}

bool has_clmul() {
  static const bool there = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  return there;
}

#endif

}  // namespace

std::uint16_t crc16(ConstByteSpan bytes) {
  std::uint16_t crc = 0xFFFF;
  for (const std::uint8_t byte : bytes)
    crc = static_cast<std::uint16_t>((crc << 8) ^ kTable16[static_cast<std::uint8_t>(crc >> 8) ^ byte]);
  return crc;
}

std::uint32_t detail::crc32_portable(ConstByteSpan bytes) { return update32(0xFFFFFFFF, bytes.data(), bytes.size()); }

std::uint32_t crc32(ConstByteSpan bytes) {
#if defined(__x86_64__)
  if (bytes.size() >= 128 && has_clmul()) return update32_clmul(0xFFFFFFFF, bytes.data(), bytes.size());
#endif
  return detail::crc32_portable(bytes);
}

}  // namespace omv
