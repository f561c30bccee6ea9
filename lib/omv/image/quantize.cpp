// SPDX-License-Identifier: LGPL-2.1-or-later
// Cut and refinement: boxes of counted colours are halved at their mean along their widest axis, the box with the most
// error first; then every colour moves to the mean of those that it is nearest to.
#include "omv/image/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace omv {

namespace {

constexpr int kRefinements = 4;

// Of counts, where boxes are cut: below 1, so that the red of a small thing is not drowned by a meadow's greens.
constexpr float kWeightPower = 0.9F;

// A colour in the space where plain distance is weighted_distance().
struct Point {
  std::array<float, 3> at;
  float count;
  float weight;  // that the cut gives it
};

const std::array<float, 3> kScale = {std::sqrt(static_cast<float>(kRedWeight)),
                                     std::sqrt(static_cast<float>(kGreenWeight)),
                                     std::sqrt(static_cast<float>(kBlueWeight))};

std::vector<Point> points_of(const ColorHistogram& histogram) {
  std::vector<Point> points;
  for (const ColorCount& color : histogram.counts())
    points.push_back({{color.r * kScale[0], color.g * kScale[1], color.b * kScale[2]},
                      color.count,
                      std::pow(color.count, kWeightPower)});
  return points;
}

// Points [begin, end), and what they have in common.
struct Box {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::array<float, 3> mean = {};
  double error = 0;  // squared distances from the mean, counted
  std::size_t axis = 0;
};

Box box_of(const std::vector<Point>& points, std::size_t begin, std::size_t end) {
  double weight = 0;
  std::array<double, 3> sum = {};
  std::array<double, 3> squares = {};
  for (std::size_t i = begin; i < end; ++i) {
    weight += points[i].weight;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double value = points[i].at[axis];
      sum[axis] += value * points[i].weight;
      squares[axis] += value * value * points[i].weight;
    }
  }
  Box box = {begin, end};
  double widest = -1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double error = squares[axis] - sum[axis] * sum[axis] / weight;
    box.mean[axis] = static_cast<float>(sum[axis] / weight);
    box.error += error;
    if (error <= widest) continue;
    widest = error;
    box.axis = axis;
  }
  return box;
}

// False: all its points are equal, as far as a float can tell.
bool halve(std::vector<Point>& points, const Box& box, Box& low, Box& high) {
  const auto begin = points.begin() + static_cast<std::ptrdiff_t>(box.begin);
  const auto end = points.begin() + static_cast<std::ptrdiff_t>(box.end);
  const auto middle =
      std::stable_partition(begin, end, [&box](const Point& point) { return point.at[box.axis] < box.mean[box.axis]; });
  if (middle == begin || middle == end) return false;
  const auto cut = static_cast<std::size_t>(middle - points.begin());
  low = box_of(points, box.begin, cut);
  high = box_of(points, cut, box.end);
  return true;
}

std::vector<Box> cut(std::vector<Point>& points, unsigned colors) {
  std::vector<Box> boxes = {box_of(points, 0, points.size())};
  while (boxes.size() < colors) {
    const auto worst =
        std::max_element(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.error < b.error; });
    if (worst->end - worst->begin < 2 || worst->error <= 0) break;
    Box low;
    Box high;
    if (!halve(points, *worst, low, high)) {
      worst->error = 0;
      continue;
    }
    *worst = low;
    boxes.push_back(high);
  }
  return boxes;
}

using Means = std::vector<std::array<float, 3>>;

std::size_t nearest(const Means& means, const std::array<float, 3>& at) {
  std::size_t best = 0;
  float least = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < means.size(); ++i) {
    const float x = at[0] - means[i][0];
    const float y = at[1] - means[i][1];
    const float z = at[2] - means[i][2];
    const float distance = x * x + y * y + z * z;
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

void refine(const std::vector<Point>& points, Means& means) {
  struct Sum {
    std::array<double, 3> at = {};
    double count = 0;
  };
  std::vector<Sum> sums(means.size());
  for (const Point& point : points) {
    Sum& sum = sums[nearest(means, point.at)];
    for (std::size_t axis = 0; axis < 3; ++axis) sum.at[axis] += double{point.at[axis]} * point.count;
    sum.count += point.count;
  }
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (sums[i].count == 0) continue;
    for (std::size_t axis = 0; axis < 3; ++axis) means[i][axis] = static_cast<float>(sums[i].at[axis] / sums[i].count);
  }
}

std::uint8_t component(const std::array<float, 3>& mean, std::size_t axis) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(mean[axis] / kScale[axis]), 0L, 255L));
}

}  // namespace

ColorTable quantize(const ColorHistogram& histogram, unsigned colors) {
  std::vector<Point> points = points_of(histogram);
  if (points.empty()) return {Rgb888{0, 0, 0}};
  Means means;
  for (const Box& box : cut(points, colors)) means.push_back(box.mean);
  if (means.size() < points.size())
    for (int i = 0; i < kRefinements; ++i) refine(points, means);
  ColorTable table;
  for (const auto& mean : means) table.push_back({component(mean, 0), component(mean, 1), component(mean, 2)});
  return table;
}

}  // namespace omv
