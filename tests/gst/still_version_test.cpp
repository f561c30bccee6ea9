// SPDX-License-Identifier: LGPL-2.1-or-later
// Versions of stills: what variants say, which part a roi is, and how large a scaled part becomes.
#include "common/still_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omv::gst {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& variants) {
  const auto parsed = parse_variants(variants, {});
  return parsed ? "" : parsed.error().message;
}

TEST(Variants, TakeTheirFieldsAndTheStillsDefaults) {
  VersionSettings still;
  still.quality = 77;
  still.roi = RoiRequest{1, 2, 3, 4};
  const auto variants = parse_variants(
      "thumb,location=\"t/%{index:05d}.jpg\",width=160,quality=60 ; "
      "part,location=\"p/%05d;x.png\",scale=0.5,roi=<5,6,7,8>,subsampling=420;",
      still);
  ASSERT_TRUE(variants) << variants.error().message;
  ASSERT_EQ(variants->size(), 2u);
  const StillVersion& thumb = variants->at(0);
  EXPECT_EQ(thumb.name, "thumb");
  EXPECT_EQ(thumb.pattern.text(), "t/%{index:05d}.jpg");
  EXPECT_EQ(thumb.scaling.width, 160u);
  EXPECT_EQ(thumb.jpeg.quality, 60);
  EXPECT_EQ(thumb.roi->width, 3);
  const StillVersion& part = variants->at(1);
  EXPECT_EQ(part.pattern.text(), "p/%05d;x.png");
  EXPECT_EQ(part.format->name, "PNG");
  EXPECT_EQ(part.scaling.factor, 0.5);
  EXPECT_EQ(part.jpeg.quality, 77);
  EXPECT_EQ(part.jpeg.subsampling, formats::Subsampling::s420);
  EXPECT_EQ(part.roi->x, 5);
  EXPECT_TRUE(parse_variants("", still)->empty());
  EXPECT_TRUE(parse_variants(" ; ", still)->empty());
}

TEST(Variants, SayWhatIsWrong) {
  EXPECT_THAT(error_of("thumb"), HasSubstr("variants: thumb: location: not set"));
  EXPECT_THAT(error_of("a,location=x"), HasSubstr("has no extension"));
  EXPECT_THAT(error_of("a,location=x.jpg,widht=3"), HasSubstr("field widht is none of location, width"));
  EXPECT_THAT(error_of("a,location=x.jpg,width=0"), HasSubstr("width is not a number of pixels"));
  EXPECT_THAT(error_of("a,location=x.jpg,quality=101"), HasSubstr("quality is not 1 to 100"));
  EXPECT_THAT(error_of("a,location=x.jpg,scale=-1.0"), HasSubstr("scale is not a positive number"));
  EXPECT_THAT(error_of("a,location=x.jpg,scale=0.5,width=3"), HasSubstr("says the size twice"));
  EXPECT_THAT(error_of("a,location=x.jpg,subsampling=123"), HasSubstr("subsampling is none of"));
  EXPECT_THAT(error_of("a,location=x.jpg,roi=<1,2>"), HasSubstr("<x,y,width,height>"));
  EXPECT_THAT(error_of("a,location=x.jpg,roi=<1,2,0,3>"), HasSubstr("has no pixels"));
  EXPECT_THAT(error_of("a,location=x.jpg;a,location=y.jpg"), HasSubstr("two have the name a"));
  EXPECT_THAT(error_of("=,"), HasSubstr("no structure"));
}

TEST(Roi, IsClippedToThePicture) {
  EXPECT_EQ(*clipped(std::nullopt, 30, 20), (Roi{0, 0, 30, 20}));
  EXPECT_EQ(*clipped(RoiRequest{-2, -2, 8, 8}, 30, 20), (Roi{0, 0, 6, 6}));
  EXPECT_EQ(*clipped(RoiRequest{25, 15, 100, 100}, 30, 20), (Roi{25, 15, 5, 5}));
  EXPECT_EQ(*clipped(RoiRequest{-5, -5, G_MAXINT, G_MAXINT}, 30, 20), (Roi{0, 0, 30, 20}));
  EXPECT_FALSE(clipped(RoiRequest{30, 0, 1, 1}, 30, 20));
  EXPECT_FALSE(clipped(RoiRequest{-5, 0, 5, 5}, 30, 20));
  EXPECT_FALSE(clipped(RoiRequest{G_MAXINT, G_MAXINT, G_MAXINT, G_MAXINT}, 30, 20));
}

TEST(Scaling, KeepsTheAspectUnlessBothSidesAreGiven) {
  const FrameInfo part{PixelFormat::grayscale, 640, 480};
  const auto size = [&](const Scaling& scaling) {
    const auto info = scaled(part, scaling);
    return info ? std::pair(info->width, info->height) : std::pair(0u, 0u);
  };
  EXPECT_EQ(size({}), std::pair(640u, 480u));
  EXPECT_EQ(size({.width = 160}), std::pair(160u, 120u));
  EXPECT_EQ(size({.height = 100}), std::pair(133u, 100u));
  EXPECT_EQ(size({.width = 100, .height = 100}), std::pair(100u, 100u));
  EXPECT_EQ(size({.factor = 0.5}), std::pair(320u, 240u));
  EXPECT_EQ(size({.factor = 0.000001}), std::pair(1u, 1u));
  EXPECT_EQ(size({.factor = 100}), std::pair(0u, 0u)) << "larger than any picture";
}

}  // namespace
}  // namespace omv::gst
