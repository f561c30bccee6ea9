// SPDX-License-Identifier: LGPL-2.1-or-later
// Which index each pixel gets.
#include "omv/recording/gif/frame_coder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "omv/recording/gif/dither.h"

namespace omv::gif {

namespace {

constexpr double kDitherAmplitude = 24;

// Beyond all distances: of what is not there.
constexpr int kNever = 1 << 24;

Rgb888 color_at(const std::uint8_t* pixel) { return {pixel[0], pixel[1], pixel[2]}; }

bool is_equal(Rgb888 a, Rgb888 b) { return a.r == b.r && a.g == b.g && a.b == b.b; }

}  // namespace

// One picture on its way through.
struct FrameCoder::Pass {
  Pass(const Picture& of, ColorMapper& by, bool whole, bool exact)
      : picture(of), mapper(by), is_whole(whole), is_exact(exact), guide(by.index_bits(), by.transparent()) {
    std::copy(by.table().begin(), by.table().end(), colors.begin());
  }

  const Picture& picture;
  ColorMapper& mapper;
  bool is_whole;  // nothing that is shown may stay
  bool is_exact;  // every pixel gets the mapper's colour, none a similar one
  LzwGuide guide;
  std::array<Rgb888, 256> colors = {};  // of every index, the transparent one and those behind it too

  bool is_hole(std::size_t i) const { return picture.opaque != nullptr && picture.opaque[i] == 0; }
};

FrameCoder::FrameCoder(std::uint32_t width, std::uint32_t height, Dither dither)
    : width_(width),
      dither_(dither),
      shown_(4 * std::size_t{width} * height),
      reference_(shown_.size()),
      changes_(width, height),
      losses_(width, height) {}

bool FrameCoder::code(const Picture& picture, ColorMapper& mapper, double tolerance, double table_error,
                      IndexedFrame& into) {
  Pass pass(picture, mapper, is_first_ || picture.opaque != nullptr, tolerance <= 0);
  painted_ = 0;
  error_ = 0;
  least_error_ = 0;
  if (pass.is_whole) {
    changes_.mark_all();
  } else {
    changes_.compare(picture.rgbx, reference_.data(), tolerance);
  }
  into.area = changes_.bounds();
  into.indices.resize(std::size_t{into.area.width} * into.area.height);
  is_first_ = false;
  if (dither_ == Dither::none) {
    if (!pass.is_exact) losses_.plan(picture.rgbx, table_error);
    choose_nearest(pass, into);
    if (!pass.is_exact) losses_.settle(static_cast<double>(least_error_), static_cast<double>(error_));
  } else {
    choose_dithered(pass, into);
  }
  return pass.is_whole || painted_ > 0;
}

bool FrameCoder::is_kept(const Pass& pass, std::size_t i) const { return pass.is_hole(i) || !changes_.is_marked(i); }

void FrameCoder::choose_nearest(Pass& pass, IndexedFrame& into) {
  std::uint8_t* out = into.indices.data();
  const auto& [left, top, width, height] = into.area;
  for (std::size_t y = top; y < std::size_t{top} + height; ++y) {
    for (std::size_t x = left; x < std::size_t{left} + width; ++x) {
      const std::size_t i = y * width_ + x;
      if (is_kept(pass, i)) {
        *out++ = pass.mapper.transparent();
        pass.guide.add_transparent();
      } else {
        *out++ = choose(pass, i, losses_.allowance(x, y));
      }
    }
  }
}

// The colour, or one so near that the coder's string may go on, or what is shown.
std::uint8_t FrameCoder::choose(Pass& pass, std::size_t i, int allowance) {
  const ColorTable& table = pass.mapper.table();
  const std::uint8_t transparent = pass.mapper.transparent();
  const Rgb888 wanted = color_at(pass.picture.rgbx + 4 * i);
  const Rgb888 shown = color_at(shown_.data() + 4 * i);
  std::uint8_t index = pass.mapper.index(wanted);
  const int to_nearest = weighted_distance(wanted, table[index]);
  const int to_shown = pass.is_whole ? kNever : weighted_distance(wanted, shown);
  if (!pass.is_whole && (pass.is_exact ? is_equal(shown, table[index]) : to_shown <= to_nearest)) {
    pass.guide.add_transparent();
    return transparent;
  }
  const int limit = pass.is_exact ? -1 : to_nearest + allowance;
  const auto exact = [&](std::uint8_t candidate) { return candidate == index ? 0 : 1; };
  const auto similar = [&](std::uint8_t candidate) {
    const int distance = weighted_distance(wanted, pass.colors[candidate]);
    return candidate == transparent ? to_shown : distance;
  };
  const std::uint16_t child =
      pass.is_exact ? pass.guide.best_child(0, 0, exact) : pass.guide.best_child(to_nearest, limit, similar);
  if (child != 0) {
    pass.guide.follow(child);
    index = pass.guide.index_of(child);
  } else {
    if (to_shown <= limit) index = transparent;
    pass.guide.start(index);
  }
  if (index == transparent) return index;
  least_error_ += to_nearest;
  paint(i, wanted, table[index]);
  return index;
}

void FrameCoder::choose_dithered(Pass& pass, IndexedFrame& into) {
  const ColorTable& table = pass.mapper.table();
  std::uint8_t* out = into.indices.data();
  Ditherer ditherer(dither_, width_, kDitherAmplitude);
  const auto& [left, top, width, height] = into.area;
  for (std::uint32_t y = top; y < top + height; ++y) {
    ditherer.begin_row(y);
    for (std::uint32_t x = left; x < left + width; ++x) {
      const std::size_t i = std::size_t{y} * width_ + x;
      *out = pass.mapper.transparent();
      if (!is_kept(pass, i)) {
        const Rgb888 wanted = ditherer.adjust(x, pass.picture.rgbx + 4 * i);
        *out = pass.mapper.index(wanted);
        ditherer.settle(x, wanted, table[*out]);
        paint(i, color_at(pass.picture.rgbx + 4 * i), table[*out]);
      }
      ++out;
    }
  }
}

void FrameCoder::paint(std::size_t i, Rgb888 wanted, Rgb888 color) {
  const auto store = [i](Bytes& pixels, Rgb888 value) {
    const std::array<std::uint8_t, 4> pixel = {value.r, value.g, value.b, 0};
    std::memcpy(pixels.data() + 4 * i, pixel.data(), pixel.size());
  };
  store(shown_, color);
  store(reference_, wanted);
  error_ += weighted_distance(wanted, color);
  ++painted_;
}

}  // namespace omv::gif
