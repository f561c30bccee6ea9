// SPDX-License-Identifier: LGPL-2.1-or-later
// Names as in the specification: x is the row, a the pixel to the left, b the one above, c the one above a.
#include "omv/formats/png_filter.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace omv::formats::detail {

namespace {

using Row = const std::uint8_t* __restrict;
using Out = std::uint8_t* __restrict;
using Sample = std::int16_t;  // of eight samples in a vector, with room for differences

std::uint8_t low(int value) { return static_cast<std::uint8_t>(value); }

void none(Row x, Row, std::size_t bytes, std::size_t, Out out) { std::memcpy(out, x, bytes); }

void sub(Row x, Row, std::size_t bytes, std::size_t pixel, Out out) {
  std::memcpy(out, x, pixel);
  const std::uint8_t* a = x;
  for (std::size_t i = pixel; i < bytes; ++i) out[i] = low(x[i] - a[i - pixel]);
}

void up(Row x, Row b, std::size_t bytes, std::size_t, Out out) {
  for (std::size_t i = 0; i < bytes; ++i) out[i] = low(x[i] - b[i]);
}

void average(Row x, Row b, std::size_t bytes, std::size_t pixel, Out out) {
  const std::uint8_t* a = x;
  for (std::size_t i = 0; i < pixel; ++i) out[i] = low(x[i] - b[i] / 2);
  for (std::size_t i = pixel; i < bytes; ++i) out[i] = low(x[i] - (a[i - pixel] + b[i]) / 2);
}

Sample magnitude(Sample value) { return static_cast<Sample>(value < 0 ? -value : value); }

// With p = a + b - c the distances are |p - a| = |b - c|, |p - b| = |a - c| and |p - c| = |(b - c) + (a - c)|.
Sample predict(Sample a, Sample b, Sample c) {
  const auto from_a = static_cast<Sample>(b - c);
  const auto from_b = static_cast<Sample>(a - c);
  const Sample pa = magnitude(from_a);
  const Sample pb = magnitude(from_b);
  const Sample pc = magnitude(static_cast<Sample>(from_a + from_b));
  const Sample b_or_c = pb <= pc ? b : c;
  return pa <= pb && pa <= pc ? a : b_or_c;
}

void paeth(Row x, Row b, std::size_t bytes, std::size_t pixel, Out out) {
  const std::uint8_t* a = x;
  const std::uint8_t* c = b;
  for (std::size_t i = 0; i < pixel; ++i) out[i] = low(x[i] - b[i]);
  for (std::size_t i = pixel; i < bytes; ++i) out[i] = low(x[i] - predict(a[i - pixel], b[i], c[i - pixel]));
}

using Filter = void (*)(Row x, Row b, std::size_t bytes, std::size_t pixel, Out out);
constexpr std::array<Filter, 5> kFilters = {none, sub, up, average, paeth};

std::uint64_t sum_of_differences(Row filtered, std::size_t bytes) {
  std::uint64_t sum = 0;
  constexpr std::size_t kBlock = 4096;  // whose sum fits 32 bits
  for (std::size_t start = 0; start < bytes; start += kBlock) {
    std::uint32_t part = 0;
    const std::size_t end = start + kBlock < bytes ? start + kBlock : bytes;
    for (std::size_t i = start; i < end; ++i)
      part += static_cast<std::uint32_t>(filtered[i] < 128 ? filtered[i] : 256 - filtered[i]);
    sum += part;
  }
  return sum;
}

void filter_best(const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes, std::size_t pixel, Bytes& trial,
                 std::uint8_t* out) {
  trial.resize(bytes);
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t type = 0; type < kFilters.size(); ++type) {
    kFilters[type](row, above, bytes, pixel, trial.data());
    const std::uint64_t sum = sum_of_differences(trial.data(), bytes);
    if (sum >= least) continue;
    least = sum;
    out[0] = static_cast<std::uint8_t>(type);
    std::memcpy(out + 1, trial.data(), bytes);
  }
}

}  // namespace

void filter_png_row(PngFilter filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes,
                    std::size_t pixel, Bytes& trial, std::uint8_t* out) {
  if (filter == PngFilter::adaptive) return filter_best(row, above, bytes, pixel, trial, out);
  out[0] = static_cast<std::uint8_t>(filter);
  kFilters[out[0]](row, above, bytes, pixel, out + 1);
}

}  // namespace omv::formats::detail
