// SPDX-License-Identifier: LGPL-2.1-or-later
// The arithmetic of spec media, section 1: luma in 1/128, alpha in 1/256.
#include "omv/image/recolour.h"

#include <cstring>
#include <limits>

namespace omv {

namespace {

template <typename Sample>
constexpr unsigned kBits = 8 * sizeof(Sample);

template <typename Sample>
constexpr std::uint32_t kMax = std::numeric_limits<Sample>::max();

template <typename Sample>
Sample* samples(std::uint8_t* bytes) {
  return reinterpret_cast<Sample*>(bytes);
}

template <typename Sample>
const Sample* samples(const std::uint8_t* bytes) {
  return reinterpret_cast<const Sample*>(bytes);
}

template <typename Sample>
struct Colour {
  Sample r, g, b;
};

template <typename Sample>
std::uint8_t luma_of(const Colour<Sample>& c) {
  constexpr unsigned kShift = kBits<Sample> - 8;
  return luma({static_cast<std::uint8_t>(c.r >> kShift), static_cast<std::uint8_t>(c.g >> kShift),
               static_cast<std::uint8_t>(c.b >> kShift)});
}

template <typename Sample>
Colour<Sample> widened(const Rgb888& c) {
  constexpr unsigned kFactor = kMax<Sample> / 255;
  return {static_cast<Sample>(c.r * kFactor), static_cast<Sample>(c.g * kFactor), static_cast<Sample>(c.b * kFactor)};
}

template <typename Sample>
Colour<Sample> on_black(const Colour<Sample>& c, std::uint32_t alpha) {
  const std::uint32_t weight = alpha + (alpha >> (kBits<Sample> - 1));
  const auto part = [weight](Sample value) { return static_cast<Sample>((value * weight) >> kBits<Sample>); };
  return {part(c.r), part(c.g), part(c.b)};
}

// alpha' of every luma.
AlphaPalette alphas_of(const Recolouring& how) {
  AlphaPalette alphas;
  alphas.fill(how.alpha);
  if (!how.alphas) return alphas;
  for (std::size_t i = 0; i < alphas.size(); ++i)
    alphas[i] = static_cast<std::uint8_t>((how.alpha * (*how.alphas)[i] + 127) / 255);
  return alphas;
}

template <typename Sample>
class Recolourer {
 public:
  Recolourer(SampleOrder order, const Recolouring& how) : order_(order), how_(how), alphas_(alphas_of(how)) {}

  void pixel(const Sample* in, Sample* out) const {
    Colour<Sample> colour = channel(in);
    const std::uint8_t grey = luma_of(colour);
    const std::uint32_t own = how_.opaque ? kMax<Sample> : in[order_.a];
    const std::uint32_t alpha = (alphas_[grey] * own + 127) / 255;
    if (how_.colours) colour = widened<Sample>((*how_.colours)[grey]);
    if (how_.blend) colour = on_black(colour, alpha);
    out[order_.r] = colour.r;
    out[order_.g] = colour.g;
    out[order_.b] = colour.b;
    out[order_.a] = static_cast<Sample>(how_.blend ? kMax<Sample> : alpha);
  }

 private:
  Colour<Sample> channel(const Sample* in) const {
    const Colour<Sample> colour = {in[order_.r], in[order_.g], in[order_.b]};
    if (!how_.channel) return colour;
    const Sample picked = *how_.channel == 0 ? colour.r : *how_.channel == 1 ? colour.g : colour.b;
    return {picked, picked, picked};
  }

  SampleOrder order_;
  Recolouring how_;
  AlphaPalette alphas_;
};

template <typename Sample>
void recolour_samples(ConstPixelRows from, Size size, SampleOrder order, const Recolouring& how, PixelRows to) {
  const Recolourer<Sample> recolourer(order, how);
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const auto* in = samples<Sample>(from.data + y * from.stride);
    auto* out = samples<Sample>(to.data + y * to.stride);
    for (std::uint32_t x = 0; x < size.width; ++x) recolourer.pixel(in + std::size_t{4} * x, out + std::size_t{4} * x);
  }
}

template <std::size_t kPixelBytes>
void look_up_row(const std::uint8_t* in, std::uint32_t width, GreyOf grey, const std::uint8_t* pixels,
                 std::uint8_t* out) {
  const bool one_byte = grey.r == grey.g && grey.g == grey.b;
  for (std::uint32_t x = 0; x < width; ++x, in += grey.step, out += kPixelBytes) {
    const std::size_t index = one_byte ? in[grey.r] : luma({in[grey.r], in[grey.g], in[grey.b]});
    std::memcpy(out, pixels + index * kPixelBytes, kPixelBytes);
  }
}

using LookUpRow = void (*)(const std::uint8_t*, std::uint32_t, GreyOf, const std::uint8_t*, std::uint8_t*);

LookUpRow look_up_function(std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1: return look_up_row<1>;
    case 2: return look_up_row<2>;
    case 3: return look_up_row<3>;
    case 4: return look_up_row<4>;
    case 6: return look_up_row<6>;
    default: return look_up_row<8>;
  }
}

}  // namespace

void recolour(ConstPixelRows from, Size size, SampleOrder order, const Recolouring& how, PixelRows to) {
  recolour_samples<std::uint8_t>(from, size, order, how, to);
}

void recolour_16(ConstPixelRows from, Size size, SampleOrder order, const Recolouring& how, PixelRows to) {
  recolour_samples<std::uint16_t>(from, size, order, how, to);
}

void pick_sample_16(ConstPixelRows from, Size size, std::uint8_t sample, PixelRows to) {
  for (std::uint32_t y = 0; y < size.height; ++y) {
    const auto* in = samples<std::uint16_t>(from.data + y * from.stride);
    auto* out = samples<std::uint16_t>(to.data + y * to.stride);
    for (std::uint32_t x = 0; x < size.width; ++x) out[x] = in[std::size_t{4} * x + sample];
  }
}

void look_up(ConstPixelRows from, Size size, GreyOf grey, const LookUpTable& table, PixelRows to) {
  const LookUpRow row = look_up_function(table.pixel_bytes);
  for (std::uint32_t y = 0; y < size.height; ++y)
    row(from.data + y * from.stride, size.width, grey, table.pixels.data(), to.data + y * to.stride);
}

}  // namespace omv
