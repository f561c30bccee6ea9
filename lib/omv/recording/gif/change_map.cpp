// SPDX-License-Identifier: LGPL-2.1-or-later
// Two thresholds and a look at the neighbours.
#include "omv/recording/gif/change_map.h"

#include <algorithm>
#include <cstring>

#include "omv/image/color_table.h"

namespace omv::gif {

namespace {

constexpr int kCompany = 2;  // marked neighbours that a doubtful pixel needs

// Distance from which on a pixel is beyond `tolerance`.
int threshold(double tolerance) { return static_cast<int>(3 * tolerance * tolerance); }

}  // namespace

ChangeMap::ChangeMap(std::uint32_t width, std::uint32_t height)
    : width_(width), height_(height), raw_(std::size_t{width} * height), marks_(raw_.size()) {}

void ChangeMap::mark_all() {
  std::fill(marks_.begin(), marks_.end(), kChanged);
  bounds_ = {0, 0, width_, height_};
}

void ChangeMap::compare(const std::uint8_t* now, const std::uint8_t* shown, double tolerance) {
  const int doubtful = threshold(tolerance);
  const int changed = threshold(2 * tolerance);
  for (std::size_t i = 0; i < raw_.size(); ++i) {
    const std::uint8_t* a = now + 4 * i;
    const std::uint8_t* b = shown + 4 * i;
    const int distance = weighted_distance(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    raw_[i] = static_cast<std::uint8_t>((distance > doubtful) + (distance > changed));
  }
  drop_lonely_marks();
  find_bounds();
}

void ChangeMap::drop_lonely_marks() {
  for (std::size_t y = 0; y < height_; ++y) {
    for (std::size_t x = 0; x < width_; ++x) {
      const std::size_t i = y * width_ + x;
      marks_[i] = raw_[i] == kDoubtful && !has_company(x, y) ? std::uint8_t{kSame} : raw_[i];
    }
  }
}

bool ChangeMap::has_company(std::size_t x, std::size_t y) const {
  int company = -1;  // itself
  for (std::size_t row = y > 0 ? y - 1 : 0; row <= std::min<std::size_t>(y + 1, height_ - 1); ++row)
    for (std::size_t column = x > 0 ? x - 1 : 0; column <= std::min<std::size_t>(x + 1, width_ - 1); ++column)
      company += raw_[row * width_ + column] != kSame;
  return company >= kCompany;
}

void ChangeMap::find_bounds() {
  std::size_t left = width_;
  std::size_t right = 0;
  std::size_t top = height_;
  std::size_t bottom = 0;
  for (std::size_t y = 0; y < height_; ++y) {
    const auto begin = marks_.begin() + static_cast<std::ptrdiff_t>(y * width_);
    const auto end = begin + static_cast<std::ptrdiff_t>(width_);
    const auto is_set = [](std::uint8_t mark) { return mark != kSame; };
    const auto first = std::find_if(begin, end, is_set);
    if (first == end) continue;
    auto last = end - 1;
    while (!is_set(*last)) --last;
    left = std::min(left, static_cast<std::size_t>(first - begin));
    right = std::max(right, static_cast<std::size_t>(last - begin) + 1);
    top = std::min(top, y);
    bottom = y + 1;
  }
  bounds_ = {};
  if (bottom == 0) return;
  bounds_ = {static_cast<std::uint32_t>(left), static_cast<std::uint32_t>(top),
             static_cast<std::uint32_t>(right - left), static_cast<std::uint32_t>(bottom - top)};
}

}  // namespace omv::gif
