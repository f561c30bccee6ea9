// SPDX-License-Identifier: LGPL-2.1-or-later
// Fixed point that fits 16 bit and hits the rounded value for every sample.
#include "omv/image/full_range.h"

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace omv {

namespace {

// A sample x becomes ((x * factor >> 8) - offset) >> kShift, cut to 8 bit.
struct Stretch {
  std::int16_t factor, offset;
};
constexpr int kShift = 6;
constexpr Stretch kLuma = {19077, 1160};    // (y - 16) * 255 / 219
constexpr Stretch kChroma = {18650, 1101};  // (c - 128) * 255 / 224 + 128

std::uint8_t stretched(Stretch by, std::uint8_t x) {
  return static_cast<std::uint8_t>(std::clamp(((x * by.factor >> 8) - by.offset) >> kShift, 0, 255));
}

#ifdef __SSE2__
// Of samples in the high bytes of 16 bit.
__m128i stretched(__m128i factor, __m128i offset, __m128i x) {
  return _mm_srai_epi16(_mm_sub_epi16(_mm_mulhi_epu16(x, factor), offset), kShift);
}

// As many samples as fill registers; how many those are. What GCC makes of the plain loop takes three times as long.
std::size_t stretch_registers(Stretch by, const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i factor = _mm_set1_epi16(by.factor);
  const __m128i offset = _mm_set1_epi16(by.offset);
  std::size_t i = 0;
  for (; i + sizeof zero <= count; i += sizeof zero) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + i));
    const __m128i low = stretched(factor, offset, _mm_unpacklo_epi8(zero, x));
    const __m128i high = stretched(factor, offset, _mm_unpackhi_epi8(zero, x));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_packus_epi16(low, high));
  }
  return i;
}
#else
std::size_t stretch_registers(Stretch, const std::uint8_t*, std::size_t, std::uint8_t*) { return 0; }
#endif

void stretch(Stretch by, const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
  for (std::size_t i = stretch_registers(by, in, count, out); i < count; ++i) out[i] = stretched(by, in[i]);
}

}  // namespace

void expand_luma(const std::uint8_t* in, std::size_t count, std::uint8_t* out) { stretch(kLuma, in, count, out); }

void expand_chroma(const std::uint8_t* in, std::size_t count, std::uint8_t* out) { stretch(kChroma, in, count, out); }

void expand_ycbcr(const std::uint8_t* in, std::size_t count, std::uint8_t* out) {
  for (; count > 0; --count, in += 3, out += 3) {
    out[0] = stretched(kLuma, in[0]);
    out[1] = stretched(kChroma, in[1]);
    out[2] = stretched(kChroma, in[2]);
  }
}

}  // namespace omv
