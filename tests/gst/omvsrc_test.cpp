// SPDX-License-Identifier: LGPL-2.1-or-later
// omvsrc delivers what the camera shows: every transport, every format, every layout of rows.
#include <gmock/gmock.h>
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

#include "camera_pipeline.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

using testing::ElementsAre;

// A camera with these options, and where to reach it.
struct Served {
  std::string device;
  std::unique_ptr<emulator::TcpServer> tcp;
  std::unique_ptr<emulator::PtyServer> pty;
};

Served serve(const std::string& how, const std::string& options) {
  Served served;
  if (how == "emulator") served.device = "emulator:?" + options;
  if (how == "tcp") served.device = (served.tcp = serve_tcp(options))->address();
  if (how == "serial") served.device = (served.pty = serve_pty(options))->path();
  return served;
}

struct Form {
  const char* stream;
  const char* options;
  const char* caps;
};

void PrintTo(const Form& form, std::ostream* to) { *to << form.caps; }

constexpr Form kForms[] = {
    {"jpeg", "size=QVGA", "image/jpeg 320x240"},
    {"raw", "size=QVGA&format=grayscale", "video/x-raw GRAY8 320x240"},
    {"raw", "size=QVGA&format=rgb565", "video/x-raw RGB16 320x240"},
    {"raw", "size=QVGA&format=binary", "video/x-openmv-binary 320x240"},
    {"raw", "size=33x17&format=grayscale", "video/x-raw GRAY8 33x17"},
    {"raw", "size=33x17&format=rgb565", "video/x-raw RGB16 33x17"},
    {"raw", "size=65x49&format=binary", "video/x-openmv-binary 65x49"},
    {"raw", "size=320x240&format=yuv422", "image/jpeg 320x240"},
    {"raw", "size=320x240&format=bayer", "image/jpeg 320x240"},
};

class OmvsrcForms : public testing::TestWithParam<std::tuple<const char*, Form>> {};

TEST_P(OmvsrcForms, DeliverEveryFrame) {
  const auto& [how, form] = GetParam();
  const Served served = serve(how, kFast + "&" + form.options);
  const Outcome outcome =
      run(capture(served.device, std::string("num-buffers=6 overflow=block stream=") + form.stream));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  EXPECT_THAT(sequences_of(outcome.frames), ElementsAre(0, 1, 2, 3, 4, 5));
  for (const Received& frame : outcome.frames) EXPECT_EQ(short_caps(frame), form.caps);
}

INSTANTIATE_TEST_SUITE_P(Omvsrc, OmvsrcForms,
                         testing::Combine(testing::Values("emulator", "tcp", "serial"), testing::ValuesIn(kForms)));

TEST(Omvsrc, ChoosesFormatAndSize) {
  const Outcome outcome = run(emulated(kFast, "num-buffers=2 stream=raw pixformat=grayscale framesize=160x120"));
  ASSERT_EQ(outcome.frames.size(), 2u) << outcome.error;
  EXPECT_EQ(short_caps(outcome.frames[0]), "video/x-raw GRAY8 160x120");
}

TEST(Omvsrc, NumbersTheFrames) {
  const Outcome outcome = run(emulated(kFast, "num-buffers=3"));
  ASSERT_EQ(outcome.frames.size(), 3u) << outcome.error;
  for (std::size_t n = 0; n < 3; ++n) EXPECT_EQ(outcome.frames[n].offset, n);
}

TEST(Omvsrc, ExpandsBinaryForPeersThatTakeRawVideoOnly) {
  const Outcome outcome = run("omvsrc num-buffers=3 overflow=block stream=raw device=\"emulator:?" + kFast +
                              "&size=65x49&format=binary\" ! video/x-raw" + kAppSink);
  EXPECT_THAT(sequences_of(outcome.frames), ElementsAre(0, 1, 2)) << outcome.error;
  for (const Received& frame : outcome.frames) EXPECT_EQ(short_caps(frame), "video/x-raw GRAY8 65x49");
}

// ---- rows ----------------------------------------------------------------------------------------------------------

TEST(Omvsrc, PadsRowsForPeersWithoutVideoMeta) {
  const Outcome outcome = run(emulated(kFast + "&size=33x17&format=grayscale", "num-buffers=1 stream=raw"));
  ASSERT_EQ(outcome.frames.size(), 1u) << outcome.error;
  EXPECT_EQ(outcome.frames[0].meta_stride, 0);
  EXPECT_EQ(outcome.frames[0].bytes.size(), 36u * 17u);
}

GstPadProbeReturn note_stride(GstPad*, GstPadProbeInfo* info, gpointer stride) {
  const GstVideoMeta* meta = gst_buffer_get_video_meta(GST_PAD_PROBE_INFO_BUFFER(info));
  *static_cast<gint*>(stride) = meta != nullptr ? meta->stride[0] : 0;
  return GST_PAD_PROBE_OK;
}

TEST(Omvsrc, DescribesRowsToPeersWithVideoMeta) {
  Pipeline pipeline("omvsrc name=src num-buffers=3 overflow=block stream=raw device=\"emulator:?" + kFast +
                    "&size=33x17&format=grayscale\" ! videoconvert ! video/x-raw,format=RGB16" + kAppSink);
  gint stride = -1;
  GstPad* pad = gst_element_get_static_pad(pipeline.child("src"), "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, note_stride, &stride, nullptr);
  gst_object_unref(pad);
  pipeline.set_state(GST_STATE_PLAYING);
  EXPECT_THAT(sequences_of(pull(pipeline, 3)), ElementsAre(0, 1, 2));
  EXPECT_EQ(stride, 33);
}

// ---- recordings ----------------------------------------------------------------------------------------------------

struct Shot {
  PixelFormat format;
  std::uint32_t width;
  std::uint32_t height;
  const char* caps;
};

constexpr Shot kMixed[] = {
    {PixelFormat::grayscale, 33, 17, "video/x-raw GRAY8 33x17"},
    {PixelFormat::rgb565, 33, 17, "video/x-raw RGB16 33x17"},
    {PixelFormat::binary, 65, 3, "video/x-openmv-binary 65x3"},
    {PixelFormat::binary, 1, 1, "video/x-openmv-binary 1x1"},
    {PixelFormat::bayer_rggb, 32, 16, "image/jpeg 32x16"},
    {PixelFormat::rgb565, 320, 240, "video/x-raw RGB16 320x240"},
    {PixelFormat::grayscale, 320, 240, "video/x-raw GRAY8 320x240"},
    {PixelFormat::grayscale, 321, 240, "video/x-raw GRAY8 321x240"},
};

Bytes payload_of(const Shot& shot, std::size_t number) {
  const auto size = static_cast<std::size_t>(payload_bytes({shot.format, shot.width, shot.height}));
  return counted_bytes(size, static_cast<std::uint8_t>(number));
}

Bytes mixed_shots(std::uint32_t interval) {
  Bytes file = recording("V2.0", {});
  std::size_t number = 0;
  for (const Shot& shot : kMixed)
    append(file, v2_chunk(interval, shot.width, shot.height, shot.format, payload_of(shot, number++)));
  return file;
}

class OmvsrcRecordings : public testing::Test {
 protected:
  std::string device(const Bytes& bytes, const std::string& options) {
    write_file(dir_ / "recording.bin", bytes);
    return "emulator:?file=" + (dir_ / "recording.bin") + "&" + options;
  }
  const TempDir dir_;
};

TEST_F(OmvsrcRecordings, CapsFollowTheFrames) {
  const Outcome outcome = run(capture(device(mixed_shots(20), kFast + "&loop=false"), "stream=raw"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  ASSERT_EQ(outcome.frames.size(), std::size(kMixed));
  for (std::size_t n = 0; n < std::size(kMixed); ++n) EXPECT_EQ(short_caps(outcome.frames[n]), kMixed[n].caps);
}

TEST_F(OmvsrcRecordings, RawPayloadsArriveUnchanged) {
  const Outcome outcome = run(capture(device(mixed_shots(20), kFast + "&loop=false"), "stream=raw"));
  ASSERT_EQ(outcome.frames.size(), std::size(kMixed)) << outcome.error;
  for (std::size_t n = 0; n < std::size(kMixed); ++n) {
    if (is_bayer(kMixed[n].format)) continue;
    EXPECT_EQ(packed(outcome.frames[n]), payload_of(kMixed[n], n)) << kMixed[n].caps;
  }
}

TEST_F(OmvsrcRecordings, LoopRoundAndRound) {
  Pipeline pipeline(capture(device(mixed_shots(0), kFast), "stream=raw"));
  pipeline.set_state(GST_STATE_PLAYING);
  const auto frames = pull(pipeline, 2 * std::size(kMixed) + 1);
  ASSERT_EQ(frames.size(), 2 * std::size(kMixed) + 1);
  for (std::size_t n = 0; n < frames.size(); ++n) EXPECT_EQ(short_caps(frames[n]), kMixed[n % std::size(kMixed)].caps);
}

// What a user does: record a recording, and have the same again.
TEST_F(OmvsrcRecordings, SurviveCapturingAndMuxing) {
  Bytes file = recording("V2.0", {});
  for (std::uint8_t n = 0; n < 5; ++n)
    append(file, v2_chunk(0, 33, 17, PixelFormat::grayscale, counted_bytes(33 * 17, n)));
  const std::string copy = dir_ / "copy.bin";
  const Outcome outcome = run("omvsrc stream=raw device=\"" + device(file, kFast + "&loop=false") +
                              "\" ! imageiomux ! filesink location=" + copy);
  ASSERT_TRUE(outcome.eos) << outcome.error;
  Bytes recorded = read_file(copy);
  ASSERT_EQ(recorded.size(), file.size());
  for (std::size_t at = 16; at < recorded.size(); at += (file.size() - 16) / 5)
    store_le<std::uint32_t>(&recorded[at], 0);
  EXPECT_EQ(recorded, file);
}

}  // namespace
}  // namespace omv::test
