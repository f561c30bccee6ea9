// SPDX-License-Identifier: LGPL-2.1-or-later
// Animated GIFs written and read back in tests.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "omv/image/unpack.h"
#include "omv/recording/gif/reader.h"
#include "omv/recording/gif/writer.h"

namespace omv::test {

inline constexpr std::int64_t kMillisecond = 1'000'000;

/// A frame as a viewer shows it: R, G, B, A of the whole screen.
struct ShownFrame {
  gif::ReadFrame facts;
  Bytes screen;
};

struct ShownGif {
  std::vector<ShownFrame> frames;
  unsigned plays = 1;
  Errc end = Errc::end;  // how it ends; Errc::end: with its trailer
};

inline ShownGif show(ConstByteSpan file) {
  ShownGif shown;
  auto reader = gif::Reader::open(file);
  if (!reader) {
    shown.end = reader.error().code;
    return shown;
  }
  for (;;) {
    const auto frame = reader->next();
    if (!frame) shown.end = frame.error().code;
    if (!frame || !*frame) break;
    const ImageView screen = reader->screen();
    shown.frames.push_back({**frame, Bytes(screen.data, screen.data + screen.stride * screen.info.height)});
  }
  shown.plays = reader->plays();
  return shown;
}

inline std::vector<int> delays_of(const ShownGif& gif) {
  std::vector<int> delays;
  for (const ShownFrame& frame : gif.frames) delays.push_back(frame.facts.delay);
  return delays;
}

/// A writer and what it has handed out.
class GifFile {
 public:
  explicit GifFile(const FrameInfo& info, const gif::Settings& settings = {}) : info_(info) {
    auto writer = gif::Writer::create(info, settings);
    EXPECT_TRUE(writer) << writer.error().message;
    writer_.emplace(std::move(*writer));
  }

  Result<void> add(const Bytes& pixels, std::int64_t milliseconds) {
    return writer_->add(packed_view(info_, ConstByteSpan(pixels)), milliseconds * kMillisecond, bytes_);
  }

  const Bytes& finish(std::int64_t milliseconds = 0) {
    const auto done = writer_->finish(milliseconds * kMillisecond, bytes_);
    EXPECT_TRUE(done) << done.error().message;
    return bytes_;
  }

  const Bytes& bytes() const { return bytes_; }
  const gif::WriterCounts& counts() const { return writer_->counts(); }

 private:
  FrameInfo info_;
  std::optional<gif::Writer> writer_;
  Bytes bytes_;
};

/// R, G, B, 255 of packed pixels.
inline Bytes screen_of(const FrameInfo& info, const Bytes& pixels) {
  const std::size_t row = std::size_t{4} * info.width;
  Bytes screen(row * info.height);
  for (std::uint32_t y = 0; y < info.height; ++y)
    unpack_row_rgbx(packed_view(info, ConstByteSpan(pixels)), y, screen.data() + y * row);
  return screen;
}

}  // namespace omv::test
