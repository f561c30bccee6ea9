// SPDX-License-Identifier: LGPL-2.1-or-later
// Two rows and two columns weighted in 1/256 pixel.
#include "omv/image/scale.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "omv/image/convert.h"

namespace omv {

namespace {

// Where one output pixel comes from: between two neighbours, `weight`/256 of the second.
struct Tap {
  std::uint32_t first;
  std::uint32_t second;
  unsigned weight;
};

std::vector<Tap> taps(std::uint32_t from, std::uint32_t to) {
  std::vector<Tap> result(to);
  for (std::uint32_t i = 0; i < to; ++i) {
    // Pixel centres: ((i + 1/2) * from / to - 1/2), in 1/256.
    const std::int64_t position = (std::int64_t{2} * i + 1) * from * 128 / to - 128;
    const auto clamped = std::clamp<std::int64_t>(position, 0, (std::int64_t{from} - 1) * 256);
    const auto first = static_cast<std::uint32_t>(clamped / 256);
    result[i] = {first, std::min(first + 1, from - 1), static_cast<unsigned>(clamped % 256)};
  }
  return result;
}

unsigned between(unsigned a, unsigned b, unsigned weight) { return (a * (256 - weight) + b * weight + 128) >> 8; }

unsigned bilinear(unsigned a, unsigned b, unsigned c, unsigned d, unsigned across, unsigned down) {
  return between(between(a, b, across), between(c, d, across), down);
}

struct Grey {
  static unsigned value(const std::uint8_t* row, std::uint32_t x) { return row[x]; }
  static void put(std::uint8_t* row, std::uint32_t x, unsigned value) { row[x] = static_cast<std::uint8_t>(value); }
};

struct Bit {
  static unsigned value(const std::uint8_t* row, std::uint32_t x) { return (row[x >> 3] >> (x & 7) & 1) * 255u; }
  static void put(std::uint8_t* row, std::uint32_t x, unsigned value) {
    row[x >> 3] = static_cast<std::uint8_t>(row[x >> 3] | (value > 127 ? 1u << (x & 7) : 0u));
  }
};

template <typename Format>
void scale_row(const std::uint8_t* above, const std::uint8_t* below, const std::vector<Tap>& columns, unsigned down,
               std::uint8_t* out) {
  for (std::uint32_t x = 0; x < columns.size(); ++x) {
    const Tap& tap = columns[x];
    Format::put(out, x,
                bilinear(Format::value(above, tap.first), Format::value(above, tap.second),
                         Format::value(below, tap.first), Format::value(below, tap.second), tap.weight, down));
  }
}

Rgb888 color(const std::uint8_t* row, std::uint32_t x) {
  return expand_565(load_le<std::uint16_t>(row + 2 * std::size_t{x}));
}

void scale_row_565(const std::uint8_t* above, const std::uint8_t* below, const std::vector<Tap>& columns, unsigned down,
                   std::uint8_t* out) {
  for (const Tap& tap : columns) {
    const Rgb888 a = color(above, tap.first);
    const Rgb888 b = color(above, tap.second);
    const Rgb888 c = color(below, tap.first);
    const Rgb888 d = color(below, tap.second);
    const auto part = [&](std::uint8_t Rgb888::*channel) {
      return static_cast<std::uint8_t>(bilinear(a.*channel, b.*channel, c.*channel, d.*channel, tap.weight, down));
    };
    store_le(out, reduce_to_565({part(&Rgb888::r), part(&Rgb888::g), part(&Rgb888::b)}));
    out += 2;
  }
}

}  // namespace

void scale_bilinear(const ImageView& from, const MutableImageView& to) {
  const std::vector<Tap> columns = taps(from.info.width, to.info.width);
  const std::vector<Tap> rows = taps(from.info.height, to.info.height);
  for (std::uint32_t y = 0; y < to.info.height; ++y) {
    const std::uint8_t* above = from.row(rows[y].first);
    const std::uint8_t* below = from.row(rows[y].second);
    if (to.info.format == PixelFormat::rgb565) {
      scale_row_565(above, below, columns, rows[y].weight, to.row(y));
    } else if (to.info.format == PixelFormat::binary) {
      std::memset(to.row(y), 0, static_cast<std::size_t>(row_bytes(PixelFormat::binary, to.info.width)));
      scale_row<Bit>(above, below, columns, rows[y].weight, to.row(y));
    } else {
      scale_row<Grey>(above, below, columns, rows[y].weight, to.row(y));
    }
  }
}

FrameInfo scaled_to_fit(const FrameInfo& info, std::uint32_t max_width, std::uint32_t max_height) {
  if (info.width <= max_width && info.height <= max_height) return info;
  const float ratio = std::min(static_cast<float>(max_width) / static_cast<float>(info.width),
                               static_cast<float>(max_height) / static_cast<float>(info.height));
  const auto side = [ratio](std::uint32_t length) {
    return static_cast<std::uint32_t>(std::floor(static_cast<float>(length) * ratio));
  };
  return {info.format, side(info.width), side(info.height)};
}

}  // namespace omv
