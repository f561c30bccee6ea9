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
