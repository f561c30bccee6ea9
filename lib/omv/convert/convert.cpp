// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop, and what is counted in it.
#include "omv/convert/convert.h"

#include <algorithm>

namespace omv::convert {

namespace {

constexpr std::uint32_t kFinestGrid = 1000;  // slots a second

class Conversion {
 public:
  Conversion(FrameReader& reader, FrameWriter& writer, const Selection& selection)
      : reader_(reader), writer_(writer), selection_(selection) {
    progress_.total = total();
  }

  Result<Outcome> run(const std::function<bool(const Progress&)>& go_on) {
    OMV_CHECK(reader_.skip(selection_.first));
    for (;;) {
      OMV_TRY(const bool there, reader_.next(frame_));
      if (!there || selection_.is_behind(frame_.index, frame_.time)) break;
      if (selection_.is_before(frame_.index, frame_.time)) continue;
      OMV_CHECK(take());
      if (!go_on(progress_)) return Error{Errc::cancelled, "interrupted; nothing was written"};
    }
    if (outcome_.frames == 0) return Error{Errc::end, "there is no frame to convert"};
    OMV_CHECK(writer_.finish());
    collect_losses();
    return outcome_;
  }

 private:
  // Exact for a range of numbers; times only take away from it.
  std::optional<std::size_t> total() const {
    const auto frames = reader_.count();
    if (!frames || selection_.start > Nanoseconds(0) || selection_.stop) return std::nullopt;
    const std::size_t end = std::min(selection_.end.value_or(*frames), *frames);
    return end - std::min(selection_.first, end);
  }

  Result<void> take() {
    if (frame_.frame.info.format == PixelFormat::argb8) {
      ++without_pixels_;
      return {};
    }
    if (outcome_.frames == 0) begin_ = frame_.time;
    OMV_CHECK(writer_.add(frame_));
    ++outcome_.frames;
    outcome_.length = frame_.time + frame_.duration - begin_;
    progress_.frames = outcome_.frames;
    progress_.time = frame_.time;
    return {};
  }

  void collect_losses() {
    outcome_.losses = reader_.losses();
    const std::vector<std::string> unwritten = writer_.losses();
    outcome_.losses.insert(outcome_.losses.end(), unwritten.begin(), unwritten.end());
    if (without_pixels_ > 0)
      outcome_.losses.push_back(std::to_string(without_pixels_) + " frames of argb8 have no pixels");
  }

  FrameReader& reader_;
  FrameWriter& writer_;
  const Selection& selection_;
  TimedFrame frame_;
  Nanoseconds begin_{0};
  std::size_t without_pixels_ = 0;
  Progress progress_;
  Outcome outcome_;
};

}  // namespace

Result<Outcome> convert(FrameReader& reader, FrameWriter& writer, const Selection& selection,
                        const std::function<bool(const Progress&)>& go_on) {
  return Conversion(reader, writer, selection).run(go_on);
}

avi::Rate grid_for(const FrameReader& reader, const Timeline& timeline) {
  if (const auto rate = reader.rate()) return *rate;
  Nanoseconds shortest = Nanoseconds::max();
  for (std::size_t n = 1; n < timeline.times.size(); ++n)
    shortest = std::min(shortest, timeline.times[n] - timeline.times[n - 1]);
  if (timeline.times.size() > 1 && shortest >= std::chrono::seconds(10)) return {1, 1};
  if (timeline.times.size() > 1 && shortest >= std::chrono::seconds(1)) return {10, 1};
  for (const std::uint32_t grid : {100U, 200U, 500U})
    if (shortest >= Nanoseconds(std::chrono::seconds(1)) / grid) return {grid, 1};
  return {kFinestGrid, 1};
}

}  // namespace omv::convert
