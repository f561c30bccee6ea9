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
    for (; part_ < parts_.size(); begin_part(part_ + 1)) {
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
      for (const Nanoseconds time : timeline.times) whole.times.push_back(whole.end + time);
      whole.end += timeline.end;
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
  void begin_part(std::size_t part) {
    part_ = part;
    is_part_begun_ = false;
  }

  void place(TimedFrame& frame) {
    if (!is_part_begun_) {
      offset_ = frames_ == 0 ? Nanoseconds(0) : frame.interval > Nanoseconds(0) ? last_ + frame.interval : end_;
      is_part_begun_ = true;
    }
    frame.index = frames_++;
    frame.time += offset_;
    if (frames_ > 1) frame.interval = frame.time - last_;
    last_ = frame.time;
    end_ = frame.time + frame.duration;
  }

  std::vector<std::unique_ptr<FrameReader>> parts_;
  std::size_t part_ = 0;
  bool is_part_begun_ = false;
  std::size_t frames_ = 0;
  Nanoseconds offset_{0};
  Nanoseconds last_{0};
  Nanoseconds end_{0};
};

}  // namespace

std::unique_ptr<FrameReader> join(std::vector<std::unique_ptr<FrameReader>> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<JoinedFrames>(std::move(parts));
}

}  // namespace omv::convert
