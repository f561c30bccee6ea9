// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers and writers of frames without files.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "omv/convert/frame_reader.h"
#include "omv/convert/frame_writer.h"

namespace omv::test {

using convert::Nanoseconds;

inline std::vector<Nanoseconds> ms(std::initializer_list<int> values) {
  std::vector<Nanoseconds> times;
  for (const int value : values) times.push_back(std::chrono::milliseconds(value));
  return times;
}

/// Grey frames of 2x1 whose pixels are their number, each at its time.
class NumberedFrames final : public convert::IndexedReader {
 public:
  NumberedFrames(std::vector<Nanoseconds> times, Nanoseconds end, Nanoseconds first_interval = Nanoseconds(0))
      : IndexedReader({std::move(times), end, first_interval}) {}

  std::vector<std::size_t> broken;  ///< these are left out

 private:
  Result<bool> read(std::size_t index, Frame& into) override {
    for (const std::size_t number : broken)
      if (number == index) return false;
    const auto grey = static_cast<std::uint8_t>(index);
    into = {{PixelFormat::grayscale, 2, 1}, Bytes{grey, grey}};
    return true;
  }
};

/// The same frames as those of GStreamer are: no count, back by times only, one after the other.
class UncountedFrames final : public convert::FrameReader {
 public:
  explicit UncountedFrames(NumberedFrames& frames) : frames_(frames) {}

  Result<bool> next(convert::TimedFrame& into) override { return frames_.next(into); }
  Result<void> skip(std::size_t count) override { return frames_.skip(count); }
  using FrameReader::go_to;
  Result<void> go_to(Nanoseconds time) override { return frames_.go_to(time); }
  std::optional<std::size_t> count() const override { return std::nullopt; }
  Result<convert::Timeline> timeline() override { return frames_.timeline(); }

 private:
  NumberedFrames& frames_;
};

/// Keeps what it is given.
class KeptFrames final : public convert::FrameWriter {
 public:
  Result<void> add(const convert::TimedFrame& frame) override {
    frames.push_back(frame);
    return {};
  }
  Result<void> finish() override {
    is_finished = true;
    return {};
  }
  void keep() override {}

  std::vector<std::size_t> numbers() const {
    std::vector<std::size_t> all;
    for (const convert::TimedFrame& frame : frames) all.push_back(frame.index);
    return all;
  }

  std::vector<convert::TimedFrame> frames;
  bool is_finished = false;
};

/// All that is left.
inline std::vector<convert::TimedFrame> read_all(convert::FrameReader& reader) {
  std::vector<convert::TimedFrame> frames;
  convert::TimedFrame frame;
  for (auto there = reader.next(frame); there && *there; there = reader.next(frame)) frames.push_back(frame);
  return frames;
}

}  // namespace omv::test
