// SPDX-License-Identifier: LGPL-2.1-or-later
// Two panels above one axis of time, and the marks of the gaps on top.
#include "plot.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "omv/image/text.h"
#include "plot_axis.h"
#include "png_output.h"
#include "progress.h"

namespace omv::tool {

namespace {

using imageio::Microseconds;

// ---- how it looks --------------------------------------------------------------------------------------------------

constexpr int kWidth = 1200;
constexpr int kHeight = 720;
constexpr int kLeft = 90;
constexpr int kRight = kWidth - 40;
constexpr int kGapMarks = 134;
constexpr int kGapMarkHeight = 8;
constexpr int kIntervalsTop = 148;
constexpr int kIntervalsBottom = 396;
constexpr int kBytesTop = 446;
constexpr int kBytesBottom = 640;
constexpr int kDot = 4;                  // pixels, of a frame that has room
constexpr double kLogarithmicFrom = 12;  // times the median

constexpr Microseconds kLongInterval = std::chrono::seconds(10);  // from here on they are told in seconds

constexpr Rgb888 kPaper = {255, 255, 255};
constexpr Rgb888 kInk = {32, 33, 36};
constexpr Rgb888 kFaintInk = {110, 114, 120};
constexpr Rgb888 kGrid = {228, 230, 234};
constexpr Rgb888 kIntervals = {26, 95, 180};
constexpr Rgb888 kBytes = {24, 128, 84};
constexpr Rgb888 kGap = {214, 32, 40};
constexpr Rgb888 kGapBand = {253, 226, 226};

double seconds(Microseconds time) { return static_cast<double>(time.count()) / 1e6; }
double milliseconds(Microseconds time) { return static_cast<double>(time.count()) / 1e3; }

// What the frames that share a column of pixels have in common.
struct Span {
  double least = 0;
  double most = 0;
  std::size_t frames = 0;

  void add(double value) {
    least = frames == 0 ? value : std::min(least, value);
    most = frames == 0 ? value : std::max(most, value);
    ++frames;
  }
};

// ---- what the panels show ------------------------------------------------------------------------------------------

class Plot {
 public:
  Plot(std::string name, const RecordingSummary& summary)
      : name_(std::move(name)),
        summary_(summary),
        time_(PlotAxis::time(seconds(summary.points.back().time), kLeft, kRight)),
        picture_{{PixelFormat::rgb888, kWidth, kHeight}, Bytes(std::size_t{3} * kWidth * kHeight, kPaper.r)} {}

  const Frame& draw() {
    draw_heading();
    draw_gap_bands();
    draw_intervals();
    draw_bytes();
    draw_time();
    return picture_;
  }

 private:
  Microseconds interval(std::size_t n) const { return summary_.points[n].time - summary_.points[n - 1].time; }
  bool is_gap(std::size_t n) const { return summary_.gaps.count > 0 && interval(n) > summary_.gaps.threshold; }
  int column(std::size_t n) const { return time_.pixel(seconds(summary_.points[n].time)); }

  void box(int x, int y, int width, int height, Rgb888 color) {
    fill(packed_view(picture_.info, ByteSpan(picture_.data)), {x, y, width, height}, color);
  }

  void write(int x, int y, int scale, const std::string& text, Rgb888 color) {
    draw_text(packed_view(picture_.info, ByteSpan(picture_.data)), x, y, scale, text, color);
  }

  void draw_heading();
  void draw_gap_bands();
  void draw_intervals();
  void draw_bytes();
  void draw_time();
  void draw_panel(const char* title, const PlotAxis& axis, int top, int bottom);
  void draw_threshold(const PlotAxis& axis, double value);
  void draw_spans(const std::vector<Span>& spans, const PlotAxis& axis, Rgb888 color);
  std::string gaps_text() const;

  std::string name_;
  const RecordingSummary& summary_;
  PlotAxis time_;
  Frame picture_;
};

std::string number_text(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

// "33.367 ms", "12.5 s"
std::string interval_text(Microseconds time) {
  return time < kLongInterval ? number_text(milliseconds(time), 6) + " ms" : number_text(seconds(time), 6) + " s";
}

// "9.962 s", "1:10:04.452"
std::string length_text(Microseconds time) {
  return time < std::chrono::minutes(1) ? number_text(seconds(time), 6) + " s" : time_text(time);
}

std::string Plot::gaps_text() const {
  const GapSummary& gaps = summary_.gaps;
  if (gaps.count == 0) return "no gaps";
  return std::to_string(gaps.count) + (gaps.count == 1 ? " gap" : " gaps") + " of more than " +
         interval_text(gaps.threshold) + ", the longest " + interval_text(gaps.longest) + " at " +
         length_text(summary_.points[gaps.frame_behind_longest - 1].time);
}

void Plot::draw_heading() {
  constexpr std::size_t kMostName = 60;
  write(kLeft, 18, 3, name_.size() > kMostName ? name_.substr(0, kMostName - 3) + "..." : name_, kInk);
  std::string facts = std::to_string(summary_.frames) + " frames, " + length_text(summary_.duration);
  if (const auto rate = summary_.mean_rate()) facts += ", " + number_text(*rate, 4) + " frames/s";
  facts += ", median interval " + interval_text(summary_.intervals->median);
  write(kLeft, 54, 2, facts, kFaintInk);
  write(kLeft, 78, 2, gaps_text(), summary_.gaps.count > 0 ? kGap : kFaintInk);
}

// Bands first, so that no band hides a mark.
void Plot::draw_gap_bands() {
  for (std::size_t n = 1; n < summary_.points.size(); ++n) {
    if (!is_gap(n)) continue;
    const int left = column(n - 1);
    const int width = std::max(column(n) - left, 1);
    box(left, kIntervalsTop, width, kIntervalsBottom - kIntervalsTop, kGapBand);
    box(left, kBytesTop, width, kBytesBottom - kBytesTop, kGapBand);
    // Gaps that follow each other are told apart.
    box(left, kGapMarks, width > 2 ? width - 1 : width, kGapMarkHeight, kGap);
  }
}

void Plot::draw_panel(const char* title, const PlotAxis& axis, int top, int bottom) {
  for (const Tick& tick : axis.ticks()) {
    const int y = axis.pixel(tick.value);
    for (int x = kLeft; x < kRight; x += 4) box(x, y, 2, 1, kGrid);
    write(kLeft - 12 - text_width(tick.label, 2), y - kGlyphHeight, 2, tick.label, kInk);
    box(kLeft - 6, y, 6, 1, kInk);
  }
  for (const Tick& tick : time_.ticks())
    for (int y = top; y < bottom; y += 4) box(time_.pixel(tick.value), y, 1, 2, kGrid);
  box(kLeft - 1, top, 1, bottom - top + 1, kInk);
  box(kLeft - 1, bottom, kRight - kLeft + 2, 1, kInk);
  write(kLeft, top - (top == kIntervalsTop ? 38 : 26), 2, title, kInk);
}

// A column with one frame is a dot, one with several reaches from the least to the most of them.
void Plot::draw_spans(const std::vector<Span>& spans, const PlotAxis& axis, Rgb888 color) {
  for (std::size_t x = 0; x < spans.size(); ++x) {
    if (spans[x].frames == 0) continue;
    const int top = axis.pixel(spans[x].most);
    const int height = axis.pixel(spans[x].least) - top;
    const int width = spans[x].frames > 1 ? 1 : kDot;
    box(kLeft + static_cast<int>(x) - width / 2, top - kDot / 2, width, std::max(height, 0) + kDot, color);
  }
}

void Plot::draw_threshold(const PlotAxis& axis, double value) {
  for (int x = kLeft; x < kRight; x += 12) box(x, axis.pixel(value), std::min(6, kRight - x), 1, kGap);
}

void Plot::draw_intervals() {
  const IntervalSummary& intervals = *summary_.intervals;
  const bool is_long = intervals.max >= kLongInterval;
  const auto value = [is_long](Microseconds time) { return is_long ? seconds(time) : milliseconds(time); };
  const double most = value(std::max(intervals.max, summary_.gaps.threshold));
  const double median = value(intervals.median);
  const bool is_logarithmic = median > 0 && most > kLogarithmicFrom * median;
  const PlotAxis axis = is_logarithmic ? PlotAxis::logarithmic(std::max(value(intervals.min), median / 10), most,
                                                               kIntervalsBottom, kIntervalsTop)
                                       : PlotAxis::linear(most * 1.05, kIntervalsBottom, kIntervalsTop);
  draw_panel(is_long ? "interval since the frame before, s   (red: gaps; dashed: twice the median)"
                     : "interval since the frame before, ms   (red: gaps; dashed: twice the median)",
             axis, kIntervalsTop, kIntervalsBottom);
  draw_threshold(axis, value(summary_.gaps.threshold));
  std::vector<Span> spans(kRight - kLeft + 1);
  std::vector<Span> gaps(spans.size());
  for (std::size_t n = 1; n < summary_.points.size(); ++n)
    (is_gap(n) ? gaps : spans)[static_cast<std::size_t>(column(n) - kLeft)].add(value(interval(n)));
  draw_spans(spans, axis, kIntervals);
  draw_spans(gaps, axis, kGap);
}

void Plot::draw_bytes() {
  std::vector<Span> spans(kRight - kLeft + 1);
  std::uint64_t most = 1;
  for (const FramePoint& point : summary_.points) most = std::max(most, point.bytes);
  const bool is_large = most >= 10'000'000;
  const double unit = is_large ? 1e6 : 1e3;
  for (std::size_t n = 0; n < summary_.points.size(); ++n)
    spans[static_cast<std::size_t>(column(n) - kLeft)].add(static_cast<double>(summary_.points[n].bytes) / unit);
  const PlotAxis axis = PlotAxis::linear(static_cast<double>(most) * 1.05 / unit, kBytesBottom, kBytesTop);
  draw_panel(is_large ? "size of the frame, MB" : "size of the frame, kB", axis, kBytesTop, kBytesBottom);
  draw_spans(spans, axis, kBytes);
}

void Plot::draw_time() {
  for (const Tick& tick : time_.ticks()) {
    const int x = time_.pixel(tick.value);
    box(x, kBytesBottom, 1, 7, kInk);
    write(std::min(x - text_width(tick.label, 2) / 2, kWidth - 4 - text_width(tick.label, 2)), kBytesBottom + 14, 2,
          tick.label, kInk);
  }
  const double range = seconds(summary_.points.back().time);
  const std::string title = std::string("time since the first frame, ") + (range < 60     ? "s"
                                                                           : range < 3600 ? "min:s"
                                                                                          : "h:min:s");
  write((kLeft + kRight - text_width(title, 2)) / 2, kBytesBottom + 44, 2, title, kInk);
}

}  // namespace

Result<void> write_plot(const std::string& recording, const RecordingSummary& summary, const std::string& plot) {
  if (!summary.intervals || summary.points.back().time <= Microseconds(0))
    return Error{Errc::end, recording + ": there are no two frames at different times to plot"};
  return write_png(Plot(std::filesystem::path(recording).filename().string(), summary).draw(), plot);
}

}  // namespace omv::tool
