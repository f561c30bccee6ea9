// SPDX-License-Identifier: LGPL-2.1-or-later
// omvtransform pixel by pixel: crop, orientation, channel, palettes and alpha.
#include <gtest/gtest.h>

#include <array>

#include "omv/formats/format.h"
#include "omv/image/palette.h"
#include "raw_frames.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

// 3x2: a b c / d e f
const RawFrame kLetters = grey(3, 2, {'a', 'b', 'c', 'd', 'e', 'f'});

Bytes letters(std::string_view text) { return {text.begin(), text.end()}; }

Rgb888 colour_of(BuiltInPalette palette, std::uint8_t value) { return built_in_palette(palette).rgb888[value]; }

std::string palette_file(const TempDir& dir, const Frame& frame, const std::string& extension) {
  const std::string path = dir / ("palette." + extension);
  Bytes file;
  EXPECT_TRUE(
      formats::format_by_extension(extension)->encode(packed_view(frame.info, ConstByteSpan(frame.data)), {}, file));
  write_file(path, file);
  return path;
}

TEST(OmvTransform, NothingAskedForPassesTheBufferItself) {
  FrameHarness harness("omvtransform");
  const RawFrame frame = noise("I420", 33, 17);
  harness.send_caps(frame);
  GstBuffer* in = buffer_of(frame);
  const GstBuffer* same = in;
  ASSERT_EQ(gst_harness_push(harness.get(), in), GST_FLOW_OK);
  GstBuffer* out = gst_harness_pull(harness.get());
  EXPECT_EQ(out, same);
  gst_buffer_unref(out);
}

TEST(OmvTransform, CropsAndCutsWhatHangsOver) {
  EXPECT_EQ(through("omvtransform roi=<1,0,2,1>", kLetters), grey(2, 1, letters("bc")));
  EXPECT_EQ(through("omvtransform roi=<-5,1,6,9>", kLetters), grey(1, 1, letters("d")));
}

TEST(OmvTransform, TurnsByTheDefinitionsOfTheCamera) {
  EXPECT_EQ(through("omvtransform hint=hmirror", kLetters), grey(3, 2, letters("cbafed")));
  EXPECT_EQ(through("omvtransform hint=vflip", kLetters), grey(3, 2, letters("defabc")));
  EXPECT_EQ(through("omvtransform hint=transpose", kLetters), grey(2, 3, letters("adbecf")));
  EXPECT_EQ(through("omvtransform hint=rotate-90", kLetters), grey(2, 3, letters("daebfc")));
  EXPECT_EQ(through("omvtransform hint=rotate-180", kLetters), grey(3, 2, letters("fedcba")));
  EXPECT_EQ(through("omvtransform hint=rotate-270", kLetters), grey(2, 3, letters("cfbead")));
  EXPECT_EQ(through("omvtransform hint=hmirror+vflip+transpose", kLetters), grey(2, 3, letters("fcebda")));
}

TEST(OmvTransform, CropsBeforeItTurns) {
  EXPECT_EQ(through("omvtransform roi=<1,0,2,2> hint=rotate-90", kLetters), grey(2, 2, letters("ebfc")));
}

TEST(OmvTransform, ScalesByRepeatingPixels) {
  EXPECT_EQ(through("omvtransform x-scale=2", grey(2, 1, {1, 9})), grey(4, 2, {1, 1, 9, 9, 1, 1, 9, 9}));
  EXPECT_EQ(through("omvtransform x-scale=3 y-scale=1", grey(2, 1, {1, 9})), grey(6, 1, {1, 1, 1, 9, 9, 9}));
  EXPECT_EQ(through("omvtransform x-scale=2 y-scale=1 hint=rotate-90", grey(1, 2, {1, 9})), grey(2, 2, {9, 1, 9, 1}));
}

TEST(OmvTransform, PicksChannels) {
  const RawFrame rgb = {"RGB", 2, 1, {10, 20, 30, 40, 50, 60}};
  EXPECT_EQ(through("omvtransform rgb-channel=red", rgb), grey(2, 1, {10, 40}));
  EXPECT_EQ(through("omvtransform rgb-channel=green", rgb), grey(2, 1, {20, 50}));
  EXPECT_EQ(through("omvtransform rgb-channel=blue", rgb), grey(2, 1, {30, 60}));
  EXPECT_EQ(through("omvtransform rgb-channel=blue", rgb, "format=BGR"),
            (RawFrame{"BGR", 2, 1, {30, 30, 30, 60, 60, 60}}));
  EXPECT_EQ(through("omvtransform rgb-channel=blue", {"BGRx", 1, 1, {30, 20, 10, 99}}), grey(1, 1, {30}));
  EXPECT_EQ(through("omvtransform rgb-channel=red", {"RGB16", 1, 1, {0x00, 0x80}}), grey(1, 1, {132}));
}

TEST(OmvTransform, AChannelOfGreyIsGrey) { EXPECT_EQ(through("omvtransform rgb-channel=red", kLetters), kLetters); }

TEST(OmvTransform, ChannelsOf16BitKeepTheirBits) {
  const RawFrame deep = {"RGBA64_LE", 1, 1, {0x34, 0x12, 0x78, 0x56, 0xBC, 0x9A, 0xFF, 0xFF}};
  EXPECT_EQ(through("omvtransform rgb-channel=green", deep, "format=GRAY16_LE"),
            (RawFrame{"GRAY16_LE", 1, 1, {0x78, 0x56}}));
}

// The original writes a grey picture here.
TEST(OmvTransform, PaletteOnGreyGivesColour) {
  const RawFrame out = through("omvtransform color-palette=ironbow", grey(3, 1, {0, 150, 255}), "format=RGB");
  const auto [r, g, b] = colour_of(BuiltInPalette::ironbow, 150);
  EXPECT_EQ(out, (RawFrame{"RGB", 3, 1, {255, 255, 255, r, g, b, 255, 255, 24}}));
}

TEST(OmvTransform, PaletteIn16BitIsTheCamerasToTheBit) {
  Bytes ramp(256);
  for (std::size_t i = 0; i < 256; ++i) ramp[i] = static_cast<std::uint8_t>(i);
  for (const auto& [name, id] : {std::pair{"rainbow", BuiltInPalette::rainbow},
                                 {"depth", BuiltInPalette::depth},
                                 {"evt-dark", BuiltInPalette::evt_dark},
                                 {"evt-light", BuiltInPalette::evt_light}}) {
    const RawFrame out = through(std::string("omvtransform color-palette=") + name, grey(256, 1, ramp), "format=RGB16");
    ASSERT_EQ(out.pixels.size(), 512u);
    for (std::size_t i = 0; i < 256; ++i)
      EXPECT_EQ(load_le<std::uint16_t>(out.pixels.data() + 2 * i), built_in_palette(id).rgb565[i]) << name << " " << i;
  }
}

TEST(OmvTransform, PaletteOnColourGoesByLuma) {
  const RawFrame rgb = {"RGB", 2, 1, {255, 0, 0, 0, 255, 0}};  // luma 75 and 149
  const RawFrame out = through("omvtransform color-palette=rainbow", rgb);
  const auto [r0, g0, b0] = colour_of(BuiltInPalette::rainbow, 75);
  const auto [r1, g1, b1] = colour_of(BuiltInPalette::rainbow, 149);
  EXPECT_EQ(out, (RawFrame{"RGB", 2, 1, {r0, g0, b0, r1, g1, b1}}));
}

TEST(OmvTransform, PaletteOnYuvCountsItsRange) {
  const RawFrame yuv = {"I420", 2, 2, {16, 126, 235, 255, 128, 128}};
  FrameHarness harness("omvtransform color-palette=rainbow");
  harness.want_caps("video/x-raw,format=RGB");
  for (const auto& [colorimetry, greys] :
       {std::pair{"bt601", std::array<std::uint8_t, 4>{0, 128, 255, 255}}, {"1:4:0:0", {16, 126, 235, 255}}}) {
    harness.send_caps(yuv, std::string(",colorimetry=") + colorimetry);
    ASSERT_EQ(harness.push(yuv), GST_FLOW_OK);
    const RawFrame out = harness.pull();
    for (std::size_t i = 0; i < 4; ++i) {
      const Rgb888 c = colour_of(BuiltInPalette::rainbow, greys[i]);
      EXPECT_EQ(Bytes(out.pixels.begin() + 3 * i, out.pixels.begin() + 3 * i + 3), (Bytes{c.r, c.g, c.b})) << i;
    }
  }
}

TEST(OmvTransform, PaletteOnAChannelGoesByTheChannel) {
  const RawFrame out = through("omvtransform color-palette=depth rgb-channel=red", {"RGB", 1, 1, {200, 0, 0}});
  const auto [r, g, b] = colour_of(BuiltInPalette::depth, 200);
  EXPECT_EQ(out, (RawFrame{"RGB", 1, 1, {r, g, b}}));
}

TEST(OmvTransform, PaletteReachesPlanarFormats) {
  const RawFrame direct = through("omvtransform color-palette=rainbow", noise("GRAY8", 64, 48), "format=Y444");
  const RawFrame twice =
      through("omvtransform color-palette=rainbow ! video/x-raw,format=RGBx ! videoconvert dither=none",
              noise("GRAY8", 64, 48), "format=Y444");
  EXPECT_EQ(direct.pixels, twice.pixels);
}

TEST(OmvTransform, PaletteMayComeFromAFile) {
  const TempDir dir;
  Frame frame = {{PixelFormat::rgb888, 16, 16}, Bytes(768)};
  for (std::size_t i = 0; i < 768; ++i) frame.data[i] = static_cast<std::uint8_t>(i * 7);
  for (const char* extension : {"png", "ppm"}) {
    const RawFrame out =
        through("omvtransform color-palette=" + palette_file(dir, frame, extension), grey(1, 1, {33}), "format=RGB");
    EXPECT_EQ(out.pixels, Bytes(frame.data.begin() + 99, frame.data.begin() + 102));
  }
}

TEST(OmvTransform, PaletteFirstMixesColoursAndNotGreys) {
  const RawFrame edge = grey(4, 4, {0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255});
  const std::string scale = "omvtransform color-palette=rainbow x-scale=0.25 hint=area";
  const RawFrame after = through(scale, edge, "format=RGB");
  const RawFrame before = through(scale + "+apply-color-palette-first", edge, "format=RGB");
  const auto [r, g, b] = colour_of(BuiltInPalette::rainbow, 128);
  EXPECT_NEAR(after.pixels[0], r, 3);
  EXPECT_NEAR(after.pixels[1], g, 3);
  const Rgb888 low = colour_of(BuiltInPalette::rainbow, 0);
  const Rgb888 high = colour_of(BuiltInPalette::rainbow, 255);
  EXPECT_NEAR(before.pixels[0], (low.r + high.r) / 2, 1);
  EXPECT_NEAR(before.pixels[1], (low.g + high.g) / 2, 1);
  EXPECT_NEAR(before.pixels[2], (low.b + high.b) / 2, 1);
}

TEST(OmvTransform, ChannelFirstIsTheSameInRgb) {
  const std::string scale = "omvtransform rgb-channel=green x-scale=3";
  EXPECT_EQ(through(scale + " hint=extract-rgb-channel-first", noise("RGB", 33, 17)),
            through(scale, noise("RGB", 33, 17)));
}

TEST(OmvTransform, AlphaGoesWithFormatsThatHaveIt) {
  EXPECT_EQ(through("omvtransform alpha=128", {"RGB", 1, 1, {1, 2, 3}}, "format=RGBA"),
            (RawFrame{"RGBA", 1, 1, {1, 2, 3, 128}}));
  EXPECT_EQ(through("omvtransform alpha=128", {"RGBA", 1, 1, {1, 2, 3, 100}}), (RawFrame{"RGBA", 1, 1, {1, 2, 3, 50}}));
  EXPECT_EQ(through("omvtransform alpha=128 hint=hmirror", {"RGBA", 1, 1, {1, 2, 3, 100}}),
            (RawFrame{"RGBA", 1, 1, {1, 2, 3, 50}}));
  EXPECT_EQ(through("omvtransform alpha=128", {"RGB", 1, 1, {1, 2, 3}}, "format=AYUV").pixels[0], 128);
}

TEST(OmvTransform, OtherFormatsAreBlendedOnBlack) {
  EXPECT_EQ(through("omvtransform alpha=128", {"RGB", 1, 1, {255, 1, 77}}), (RawFrame{"RGB", 1, 1, {128, 0, 38}}));
  EXPECT_EQ(through("omvtransform alpha=128", grey(2, 1, {255, 77})), grey(2, 1, {128, 38}));
  EXPECT_EQ(through("omvtransform alpha=0", noise("I420", 4, 2)).pixels, Bytes({16, 16, 16, 16, 16, 16, 16, 16,  //
                                                                                128, 128, 128, 128}));
  EXPECT_EQ(through("omvtransform", {"RGBA", 1, 1, {255, 1, 77, 128}}, "format=RGB"),
            (RawFrame{"RGB", 1, 1, {128, 0, 38}}));
}

TEST(OmvTransform, AlphaPaletteGoesByGrey) {
  const TempDir dir;
  Frame frame = {{PixelFormat::grayscale, 256, 1}, Bytes(256, 255)};
  frame.data[200] = 51;
  const std::string set = "omvtransform alpha-palette=" + palette_file(dir, frame, "png");
  EXPECT_EQ(through(set, grey(2, 1, {100, 200})), grey(2, 1, {100, 39}));  // 200 * 51 >> 8
  EXPECT_EQ(through(set + " color-palette=rainbow", grey(1, 1, {200}), "format=RGBA").pixels[3], 51);
  EXPECT_EQ(through(set + " alpha=127", grey(1, 1, {200}), "format=RGBA").pixels, (Bytes{200, 200, 200, 25}));
}

TEST(OmvTransform, KeepsTheBitsOf16BitGrey) {
  const RawFrame deep = {"GRAY16_LE", 2, 1, {0x34, 0x12, 0xFE, 0xFF}};
  EXPECT_EQ(through("omvtransform hint=hmirror", deep), (RawFrame{"GRAY16_LE", 2, 1, {0xFE, 0xFF, 0x34, 0x12}}));
  EXPECT_EQ(through("omvtransform roi=<1,0,1,1>", deep), (RawFrame{"GRAY16_LE", 1, 1, {0xFE, 0xFF}}));
}

TEST(OmvTransform, TakesPicturesOfOnePixel) {
  for (const char* settings : {"hint=rotate-90", "x-scale=5 hint=bicubic", "color-palette=rainbow", "alpha=3",
                               "rgb-channel=red hint=area+vflip", "roi=<0,0,9,9> x-scale=2 hint=bilinear"})
    for (const char* format : {"GRAY8", "RGB16", "RGB", "I420", "YUY2", "NV12", "GRAY16_LE"}) {
      const RawFrame out = through(std::string("omvtransform ") + settings, noise(format, 1, 1));
      EXPECT_GE(out.width, 1) << settings << " " << format;
    }
}

}  // namespace
}  // namespace omv::test
