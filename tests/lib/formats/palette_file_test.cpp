// SPDX-License-Identifier: LGPL-2.1-or-later
// Palettes of any shape and format, and files that are none.
#include "omv/formats/palette_file.h"

#include <gtest/gtest.h>

#include "still_pictures.h"
#include "temp_dir.h"

namespace omv::formats {
namespace {

class PaletteFile : public testing::Test {
 protected:
  std::string file(const std::string& extension, const Frame& frame) {
    const std::string path = dir_ / ("palette." + extension);
    test::write_file(path, test::encoded(*format_by_extension(extension), frame));
    return path;
  }

  test::TempDir dir_;
};

TEST_F(PaletteFile, TakesAnyShapeOf256PixelsRowByRow) {
  for (const auto& [width, height] : {std::pair{256U, 1U}, {16U, 16U}, {2U, 128U}, {1U, 256U}}) {
    Frame frame = {{PixelFormat::rgb888, width, height}, Bytes(768)};
    for (std::size_t i = 0; i < 768; ++i) frame.data[i] = static_cast<std::uint8_t>(i * 5);
    for (const char* extension : {"png", "ppm", "bmp"}) {
      const auto palette = read_palette(file(extension, frame));
      ASSERT_TRUE(palette) << palette.error().message;
      for (std::size_t i = 0; i < 256; ++i) {
        EXPECT_EQ(palette->rgb888[i].r, frame.data[3 * i]);
        EXPECT_EQ(palette->rgb888[i].g, frame.data[3 * i + 1]);
        EXPECT_EQ(palette->rgb888[i].b, frame.data[3 * i + 2]);
      }
    }
  }
}

TEST_F(PaletteFile, AlphaPalettesAreGrey) {
  Frame grey = {{PixelFormat::grayscale, 16, 16}, Bytes(256)};
  for (std::size_t i = 0; i < 256; ++i) grey.data[i] = static_cast<std::uint8_t>(255 - i);
  const auto alphas = read_alpha_palette(file("png", grey));
  ASSERT_TRUE(alphas) << alphas.error().message;
  EXPECT_EQ(Bytes(alphas->begin(), alphas->end()), grey.data);
  const std::string path = file("png", {{PixelFormat::rgb888, 16, 16}, Bytes(768)});
  const auto colours = read_alpha_palette(path);
  ASSERT_FALSE(colours);
  EXPECT_EQ(colours.error().message, path + " has colours; an alpha palette is a grey picture");
}

TEST_F(PaletteFile, CountsItsPixels) {
  const std::string path = file("png", {{PixelFormat::rgb888, 255, 1}, Bytes(765)});
  const auto palette = read_palette(path);
  ASSERT_FALSE(palette);
  EXPECT_EQ(palette.error().code, Errc::invalid);
  EXPECT_EQ(palette.error().message, path + " has 255 pixels; a palette has 256, in rows of any length");
  EXPECT_FALSE(read_palette(file("ppm", {{PixelFormat::rgb888, 257, 1}, Bytes(771)})));
  EXPECT_FALSE(read_palette(file("png", {{PixelFormat::grayscale, 2000, 2000}, Bytes(4'000'000)})));
}

TEST_F(PaletteFile, SaysWhatItCouldNotRead) {
  const std::string missing = dir_ / "none.png";
  EXPECT_EQ(read_palette(missing).error().code, Errc::io);
  EXPECT_NE(read_palette(missing).error().message.find(missing), std::string::npos);
  const std::string text = dir_ / "text.png";
  test::write_file(text, Bytes{'h', 'e', 'l', 'l', 'o'});
  EXPECT_EQ(read_palette(text).error().code, Errc::unsupported);
  EXPECT_NE(read_palette(text).error().message.find(text), std::string::npos);
  test::write_file(text, {});
  EXPECT_FALSE(read_palette(text));
  EXPECT_FALSE(read_palette(dir_ / "."));
}

TEST_F(PaletteFile, HalfAFileIsAnError) {
  const std::string path = file("png", {{PixelFormat::rgb888, 16, 16}, Bytes(768)});
  Bytes bytes = test::read_file(path);
  bytes.resize(bytes.size() / 2);
  test::write_file(path, bytes);
  const auto palette = read_palette(path);
  ASSERT_FALSE(palette);
  EXPECT_NE(palette.error().message.find(path), std::string::npos);
}

}  // namespace
}  // namespace omv::formats
