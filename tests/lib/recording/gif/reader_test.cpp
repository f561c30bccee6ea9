// SPDX-License-Identifier: LGPL-2.1-or-later
// A GIF written by hand, and damage.
#include "omv/recording/gif/reader.h"

#include <gtest/gtest.h>

#include "gif_pictures.h"

namespace omv::gif {
namespace {

using test::show;
using test::ShownGif;

// Two frames of 2x2 written by hand: the second draws one pixel, and clears it when its time is over.
const Bytes kByHand = {'G',  'I',  'F', '8', '9', 'a', 2, 0, 2, 0, 0x80, 0, 0,    255,  0,    0,
                       0,    0,    255,                                                           // red, blue
                       0x2C, 0,    0,   0,   0,   2,   0, 2, 0, 0, 2,    3, 0x04, 0x12, 0x05, 0,  // 0 0 1 1
                       0x21, 0xF9, 4,   8,   50,  0,   0, 0,                                      // half a second
                       0x2C, 0,    0,   0,   0,   1,   0, 1, 0, 0, 2,    2, 0x4C, 0x01, 0,        // 1
                       0x3B};

Bytes rgb_of(const Bytes& rgba) {
  Bytes rgb;
  for (std::size_t i = 0; i < rgba.size(); i += 4) rgb.insert(rgb.end(), rgba.begin() + i, rgba.begin() + i + 3);
  return rgb;
}

TEST(GifReader, ShowsFramesAsTheyAreDisposed) {
  const ShownGif gif = show(kByHand);
  EXPECT_EQ(gif.end, Errc::end);
  ASSERT_EQ(gif.frames.size(), 2u);
  EXPECT_EQ(rgb_of(gif.frames[0].screen), (Bytes{255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255}));
  EXPECT_EQ(rgb_of(gif.frames[1].screen), (Bytes{0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 255}));
  EXPECT_EQ(gif.frames[1].facts.delay, 50);
  EXPECT_EQ(gif.plays, 1u);
}

// kByHand with frames of one pixel that give back what was under them; the last one is cleared.
Bytes one_that_gives_back(std::uint8_t x, std::uint8_t y) {
  return {0x21, 0xF9, 4, 12, 10, 0, 0, 0, 0x2C, x, 0, y, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0};
}
constexpr std::size_t kSecondFrame = 35;  // offset in kByHand

TEST(GifReader, GivesBackWhatWasUnderAFrame) {
  Bytes file = kByHand;
  file.resize(kSecondFrame);
  for (const Bytes& frame : {one_that_gives_back(0, 0), one_that_gives_back(7, 1), one_that_gives_back(1, 0)})
    append(file, frame);
  const ShownGif gif = show(file);
  ASSERT_EQ(gif.frames.size(), 4u);
  EXPECT_EQ(rgb_of(gif.frames[1].screen), (Bytes{0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 255}));
  EXPECT_EQ(gif.frames[2].screen, gif.frames[0].screen) << "a frame beside the screen";
  EXPECT_EQ(rgb_of(gif.frames[3].screen), (Bytes{255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255}));
}

// 40,000 frames of one pixel on a screen of 100 MB: by the screen that would be terabytes to copy.
TEST(GifReader, AFrameTakesTimeByItsArea) {
  Bytes file = kByHand;
  file.resize(kSecondFrame);
  file[7] = file[9] = 20;  // 5122x5122
  for (std::size_t n = 0; n < 40'000; ++n) append(file, one_that_gives_back(1, 1));
  auto reader = Reader::open(file);
  ASSERT_TRUE(reader) << reader.error().message;
  std::size_t frames = 0;
  while (true) {
    const auto frame = reader->next();
    if (!frame || !*frame) break;
    ++frames;
  }
  EXPECT_EQ(frames, 40'001u);
}

TEST(GifReader, EveryTruncationKeepsTheWholeFrames) {
  const std::size_t first_end = show(kByHand).frames[0].facts.end;
  for (std::size_t size = 0; size < kByHand.size(); ++size) {
    const Bytes cut(kByHand.begin(), kByHand.begin() + static_cast<std::ptrdiff_t>(size));
    const ShownGif gif = show(cut);
    EXPECT_NE(gif.end, Errc::end) << size;
    EXPECT_EQ(gif.frames.empty(), size < first_end) << size;
  }
}

TEST(GifReader, RefusesAScreenThatIsTooLarge) {
  Bytes large = kByHand;
  large[7] = large[9] = 0xFF;
  EXPECT_EQ(Reader::open(large, 1'000'000).error().code, Errc::limit);
}

}  // namespace
}  // namespace omv::gif
