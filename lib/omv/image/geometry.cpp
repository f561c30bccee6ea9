// SPDX-License-Identifier: LGPL-2.1-or-later
// Fractions stay whole numbers where a pixel more or less would show.
#include "omv/image/geometry.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace omv {

namespace {

std::string in_words(std::span<const int> numbers) {
  std::string text = "roi <";
  for (const int number : numbers) text += (text.back() == '<' ? "" : ",") + std::to_string(number);
  return text + ">";
}

std::string in_words(Size size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

// A stretch of pixels on one axis.
struct Stretch {
  std::int64_t begin, end;
};

Stretch clipped(int begin, int length, std::uint32_t limit) {
  return {std::max<std::int64_t>(begin, 0), std::min<std::int64_t>(std::int64_t{begin} + length, limit)};
}

Result<std::uint32_t> scaled_side(std::uint32_t side, double scale, const char* name) {
  const double scaled = std::floor(static_cast<double>(static_cast<float>(scale)) * side);
  const auto product = [&] { return std::string(name) + "=" + std::to_string(scale) + " of " + std::to_string(side); };
  if (!(scaled >= 1)) return Error{Errc::invalid, product() + " pixels leaves no pixel"};
  if (scaled > kMaxDimension)
    return Error{Errc::limit, product() + " pixels is more than " + std::to_string(kMaxDimension)};
  return static_cast<std::uint32_t>(scaled);
}

// The largest size of the shape wide:high within `room`, at least 1x1.
Size largest_within(Size room, std::uint64_t wide, std::uint64_t high) {
  const bool full_width = wide * room.height >= room.width * high;
  const std::uint64_t side = full_width ? room.width * high / wide : room.height * wide / high;
  const auto other = static_cast<std::uint32_t>(std::max<std::uint64_t>(side, 1));
  return full_width ? Size{room.width, other} : Size{other, room.height};
}

Roi centred(Size size, Size room) {
  return {(room.width - size.width) / 2, (room.height - size.height) / 2, size.width, size.height};
}

// The part of the roi that fills the output: as much of each side as the stretched other one leaves.
Roi visible_part(const Fit& fit, double wide, double high) {
  const double ratio = wide * fit.output.height / (high * fit.output.width);  // above 1: the sides are cut
  const Size turned = oriented({fit.roi.width, fit.roi.height}, fit.orientation.transpose);
  const auto part = [](std::uint32_t side, double share) {
    return static_cast<std::uint32_t>(std::clamp(std::round(side * share), 1.0, static_cast<double>(side)));
  };
  const Size visible = {part(turned.width, 1 / ratio), part(turned.height, ratio)};
  const Roi inner = centred(oriented(visible, fit.orientation.transpose), {fit.roi.width, fit.roi.height});
  return {fit.roi.x + inner.x, fit.roi.y + inner.y, inner.width, inner.height};
}

}  // namespace

Result<Roi> clip_roi(std::span<const int> numbers, Size picture) {
  if (numbers.empty()) return Roi{0, 0, picture.width, picture.height};
  if (numbers.size() != 4)
    return Error{Errc::invalid, in_words(numbers) + " has " + std::to_string(numbers.size()) +
                                    " numbers; it takes four: <x,y,width,height>"};
  if (numbers[2] < 1 || numbers[3] < 1)
    return Error{Errc::invalid, in_words(numbers) + " has no size; width and height are at least 1"};
  const Stretch x = clipped(numbers[0], numbers[2], picture.width);
  const Stretch y = clipped(numbers[1], numbers[3], picture.height);
  if (x.begin >= x.end || y.begin >= y.end)
    return Error{Errc::invalid, in_words(numbers) + " lies outside of the picture of " + in_words(picture)};
  return Roi{static_cast<std::uint32_t>(x.begin), static_cast<std::uint32_t>(y.begin),
             static_cast<std::uint32_t>(x.end - x.begin), static_cast<std::uint32_t>(y.end - y.begin)};
}

Result<Size> scaled_size(const Roi& roi, Scales scales, bool transposed) {
  const double fallback = scales.x > 0 ? scales.x : scales.y > 0 ? scales.y : 1;
  OMV_TRY(const std::uint32_t width, scaled_side(roi.width, scales.x > 0 ? scales.x : fallback, "x-scale"));
  OMV_TRY(const std::uint32_t height, scaled_side(roi.height, scales.y > 0 ? scales.y : fallback, "y-scale"));
  return oriented({width, height}, transposed);
}

Placement place(const Fit& fit) {
  const Placement stretched = {fit.roi, {0, 0, fit.output.width, fit.output.height}};
  const bool natural = fit.output == fit.scaled && fit.pixel.numerator == fit.pixel.denominator;
  if (natural || fit.aspect == Aspect::ignore) return stretched;
  const std::uint64_t wide = std::uint64_t{fit.scaled.width} * fit.pixel.numerator;
  const std::uint64_t high = std::uint64_t{fit.scaled.height} * fit.pixel.denominator;
  if (fit.aspect == Aspect::keep) return {fit.roi, centred(largest_within(fit.output, wide, high), fit.output)};
  return {visible_part(fit, static_cast<double>(wide), static_cast<double>(high)), stretched.target};
}

Point to_source(Point shown, const Placement& placement, Orientation orientation) {
  const auto& [source, target] = placement;
  Point part = {(shown.x - target.x) / target.width, (shown.y - target.y) / target.height};
  if (orientation.transpose) std::swap(part.x, part.y);
  if (orientation.mirror) part.x = 1 - part.x;
  if (orientation.flip) part.y = 1 - part.y;
  return {source.x + part.x * source.width, source.y + part.y * source.height};
}

}  // namespace omv
