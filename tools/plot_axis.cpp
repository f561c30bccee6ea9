// SPDX-License-Identifier: LGPL-2.1-or-later
// Ticks are few enough to be read.
#include "plot_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "progress.h"

namespace omv::tool {

namespace {

constexpr int kMostTicks = 6;       // of a linear axis
constexpr int kMostTimeTicks = 12;  // these are farther from each other

std::string label_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

// The least of 1, 2 and 5 times a power of ten that needs no more steps than `most_ticks`.
double round_step(double range, int most_ticks) {
  const double power = std::pow(10, std::floor(std::log10(range / most_ticks)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power * most_ticks >= range) return factor * power;
  return 10 * power;
}

double time_step(double range) {
  constexpr std::array<double, 15> kSteps = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400};
  if (range <= kMostTimeTicks) return round_step(range, kMostTimeTicks);
  for (const double step : kSteps)
    if (step * kMostTimeTicks >= range) return step;
  return round_step(range / 86400, kMostTimeTicks) * 86400;
}

std::string time_label(double seconds, double range) {
  if (range < 60) return label_of(seconds);
  return duration_text(std::chrono::seconds(std::llround(seconds)));
}

}  // namespace

PlotAxis PlotAxis::linear(double most, int first_pixel, int last_pixel) {
  PlotAxis axis;
  const double step = round_step(most, kMostTicks);
  const auto steps = static_cast<int>(std::ceil(most / step - 1e-9));
  axis.to_ = step * steps;
  axis.first_ = first_pixel;
  axis.last_ = last_pixel;
  for (int n = 0; n <= steps; ++n) axis.ticks_.push_back({n * step, label_of(n * step)});
  return axis;
}

PlotAxis PlotAxis::logarithmic(double least, double most, int first_pixel, int last_pixel) {
  PlotAxis axis;
  const auto decade = static_cast<int>(std::floor(std::log10(least)));
  axis.is_logarithmic_ = true;
  axis.from_ = decade;
  axis.to_ = std::max<double>(std::ceil(std::log10(most)), decade + 1);
  axis.first_ = first_pixel;
  axis.last_ = last_pixel;
  const bool are_few = axis.to_ - axis.from_ <= 2;
  for (int power = decade; power <= axis.to_; ++power)
    for (const double factor : {1.0, 2.0, 5.0})
      if (const double value = factor * std::pow(10, power); power < axis.to_ || factor == 1.0)
        axis.ticks_.push_back({value, factor == 1.0 || are_few ? label_of(value) : ""});
  return axis;
}

PlotAxis PlotAxis::time(double most, int first_pixel, int last_pixel) {
  PlotAxis axis;
  axis.to_ = most;
  axis.first_ = first_pixel;
  axis.last_ = last_pixel;
  const double step = time_step(most);
  for (int n = 0; n * step <= most * (1 + 1e-9); ++n) axis.ticks_.push_back({n * step, time_label(n * step, most)});
  return axis;
}

double PlotAxis::place(double value) const {
  return is_logarithmic_ ? std::max(from_, std::log10(std::max(value, 1e-12))) : value;
}

int PlotAxis::pixel(double value) const {
  const double part = std::clamp((place(value) - from_) / (to_ - from_), 0.0, 1.0);
  return first_ + static_cast<int>(std::lround(part * (last_ - first_)));
}

}  // namespace omv::tool
