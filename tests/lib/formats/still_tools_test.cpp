// SPDX-License-Identifier: LGPL-2.1-or-later
// Our files in front of the tools that others use, and theirs in front of our decoders: pngcheck, netpbm, ImageMagick.
#include <gtest/gtest.h>

#include <cstdlib>

#include "omv/formats/png.h"
#include "still_pictures.h"
#include "temp_dir.h"

namespace omv::formats {
namespace {

using test::colours_of;
using test::encoded;
using test::noise_picture;

bool succeeds(const std::string& command) {
  return std::system(("(" + command + ") >/dev/null 2>&1 </dev/null").c_str()) == 0;
}

bool is_there(const std::string& tool) { return succeeds("command -v " + tool); }

struct StillTools : testing::Test {
  // What `command` makes of a file: INPUT and OUTPUT stand for their paths.
  Bytes output_of(std::string command, const Bytes& file, const std::string& input, const std::string& output) {
    test::write_file(dir / input, file);
    command.replace(command.find("INPUT"), 5, dir / input);
    command.replace(command.find("OUTPUT"), 6, dir / output);
    EXPECT_TRUE(succeeds(command)) << command;
    return test::read_file(dir / output);
  }

  test::TempDir dir;
};

Frame decoded(std::string_view extension, const Bytes& file) {
  auto frame = format_by_extension(extension)->decode(file, {});
  EXPECT_TRUE(frame) << frame.error().message;
  return frame ? std::move(*frame) : Frame{};
}

TEST_F(StillTools, PngcheckFindsNothingWrong) {
  if (!is_there("pngcheck")) GTEST_SKIP() << "pngcheck is not installed";
  Metadata metadata;
  metadata.exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0};
  metadata.xmp = "<x:xmpmeta/>";
  metadata.comments = {"caf\xC3\xA9", "plain"};
  metadata.dots_per_metre = 2835;
  EncodeOptions options;
  options.metadata = &metadata;
  for (const PixelFormat pixels : test::raw_pixel_formats()) {
    test::write_file(dir / "a.png", encoded(kPngFormat, noise_picture(pixels, 33, 17), options));
    EXPECT_TRUE(succeeds("pngcheck -q " + (dir / "a.png"))) << to_string(pixels);
  }
}

TEST_F(StillTools, NetpbmSeesOurPixels) {
  if (!is_there("pngtopnm") || !is_there("bmptopnm")) GTEST_SKIP() << "netpbm is not installed";
  for (const PixelFormat pixels :
       {PixelFormat::grayscale, PixelFormat::gray16, PixelFormat::rgb565, PixelFormat::bgrx8888}) {
    const Frame frame = noise_picture(pixels, 33, 17);
    const Bytes colours = colours_of(frame);
    EXPECT_EQ(
        colours_of(decoded("ppm", output_of("pngtopnm INPUT > OUTPUT", encoded(kPngFormat, frame), "a.png", "a.ppm"))),
        colours)
        << to_string(pixels);
  }
  for (const PixelFormat pixels : {PixelFormat::grayscale, PixelFormat::rgb888}) {
    const Frame frame = noise_picture(pixels, 33, 17);
    const Bytes file = encoded(*format_by_extension("bmp"), frame);
    EXPECT_EQ(colours_of(decoded("ppm", output_of("bmptopnm INPUT > OUTPUT", file, "a.bmp", "a.ppm"))),
              colours_of(frame));
  }
}

TEST_F(StillTools, NetpbmsFilesAreRead) {
  if (!is_there("pnmtopng") || !is_there("ppmtobmp")) GTEST_SKIP() << "netpbm is not installed";
  const Frame colour = noise_picture(PixelFormat::rgb888, 33, 17);
  const Bytes ppm = encoded(*format_by_extension("ppm"), colour);
  const Bytes pgm = encoded(*format_by_extension("pgm"), noise_picture(PixelFormat::gray16, 33, 17));
  const Bytes wide = output_of("pnmtopng INPUT > OUTPUT", pgm, "b.pgm", "b.png");
  EXPECT_EQ(decoded("png", output_of("pnmtopng INPUT > OUTPUT", ppm, "a.ppm", "a.png")).data, colour.data);
  EXPECT_EQ(decoded("png", output_of("pnmtopng -interlace INPUT > OUTPUT", ppm, "a.ppm", "a.png")).data, colour.data);
  EXPECT_EQ(decoded("png", wide).data, noise_picture(PixelFormat::gray16, 33, 17).data);
  EXPECT_EQ(decoded("bmp", output_of("ppmtobmp -bpp=24 INPUT > OUTPUT", ppm, "a.ppm", "a.bmp")).data, colour.data);
  EXPECT_EQ(decoded("ppm", output_of("pnmtoplainpnm INPUT > OUTPUT", ppm, "a.ppm", "b.ppm")).data, colour.data);
}

TEST_F(StillTools, JpegGivesTheSamePixelsAsNetpbm) {
  if (!is_there("jpegtopnm")) GTEST_SKIP() << "netpbm is not installed";
  for (const PixelFormat pixels : {PixelFormat::grayscale, PixelFormat::rgb888})
    for (const Subsampling subsampling : {Subsampling::s444, Subsampling::s422, Subsampling::s420}) {
      EncodeOptions options;
      options.jpeg.subsampling = subsampling;
      const Bytes file = encoded(*format_by_extension("jpg"), noise_picture(pixels, 33, 17), options);
      const Bytes seen = output_of("jpegtopnm INPUT > OUTPUT", file, "a.jpg", "a.pnm");
      EXPECT_EQ(decoded("jpg", file).data, decoded("ppm", seen).data) << to_string(pixels);
    }
}

TEST_F(StillTools, ImageMagickSeesOurPixelsAndWeItsOwn) {
  if (!is_there("convert-im6")) GTEST_SKIP() << "ImageMagick is not installed";
  for (const char* extension : {"bmp", "pgm", "ppm", "png"})
    for (const PixelFormat pixels : {PixelFormat::grayscale, PixelFormat::rgb888}) {
      const Format& format = *format_by_extension(extension);
      if (!format.holds(pixels)) continue;
      SCOPED_TRACE(std::string(extension) + " of " + std::string(to_string(pixels)));
      const Frame frame = noise_picture(pixels, 33, 17);
      const std::string name = std::string("a.") + extension;
      const Bytes ppm = output_of("convert-im6 INPUT OUTPUT", encoded(format, frame), name, "b.ppm");
      EXPECT_EQ(colours_of(decoded("ppm", ppm)), colours_of(frame));
      const Bytes again = output_of("convert-im6 INPUT -depth 8 OUTPUT", ppm, "b.ppm", std::string("c.") + extension);
      EXPECT_EQ(colours_of(decoded(extension, again)), colours_of(frame));
    }
}

}  // namespace
}  // namespace omv::formats
