// SPDX-License-Identifier: LGPL-2.1-or-later
// Times and numbers go on where the part before ends.
#include "omv/convert/joined_frames.h"

#include <algorithm>
#include <utility>

namespace omv::convert {

namespace {

class JoinedFrames final : public FrameReader {
 public:
  explicit JoinedFrames(std::vector<std::unique_ptr<FrameReader>> parts) : parts_(std::move(parts)) {}

  Result<bool> next(TimedFrame& into) override {
    for (; part_ < parts_.size(); end_part()) {
      if (!is_part_begun_) OMV_CHECK(begin_part());
      OMV_TRY(const bool there, parts_[part_]->next(into));
      if (!there) continue;
      place(into);
      return true;
    }
    return false;
  }

  Result<void> skip(std::size_t frames) override {
    TimedFrame passed;
    for (std::size_t n = 0; n < frames; ++n) {
      OMV_TRY(const bool there, next(passed));
      if (!there) break;
    }
    return {};
  }

  std::optional<std::size_t> count() const override {
    std::size_t frames = 0;
    for (const auto& part : parts_) {
      const auto in_part = part->count();
      if (!in_part) return std::nullopt;
      frames += *in_part;
    }
    return frames;
  }

  Result<Timeline> timeline() override {
    Timeline whole;
    for (const auto& part : parts_) {
      OMV_TRY(const Timeline timeline, part->timeline());
      if (timeline.times.empty()) continue;
      const Nanoseconds begin =
          whole.times.empty() ? Nanoseconds(0) : begin_behind(whole.times.back(), whole.end, timeline);
      if (whole.times.empty()) whole.first_interval = timeline.first_interval;
      for (const Nanoseconds time : timeline.times) whole.times.push_back(begin + time);
      whole.end = begin + timeline.end;
    }
    return whole;
  }

  std::optional<avi::Rate> rate() const override {
    const auto first = parts_.front()->rate();
    for (const auto& part : parts_) {
      const auto rate = part->rate();
      if (!first || !rate || rate->numerator != first->numerator || rate->denominator != first->denominator)
        return std::nullopt;
    }
    return first;
  }

  std::vector<std::string> losses() const override {
    std::vector<std::string> all;
    for (const auto& part : parts_) {
      const auto losses = part->losses();
      all.insert(all.end(), losses.begin(), losses.end());
    }
    return all;
  }

 private:
  /// When a part begins behind a frame that is last and its end.
  static Nanoseconds begin_behind(Nanoseconds last, Nanoseconds end, const Timeline& part) {
    return part.first_interval > Nanoseconds(0) ? last + part.first_interval : end;
  }

  /// Where the part knows its frames beforehand, those that turn out to be damaged have their time too.
  Result<void> begin_part() {
    known_ = {};
    if (parts_[part_]->count()) {
      OMV_TRY(known_, parts_[part_]->timeline());
    }
    offset_ = is_first_ ? Nanoseconds(0) : begin_behind(last_, end_, known_);
    is_part_begun_ = true;
    return {};
  }

  void end_part() {
    if (!known_.times.empty()) {
      last_ = offset_ + known_.times.back();
      end_ = offset_ + known_.end;
      is_first_ = false;
    }
    ++part_;
    is_part_begun_ = false;
  }

  void place(TimedFrame& frame) {
    const Nanoseconds time = offset_ + frame.time;
    if (frames_ > 0) frame.interval = time - before_;
    frame.index = frames_++;
    frame.time = before_ = last_ = time;
    end_ = time + frame.duration;
    is_first_ = false;
  }

  std::vector<std::unique_ptr<FrameReader>> parts_;
  std::size_t part_ = 0;
  bool is_part_begun_ = false;
  bool is_first_ = true;  // there was no frame yet
  Timeline known_;        // of the part, when it knows it
  Nanoseconds offset_{0};
  std::size_t frames_ = 0;
  Nanoseconds before_{0};  // the frame before
  Nanoseconds last_{0};    // of the part before; likewise
  Nanoseconds end_{0};
};

}  // namespace

std::unique_ptr<FrameReader> join(std::vector<std::unique_ptr<FrameReader>> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<JoinedFrames>(std::move(parts));
}

}  // namespace omv::convert
