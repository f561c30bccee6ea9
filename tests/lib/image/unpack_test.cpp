// SPDX-License-Identifier: LGPL-2.1-or-later
// Bayer and 4:2:2 against the firmware's own conversions, and the edges that have none.
#include "omv/image/unpack.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "omv/base/mapped_file.h"
#include "omv/image/convert.h"
#include "temp_dir.h"

namespace omv {
namespace {

constexpr std::size_t kFirstPayload = 48;  // of a V2.0 recording: magic and one header

struct FirmwareSample {
  const char* name;
  FrameInfo info;
  std::uint32_t columns;  // that are to be compared
};

std::ostream& operator<<(std::ostream& out, const FirmwareSample& sample) { return out << sample.name; }

class FirmwareConversion : public testing::TestWithParam<FirmwareSample> {};

// The firmware converts to 565 first, and truncates.
TEST_P(FirmwareConversion, IsTheSameToTheBit) {
  const auto& [name, info, columns] = GetParam();
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  const auto path = std::filesystem::path(root != nullptr ? root : ".") / "../shared/samples/imageio" / name;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no firmware samples beside the source tree";
  const Bytes file = test::read_file(path.string());
  const Bytes ppm = test::read_file(path.string() + ".0.ppm");
  const std::size_t header = ppm.size() - std::size_t{3} * info.width * info.height;
  const ImageView view = packed_view(info, ConstByteSpan(file).subspan(kFirstPayload));
  Bytes row(std::size_t{4} * info.width);
  for (std::uint32_t y = 0; y < info.height; ++y) {
    unpack_row_rgbx(view, y, row.data());
    for (std::uint32_t x = 0; x < columns; ++x) {
      const Rgb888 ours = expand_565(reduce_to_565({row[4 * x], row[4 * x + 1], row[4 * x + 2]}));
      const std::uint8_t* theirs = ppm.data() + header + 3 * (std::size_t{y} * info.width + x);
      ASSERT_EQ(ours.r, theirs[0]) << x << "," << y;
      ASSERT_EQ(ours.g, theirs[1]) << x << "," << y;
      ASSERT_EQ(ours.b, theirs[2]) << x << "," << y;
    }
  }
}

// The last column of even widths is where the firmware goes wrong.
INSTANTIATE_TEST_SUITE_P(
    Samples, FirmwareConversion,
    testing::Values(FirmwareSample{"v2_bayer_rggb_33x17.bin", {PixelFormat::bayer_rggb, 33, 17}, 33},
                    FirmwareSample{"v2_bayer_bggr_64x48.bin", {PixelFormat::bayer_bggr, 64, 48}, 63},
                    FirmwareSample{"v2_yuv422_33x17.bin", {PixelFormat::yuv422, 33, 17}, 33},
                    FirmwareSample{"v2_yvu422_32x24.bin", {PixelFormat::yvu422, 32, 24}, 32}));

TEST(Debayer, EdgesMirrorOnEverySide) {
  // A flat colour stays flat right up to every edge, in all orders and for sizes down to 2x2.
  for (const PixelFormat format :
       {PixelFormat::bayer_bggr, PixelFormat::bayer_gbrg, PixelFormat::bayer_grbg, PixelFormat::bayer_rggb})
    for (const auto& [width, height] : {std::pair{2u, 2u}, {3u, 5u}, {8u, 6u}}) {
      const bool blue_first = format == PixelFormat::bayer_bggr || format == PixelFormat::bayer_gbrg;
      const bool green_first = format == PixelFormat::bayer_gbrg || format == PixelFormat::bayer_grbg;
      Bytes mosaic(width * height);
      for (std::uint32_t y = 0; y < height; ++y)
        for (std::uint32_t x = 0; x < width; ++x) {
          const bool green = ((x + y) % 2 == 0) == green_first;
          mosaic[y * width + x] = green ? 100 : (y % 2 == 0) == blue_first ? 50 : 200;
        }
      Bytes row(4 * width);
      for (std::uint32_t y = 0; y < height; ++y) {
        unpack_row_rgbx(packed_view({format, width, height}, ConstByteSpan(mosaic)), y, row.data());
        for (std::uint32_t x = 0; x < width; ++x)
          ASSERT_EQ(Bytes(row.begin() + 4 * x, row.begin() + 4 * x + 4), (Bytes{200, 100, 50, 255}))
              << to_string(format) << " " << width << "x" << height << " at " << x << "," << y;
      }
    }
}

TEST(Unpack, TheLastPixelOfAnOddRowTakesTheChromaBefore) {
  const Bytes wide = {10, 1, 20, 2, 30, 3};  // yvu422: Y Cb Y Cr Y Cb
  Bytes out(9);
  unpack_row_ycbcr(packed_view({PixelFormat::yvu422, 3, 1}, ConstByteSpan(wide)), 0, out.data());
  EXPECT_EQ(out, (Bytes{10, 1, 2, 20, 1, 2, 30, 3, 2}));
  const Bytes narrow = {10, 7};
  out.resize(3);
  unpack_row_ycbcr(packed_view({PixelFormat::yuv422, 1, 1}, ConstByteSpan(narrow)), 0, out.data());
  EXPECT_EQ(out, (Bytes{10, 128, 7}));
}

TEST(Unpack, GreyIsTheLumaOfEveryFormat) {
  Bytes out(2);
  const Bytes bits = {2, 0, 0, 0};
  unpack_row_grey(packed_view({PixelFormat::binary, 2, 1}, ConstByteSpan(bits)), 0, out.data());
  EXPECT_EQ(out, (Bytes{0, 255}));
  const Bytes colours = {0x00, 0xF8, 0xFF, 0xFF};
  unpack_row_grey(packed_view({PixelFormat::rgb565, 2, 1}, ConstByteSpan(colours)), 0, out.data());
  EXPECT_EQ(out, (Bytes{75, 255}));
  const Bytes pairs = {11, 1, 22, 2};
  unpack_row_grey(packed_view({PixelFormat::yuv422, 2, 1}, ConstByteSpan(pairs)), 0, out.data());
  EXPECT_EQ(out, (Bytes{11, 22}));
}

TEST(UnpackRgbx, Every565PixelIsTheSameInRowsOfEveryLength) {
  for (const std::uint32_t width : {65536U / 8, 1U, 7U, 8U, 9U, 31U})
    for (std::uint32_t first = 0; first + width <= 65536; first += width > 31 ? width : 997 * width) {
      Bytes pixels;
      for (std::uint32_t x = 0; x < width; ++x) append_le(pixels, static_cast<std::uint16_t>(first + x));
      Bytes row(std::size_t{4} * width);
      unpack_row_rgbx({{PixelFormat::rgb565, width, 1}, pixels.data(), pixels.size()}, 0, row.data());
      for (std::uint32_t x = 0; x < width; ++x) {
        const Rgb888 c = expand_565(static_cast<std::uint16_t>(first + x));
        ASSERT_EQ(Bytes(row.begin() + 4 * x, row.begin() + 4 * x + 4), (Bytes{c.r, c.g, c.b, 255})) << first + x;
      }
    }
}

}  // namespace
}  // namespace omv
