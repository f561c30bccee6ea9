// SPDX-License-Identifier: LGPL-2.1-or-later
// The raw captures of the picamera recipes: blocks, padding, planes.
#include "omv/formats/picamera.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "still_pictures.h"
#include "temp_dir.h"

namespace omv::formats {
namespace {

using test::decode_error;
using test::encoded;

TEST(Picamera, SizesAreRoundedUpToBlocks) {
  EXPECT_EQ(picamera_width(1), 32U);
  EXPECT_EQ(picamera_width(32), 32U);
  EXPECT_EQ(picamera_width(33), 64U);
  EXPECT_EQ(picamera_height(16), 16U);
  EXPECT_EQ(picamera_height(17), 32U);
}

TEST(Picamera, YuvIsThreePaddedPlanes) {
  // 3x3 pixels, 2x2 chroma samples.
  const Frame frame = {{PixelFormat::yuv420, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 30, 31, 32, 33}};
  const Bytes file = encoded(kYuvFormat, frame);
  ASSERT_EQ(file.size(), 32U * 16 + 2 * 16 * 8);
  const auto luma = [&](std::size_t x, std::size_t y) { return int{file[32 * y + x]}; };
  EXPECT_EQ(luma(0, 0), 1);
  EXPECT_EQ(luma(2, 1), 6);
  EXPECT_EQ(luma(31, 1), 6);  // the last column again
  EXPECT_EQ(luma(1, 15), 8);  // the last row again
  EXPECT_EQ(luma(31, 15), 9);
  const auto chroma = [&](std::size_t plane, std::size_t x, std::size_t y) {
    return int{file[512 + 128 * plane + 16 * y + x]};
  };
  EXPECT_EQ(chroma(0, 0, 0), 20);
  EXPECT_EQ(chroma(0, 15, 7), 23);
  EXPECT_EQ(chroma(1, 0, 1), 32);
  EXPECT_EQ(chroma(1, 15, 0), 31);
}

TEST(Picamera, InterleavedChromaIsSorted) {
  const Frame frame = {{PixelFormat::nv12, 2, 2}, {1, 2, 3, 4, 20, 30}};
  const Frame planar = {{PixelFormat::yuv420, 2, 2}, {1, 2, 3, 4, 20, 30}};
  EXPECT_EQ(encoded(kYuvFormat, frame), encoded(kYuvFormat, planar));
}

TEST(Picamera, RgbIsPaddedTriples) {
  const Frame frame = {{PixelFormat::bgr888, 1, 1}, {3, 2, 1}};
  const Bytes file = encoded(kRgbFormat, frame);
  ASSERT_EQ(file.size(), 3U * 32 * 16);
  for (std::size_t i = 0; i < file.size(); i += 3)
    ASSERT_EQ((Bytes{file[i], file[i + 1], file[i + 2]}), (Bytes{1, 2, 3})) << i;
}

TEST(Picamera, FilesOfAnotherSizeAreErrors) {
  const DecodeOptions options = {.geometry = FrameInfo{PixelFormat::grayscale, 33, 17}};
  EXPECT_EQ(decode_error(kYuvFormat, Bytes(64 * 32 * 3 / 2), options), Errc::end);
  EXPECT_EQ(decode_error(kYuvFormat, Bytes(64 * 32 * 3 / 2 - 1), options), Errc::truncated);
  EXPECT_EQ(decode_error(kYuvFormat, Bytes(64 * 32 * 3 / 2 + 1), options), Errc::invalid);
  EXPECT_EQ(decode_error(kRgbFormat, Bytes(64 * 32 * 3), options), Errc::end);
  EXPECT_EQ(decode_error(kRgbFormat, Bytes(64 * 32), options), Errc::truncated);
  EXPECT_EQ(decode_error(kRgbFormat, Bytes(64 * 32), {.geometry = FrameInfo{PixelFormat::rgb888, 40000, 2}}),
            Errc::limit);
}

// The Python of docs/formats.md that reads such files.
std::string documented_python() {
  const char* root = std::getenv("OMV_SOURCE_ROOT");
  if (root == nullptr) return {};
  const Bytes page = test::read_file(std::string(root) + "/docs/formats.md");
  const std::string text(as_text(page));
  const std::size_t start = text.find("```python\nimport numpy");
  if (start == std::string::npos) return {};
  const std::size_t code = text.find('\n', start) + 1;
  return text.substr(code, text.find("```", code) - code);
}

// A Python that has numpy; empty when there is none.
std::string python_with_numpy() {
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (std::system((python + " -c 'import numpy' >/dev/null 2>&1").c_str()) == 0) return python;
  return {};
}

TEST(Picamera, NumpyReadsTheFilesAsDocumented) {
  const std::string python = python_with_numpy();
  if (python.empty()) GTEST_SKIP() << "no Python with numpy";
  ASSERT_FALSE(documented_python().empty()) << "docs/formats.md below OMV_SOURCE_ROOT lost its example";
  const test::TempDir dir;
  const Frame yuv = test::noise_picture(PixelFormat::yuv420, 33, 17);
  const Frame rgb = test::noise_picture(PixelFormat::rgb888, 33, 17);
  test::write_file(dir / "a.yuv", encoded(kYuvFormat, yuv));
  test::write_file(dir / "a.rgb", encoded(kRgbFormat, rgb));
  const std::string program = "import os\nos.chdir(r'" + dir / "." + "')\n" + documented_python() +
                              "\nopen('yuv', 'wb').write(b''.join(p.tobytes() for p in read_yuv('a.yuv', 33, 17)))"
                              "\nopen('rgb', 'wb').write(read_rgb('a.rgb', 33, 17).tobytes())\n";
  test::write_file(dir / "read.py", as_bytes(program));
  ASSERT_EQ(std::system((python + " " + dir / "read.py").c_str()), 0);
  EXPECT_EQ(test::read_file(dir / "yuv"), yuv.data);
  EXPECT_EQ(test::read_file(dir / "rgb"), rgb.data);
}

}  // namespace
}  // namespace omv::formats
