// SPDX-License-Identifier: LGPL-2.1-or-later
// Letters in pictures: each another one, in its cell, cut at the edges.
#include "omv/image/text.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace omv {
namespace {

constexpr Rgb888 kInk = {255, 255, 255};

Frame blank(PixelFormat format, std::uint32_t width, std::uint32_t height) {
  const FrameInfo info = {format, width, height};
  return {info, Bytes(static_cast<std::size_t>(payload_bytes(info)))};
}

MutableImageView view_of(Frame& frame) { return packed_view(frame.info, ByteSpan(frame.data)); }

Bytes drawn(std::string_view text, int scale = 1) {
  Frame picture = blank(PixelFormat::grayscale, 8 * static_cast<std::uint32_t>(scale), 12);
  draw_text(view_of(picture), 1, 1, scale, text, kInk);
  return picture.data;
}

TEST(Text, HasAnotherPictureForEachCharacter) {
  std::set<Bytes> pictures;
  for (char c = ' '; c <= '~'; ++c) pictures.insert(drawn(std::string(1, c)));
  EXPECT_EQ(pictures.size(), 95U);
}

TEST(Text, StaysInItsCell) {
  for (char c = ' '; c <= '~'; ++c) {
    const Bytes picture = drawn(std::string(1, c));
    for (std::size_t y = 0; y < 12; ++y)
      for (std::size_t x = 0; x < 8; ++x)
        if (x < 1 || x > 5 || y < 1 || y > kGlyphHeight + kGlyphDescent) {
          EXPECT_EQ(picture[8 * y + x], 0) << c;
        }
  }
}

TEST(Text, ShowsWhatIsNoAsciiAsQuestionMarks) {
  EXPECT_EQ(drawn("\n"), drawn("?"));
  EXPECT_EQ(drawn("\x7f"), drawn("?"));
  EXPECT_EQ(drawn("\xc3"), drawn("?"));
}

TEST(Text, IsAsWideAsItSays) {
  EXPECT_EQ(text_width("", 3), 0);
  EXPECT_EQ(text_width("H", 1), 5);
  EXPECT_EQ(text_width("HHH", 2), 2 * (2 * kGlyphAdvance + 5));
}

TEST(Text, IsCutAtTheEdges) {
  Frame picture = blank(PixelFormat::grayscale, 3, 3);
  draw_text(view_of(picture), -2, -2, 1, "HHHH", kInk);
  draw_text(view_of(picture), 1000, 1000, 100, "H", kInk);
  EXPECT_NE(picture.data, Bytes(9));
}

TEST(Draw, PutsTheColourOfTheFormat) {
  constexpr Rgb888 kColor = {255, 128, 0};
  Frame rgb = blank(PixelFormat::rgb888, 2, 1);
  put_pixel(view_of(rgb), 1, 0, kColor);
  EXPECT_EQ(rgb.data, (Bytes{0, 0, 0, 255, 128, 0}));
  Frame packed = blank(PixelFormat::rgb565, 2, 1);
  put_pixel(view_of(packed), 1, 0, kColor);
  EXPECT_EQ(load_le<std::uint16_t>(packed.data.data() + 2), reduce_to_565(kColor));
  Frame grey = blank(PixelFormat::grayscale, 2, 1);
  put_pixel(view_of(grey), 1, 0, kColor);
  EXPECT_EQ(grey.data, (Bytes{0, luma(kColor)}));
}

}  // namespace
}  // namespace omv
