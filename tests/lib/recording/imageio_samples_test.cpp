// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings that genuine firmware wrote, against what their sidecars say.
#include "imageio_samples.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "omv/recording/imageio_file.h"
#include "temp_dir.h"

namespace omv::imageio {
namespace {

using test::Sample;
using test::SampleFrame;
using test::sha256;

constexpr ReadOptions kOnce{.loop = false, .pause = false};

// The file does not tell what firmware 4.1.2 to 4.2.0 left out: its Bayer frames say 1, as grey ones do.
std::string format_in_file(const Sample& sample, const SampleFrame& frame) {
  if (sample.magic == "OMV IMG STR V1.1" && frame.format_code == 1) return "grayscale";
  std::string name = frame.format;
  for (char& c : name) c = static_cast<char>(std::tolower(c));
  return name == "bayer" ? "bayer_bggr" : name;
}

struct ImageioSamples : testing::Test {
  void SetUp() override {
    if (samples.empty()) GTEST_SKIP() << "no ../shared/samples/imageio beside OMV_SOURCE_ROOT";
  }
  std::vector<Sample> samples = test::imageio_samples();
  test::TempDir dir;
};

void expect_chunk(const Sample& sample, const SampleFrame& truth, const Chunk& chunk) {
  EXPECT_EQ(static_cast<std::int64_t>(chunk.offset), truth.chunk_offset);
  EXPECT_EQ(static_cast<std::int64_t>(chunk.payload_offset()), truth.payload_offset);
  EXPECT_EQ(chunk.interval, std::chrono::milliseconds(truth.interval_ms));
  EXPECT_EQ(chunk.info.width, truth.width);
  EXPECT_EQ(chunk.info.height, truth.height);
  EXPECT_EQ(to_string(chunk.info.format), format_in_file(sample, truth));
  EXPECT_EQ(chunk.raw_format, truth.format_code);
  EXPECT_EQ(static_cast<std::int64_t>(chunk.payload_bytes), truth.payload_bytes);
  EXPECT_EQ(chunk.pad_bytes, truth.pad_bytes);
  EXPECT_EQ(static_cast<std::int64_t>(chunk.memory_bytes()), truth.memory_bytes);
}

TEST_F(ImageioSamples, AreWhatTheirSidecarsSay) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    const Bytes bytes = test::read_file(sample.path);
    auto stream = FileStream::open(sample.path);
    ASSERT_TRUE(stream) << stream.error().message;
    ASSERT_EQ(*(*stream)->count(), sample.frames.size());
    EXPECT_FALSE(*(*stream)->damage());
    for (std::size_t n = 0; n < sample.frames.size(); ++n) {
      SCOPED_TRACE(n);
      const auto chunk = (*stream)->chunk(n);
      ASSERT_TRUE(chunk);
      expect_chunk(sample, sample.frames[n], *chunk);
      const auto stored = ConstByteSpan(bytes).subspan(chunk->payload_offset(), chunk->payload_bytes);
      EXPECT_EQ(sha256(stored), sample.frames[n].sha256);
    }
  }
}

TEST_F(ImageioSamples, ReadBackAsTheirPayloads) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    auto stream = *FileStream::open(sample.path, Rgb565Order::by_smoothness);
    for (const SampleFrame& truth : sample.frames) {
      const auto frame = stream->read(kOnce);
      ASSERT_TRUE(frame);
      EXPECT_EQ(static_cast<std::int64_t>(frame->frame.data.size()), truth.memory_bytes);
      const auto stored = ConstByteSpan(frame->frame.data).first(static_cast<std::size_t>(truth.payload_bytes));
      EXPECT_EQ(sha256(stored), truth.sha256_native.empty() ? truth.sha256 : truth.sha256_native);
    }
    EXPECT_EQ(stream->read(kOnce).error().code, Errc::end);
  }
}

// by_smoothness is right above for both kinds of V1.0 file; the default is the camera's, right for the older kind.
TEST_F(ImageioSamples, DefaultOrderIsTheCameras) {
  for (const Sample& sample : samples) {
    if (sample.magic != "OMV IMG STR V1.0") continue;
    SCOPED_TRACE(sample.name);
    const bool native_in_file = sample.name.find("fw3_8") != std::string::npos;
    const auto order = native_in_file ? Rgb565Order::native : Rgb565Order::swap;
    auto stream = *FileStream::open(sample.path, order);
    for (const SampleFrame& truth : sample.frames) {
      const auto frame = stream->read(kOnce);
      ASSERT_TRUE(frame);
      if (truth.format != "RGB565" || truth.sha256_native.empty()) continue;
      EXPECT_EQ(sha256(frame->frame.data), truth.sha256_native);
    }
  }
}

// What a copy may differ in: the meaningless `size` of raw frames, and when the copying began.
Bytes without_meaningless_fields(const Sample& sample, Bytes bytes) {
  for (const SampleFrame& frame : sample.frames) {
    auto* header = bytes.data() + frame.chunk_offset;
    if (frame.format != "JPEG" && frame.format != "PNG") store_le<std::uint32_t>(header + 16, 0);
    if (frame.chunk_offset == 16) store_le<std::uint32_t>(header, 0);
  }
  return bytes;
}

TEST_F(ImageioSamples, CopiesAreByteIdentical) {
  for (const Sample& sample : samples) {
    if (sample.magic != "OMV IMG STR V2.0" || sample.name == "v2_argb8.bin") continue;
    SCOPED_TRACE(sample.name);
    const std::string copy = dir / sample.name;
    auto from = *FileStream::open(sample.path);
    auto to = *FileStream::create(copy);
    while (auto frame = from->read(kOnce)) ASSERT_TRUE(to->write(frame->frame, frame->timing.interval));
    EXPECT_EQ(test::read_file(copy).size(), test::read_file(sample.path).size());
    EXPECT_EQ(without_meaningless_fields(sample, test::read_file(copy)),
              without_meaningless_fields(sample, test::read_file(sample.path)));
  }
}

std::size_t frames_whole_at(const Sample& sample, std::size_t cut) {
  return static_cast<std::size_t>(std::count_if(sample.frames.begin(), sample.frames.end(), [cut](const auto& frame) {
    return frame.payload_offset + frame.payload_bytes <= static_cast<std::int64_t>(cut);
  }));
}

// The file ends where its first BINARY frame would end, had firmware 2.5 to 2.7 stored a quarter of it.
bool looks_like_a_whole_quarter(const Sample& sample, std::size_t cut) {
  const auto first = std::find_if(sample.frames.begin(), sample.frames.end(),
                                  [](const SampleFrame& frame) { return frame.format == "BINARY"; });
  if (sample.magic != "OMV IMG STR V1.0" || first == sample.frames.end()) return false;
  const auto quarter_end = static_cast<std::size_t>(first->payload_offset + first->memory_bytes / 4);
  return cut >= quarter_end && cut <= (quarter_end + 15) / 16 * 16;
}

// Every whole frame, nothing else. Nothing tells at one place whether a frame is whole: there it is delivered.
TEST_F(ImageioSamples, CutAnywhereDeliverTheirWholeFrames) {
  for (const Sample& sample : samples) {
    const Bytes bytes = test::read_file(sample.path);
    if (bytes.size() > 20'000) continue;
    SCOPED_TRACE(sample.name);
    for (std::size_t cut = 16; cut <= bytes.size(); ++cut) {
      const MemorySource source(ConstByteSpan(bytes).first(cut));
      auto reader = Reader::open(source);
      ASSERT_TRUE(reader) << cut;
      const std::size_t whole = frames_whole_at(sample, cut);
      const std::size_t count = *reader->count();
      ASSERT_GE(count, whole) << cut;
      ASSERT_LE(count, whole + (looks_like_a_whole_quarter(sample, cut) ? 1 : 0)) << cut;
    }
  }
}

struct DamagedSample {
  const char* name;
  std::size_t frames;
  Errc code;
};

TEST_F(ImageioSamples, DamagedOnesEndBehindTheLastGoodFrame) {
  for (const DamagedSample& sample :
       {DamagedSample{"t_1194.bin", 1, Errc::truncated}, DamagedSample{"t_3519.bin", 3, Errc::truncated},
        DamagedSample{"badfmt.bin", 1, Errc::invalid}, DamagedSample{"w0.bin", 1, Errc::invalid}}) {
    SCOPED_TRACE(sample.name);
    auto stream = FileStream::open((test::imageio_samples_dir() / sample.name).string());
    ASSERT_TRUE(stream);
    const auto damage = (*stream)->damage();
    ASSERT_TRUE(damage && *damage);
    EXPECT_EQ((*damage)->code, sample.code) << (*damage)->message;
    EXPECT_EQ(*(*stream)->count(), sample.frames) << (*damage)->message;
  }
}

}  // namespace
}  // namespace omv::imageio
