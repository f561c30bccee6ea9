// SPDX-License-Identifier: LGPL-2.1-or-later
// Regions that hang over, sizes that round down, and pictures that fit.
#include "omv/image/geometry.h"

#include <gtest/gtest.h>

#include <vector>

#include "omv/image/draw_hints.h"

namespace omv {
namespace {

constexpr Size kPicture = {64, 48};

Roi clipped(std::vector<int> numbers) {
  const auto roi = clip_roi(numbers, kPicture);
  EXPECT_TRUE(roi) << roi.error().message;
  return roi.value_or(Roi{});
}

std::string refusal(std::vector<int> numbers) {
  const auto roi = clip_roi(numbers, kPicture);
  EXPECT_FALSE(roi);
  return roi ? "" : roi.error().message;
}

TEST(ClipRoi, CutsWhatHangsOver) {
  EXPECT_EQ(clipped({}), (Roi{0, 0, 64, 48}));
  EXPECT_EQ(clipped({1, 2, 3, 4}), (Roi{1, 2, 3, 4}));
  EXPECT_EQ(clipped({-2, -2, 8, 8}), (Roi{0, 0, 6, 6}));
  EXPECT_EQ(clipped({60, 40, 100, 100}), (Roi{60, 40, 4, 8}));
  EXPECT_EQ(clipped({-1'000'000'000, -5, 2'147'483'647, 2'147'483'647}), (Roi{0, 0, 64, 48}));
}

TEST(ClipRoi, SaysWhatIsWrongWithTheNumbers) {
  EXPECT_EQ(refusal({1, 2, 3}), "roi <1,2,3> has 3 numbers; it takes four: <x,y,width,height>");
  EXPECT_EQ(refusal({1, 2, 0, 4}), "roi <1,2,0,4> has no size; width and height are at least 1");
  EXPECT_EQ(refusal({1, 2, 4, -4}), "roi <1,2,4,-4> has no size; width and height are at least 1");
  EXPECT_EQ(refusal({64, 0, 1, 1}), "roi <64,0,1,1> lies outside of the picture of 64x48");
  EXPECT_EQ(refusal({0, -3, 5, 3}), "roi <0,-3,5,3> lies outside of the picture of 64x48");
}

Size scaled(Size size, Scales scales, bool transposed = false) {
  const auto result = scaled_size({0, 0, size.width, size.height}, scales, transposed);
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or(Size{});
}

TEST(ScaledSize, RoundsDownInSinglePrecision) {
  EXPECT_EQ(scaled({20, 10}, {3.3, 0}), (Size{65, 32}));  // 3.3 is a little less in single precision
  EXPECT_EQ(scaled({33, 17}, {0.5, 0}), (Size{16, 8}));
  EXPECT_EQ(scaled({33, 17}, {0, 2}), (Size{66, 34}));
  EXPECT_EQ(scaled({33, 17}, {2, 1}), (Size{66, 17}));
  EXPECT_EQ(scaled({33, 17}, {}), (Size{33, 17}));
  EXPECT_EQ(scaled({33, 17}, {2, 1}, true), (Size{17, 66}));
}

TEST(ScaledSize, RefusesSizesThatAreNone) {
  const auto none = scaled_size({0, 0, 33, 17}, {0.05, 0.06}, false);
  EXPECT_EQ(scaled_size({0, 0, 10, 10}, {0.05, 1}, false).error().code, Errc::invalid);
  ASSERT_TRUE(none);
  EXPECT_EQ(*none, (Size{1, 1}));
  const auto large = scaled_size({0, 0, 640, 480}, {1000, 1}, false);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::limit);
  EXPECT_NE(large.error().message.find("640"), std::string::npos);
}

Placement placed(Aspect aspect, Size picture, Size output, Ratio pixel = {}, Orientation orientation = {}) {
  return place({{0, 0, picture.width, picture.height},
                orientation,
                oriented(picture, orientation.transpose),
                output,
                pixel,
                aspect});
}

TEST(Place, StretchesUnlessItIsToldOtherwise) {
  const Placement result = placed(Aspect::ignore, {20, 10}, {64, 48});
  EXPECT_EQ(result.source, (Roi{0, 0, 20, 10}));
  EXPECT_EQ(result.target, (Roi{0, 0, 64, 48}));
}

TEST(Place, KeepFitsTheWholePictureInTheMiddle) {
  EXPECT_EQ(placed(Aspect::keep, {20, 10}, {64, 48}).target, (Roi{0, 8, 64, 32}));
  EXPECT_EQ(placed(Aspect::keep, {10, 20}, {64, 48}).target, (Roi{20, 0, 24, 48}));
  EXPECT_EQ(placed(Aspect::keep, {320, 240}, {64, 48}).target, (Roi{0, 0, 64, 48}));
  EXPECT_EQ(placed(Aspect::keep, {1000, 1}, {64, 48}).target, (Roi{0, 23, 64, 1}));
  EXPECT_EQ(placed(Aspect::keep, {20, 10}, {64, 48}).source, (Roi{0, 0, 20, 10}));
}

TEST(Place, KeepCountsThePixelsShape) {
  EXPECT_EQ(placed(Aspect::keep, {32, 48}, {64, 48}, {2, 1}).target, (Roi{0, 0, 64, 48}));
  EXPECT_EQ(placed(Aspect::keep, {64, 48}, {64, 48}, {1, 2}).target, (Roi{16, 0, 32, 48}));
}

TEST(Place, ExpandCutsWhatDoesNotFit) {
  const Placement wide = placed(Aspect::expand, {100, 48}, {64, 48});
  EXPECT_EQ(wide.source, (Roi{18, 0, 64, 48}));
  EXPECT_EQ(wide.target, (Roi{0, 0, 64, 48}));
  EXPECT_EQ(placed(Aspect::expand, {64, 100}, {64, 48}).source, (Roi{0, 26, 64, 48}));
  EXPECT_EQ(placed(Aspect::expand, {1, 1000}, {64, 48}).source, (Roi{0, 499, 1, 1}));
}

TEST(Place, ExpandCutsTheSideThatWillBeTheWideOne) {
  const Orientation right = {false, true, true};
  EXPECT_EQ(placed(Aspect::expand, {48, 100}, {64, 48}, {}, right).source, (Roi{0, 18, 48, 64}));
}

TEST(Place, ThePictureByItselfIsNeverCutNorFramed) {
  const Fit fit = {{0, 0, 33, 17}, {}, {36, 18}, {36, 18}, {}, Aspect::keep};
  EXPECT_EQ(place(fit).target, (Roi{0, 0, 36, 18}));
}

TEST(ToSource, FindsThePointThatIsShown) {
  const Placement placement = {{10, 20, 40, 20}, {0, 10, 80, 40}};
  const Point plain = to_source({20, 30}, placement, {});
  EXPECT_DOUBLE_EQ(plain.x, 20);
  EXPECT_DOUBLE_EQ(plain.y, 30);
  const Point mirrored = to_source({20, 30}, placement, {true, false, false});
  EXPECT_DOUBLE_EQ(mirrored.x, 40);
  const Placement upright = {{0, 0, 40, 20}, {0, 0, 20, 40}};
  const Point corner = to_source({20, 0}, upright, {false, true, true});  // turned right: the top right was top left
  EXPECT_DOUBLE_EQ(corner.x, 0);
  EXPECT_DOUBLE_EQ(corner.y, 0);
}

TEST(DrawHints, HaveTheBitsOfTheCamera) {
  EXPECT_EQ(orientation_of(0x60), (Orientation{false, true, true}));
  EXPECT_EQ(orientation_of(draw_hint::kRotate270), (Orientation{true, false, true}));
  EXPECT_EQ(aspect_of(0x400), Aspect::keep);
  EXPECT_EQ(aspect_of(0x800), Aspect::expand);
  EXPECT_EQ(aspect_of(0x1000), Aspect::ignore);
}

TEST(DrawHints, InterpolationNeedsPixels) {
  constexpr std::uint32_t kSmooth = draw_hint::kBicubic | draw_hint::kBilinear;
  EXPECT_EQ(interpolation_of(0, {64, 48}, {32, 24}), Interpolation::nearest);
  EXPECT_EQ(interpolation_of(kSmooth, {64, 4}, {128, 8}), Interpolation::bicubic);
  EXPECT_EQ(interpolation_of(kSmooth, {64, 3}, {128, 8}), Interpolation::bilinear);
  EXPECT_EQ(interpolation_of(kSmooth, {64, 1}, {128, 8}), Interpolation::nearest);
  EXPECT_EQ(interpolation_of(draw_hint::kArea, {64, 48}, {32, 48}), Interpolation::area);
  EXPECT_EQ(interpolation_of(draw_hint::kArea | kSmooth, {64, 48}, {64, 96}), Interpolation::nearest);
}

}  // namespace
}  // namespace omv
