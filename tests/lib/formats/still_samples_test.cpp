// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills that genuine firmware wrote: read as what was saved, and written again to the same bytes.
#include "still_samples.h"

#include <gtest/gtest.h>

#include <map>

#include "still_pictures.h"

namespace omv::formats {
namespace {

using test::StillSample;

struct StillSamples : testing::Test {
  void SetUp() override {
    if (samples.empty()) GTEST_SKIP() << "no ../shared/samples/still beside OMV_SOURCE_ROOT";
  }

  // The pictures that were saved, by their checksum; BMP keeps the pixels of the camera.
  std::map<std::string, Frame> sources() const {
    std::map<std::string, Frame> found;
    for (const StillSample& sample : samples) {
      if (!sample.name.ends_with(".bmp")) continue;
      auto frame = (*format_for_path(sample.name))->decode(sample.file, {});
      if (frame) found.emplace(test::sha256_of(frame->data), std::move(*frame));
    }
    return found;
  }

  std::vector<StillSample> samples = test::still_samples();
};

Bytes rgb_of(const Frame& frame) {
  const Bytes rgbx = test::colours_of(frame);
  Bytes rgb;
  for (std::size_t i = 0; i < rgbx.size(); i += 4) append(rgb, ConstByteSpan(rgbx).subspan(i, 3));
  return rgb;
}

TEST_F(StillSamples, BmpGivesThePixelsThatWereSaved) {
  const auto found = sources();
  for (const StillSample& sample : samples) {
    if (!sample.name.ends_with("_33x17.bmp")) continue;  // a part of a picture is not all that was there
    EXPECT_EQ(found.count(sample.source_sha256), 1U) << sample.name;
  }
}

// What was saved as this file: known from a BMP of the same picture, else the file's own pixels.
Frame picture_of(const StillSample& sample, const std::map<std::string, Frame>& sources) {
  const auto source = sources.find(sample.source_sha256);
  if (source != sources.end()) return source->second;
  auto own = (*format_for_path(sample.name))->decode(sample.file, {});
  EXPECT_TRUE(own) << own.error().message;
  return std::move(*own);
}

TEST_F(StillSamples, FilesAreWrittenByteForByte) {
  const auto found = sources();
  for (const StillSample& sample : samples) {
    const Format& format = **format_for_path(sample.name);
    if (format.coded || format.sniff == nullptr) continue;
    SCOPED_TRACE(sample.name);
    EXPECT_EQ(test::encoded(format, picture_of(sample, found)), sample.file);
  }
}

TEST_F(StillSamples, DecodeToWhatOtherDecodersSee) {
  for (const StillSample& sample : samples) {
    const bool exact = !sample.name.ends_with(".bmp");  // others disagree about the last bit of 565
    const Format& format = **format_for_path(sample.name);
    if (format.sniff == nullptr) continue;
    SCOPED_TRACE(sample.name);
    const auto frame = format.decode(sample.file, {});
    ASSERT_TRUE(frame) << frame.error().message;
    if (!exact || sample.rgb_sha256.empty()) continue;
    EXPECT_EQ(test::sha256_of(rgb_of(*frame)), sample.rgb_sha256);
  }
}

TEST_F(StillSamples, BayerMosaicsAreRead) {
  for (const StillSample& sample : samples) {
    if (!sample.name.ends_with(".raw")) continue;
    const FrameInfo info = {PixelFormat::bayer_rggb, 32, 16};
    const auto frame = (*format_for_path(sample.name))->decode(sample.file, {.geometry = info});
    ASSERT_TRUE(frame) << frame.error().message;
    EXPECT_EQ(test::sha256_of(frame->data), sample.source_sha256);
  }
}

}  // namespace
}  // namespace omv::formats
