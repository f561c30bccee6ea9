// SPDX-License-Identifier: LGPL-2.1-or-later
// imageiodemux against the firmware's recordings, hand-made files, seeks of every kind, and damage.
#include <gst/gst.h>
#include <gtest/gtest.h>

#include <string>

#include "imageio_samples.h"
#include "omv/image/convert.h"
#include "omv/recording/imageio_reader.h"
#include "pipeline.h"
#include "recording_bytes.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

constexpr PixelFormat kGray = PixelFormat::grayscale;
constexpr int kFlush = GST_SEEK_FLAG_FLUSH;
constexpr int kAccurate = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE;
constexpr int kKeyUnit = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT;

// Ten frames of 4x1; frame n starts at 100 n ms and holds the byte n four times.
Bytes ten_frames() {
  Bytes file = recording("V2.0", {});
  for (std::uint8_t n = 0; n < 10; ++n) append(file, v2_chunk(n == 0 ? 40 : 100, 4, 1, kGray, Bytes(4, n)));
  return file;
}

std::string play(const std::string& path, const std::string& options = "") {
  return "filesrc location=" + path + " ! imageiodemux name=demux " + options;
}

// A source that can only push, in pieces of `block` bytes.
std::string push(const std::string& path, int block) {
  return "filesrc location=" + path + " blocksize=" + std::to_string(block) + " ! queue ! imageiodemux";
}

std::vector<int> numbers(const std::vector<Received>& frames) {
  std::vector<int> numbers;
  for (const Received& frame : frames) numbers.push_back(frame.bytes.empty() ? -1 : frame.bytes[0]);
  return numbers;
}

class ImageioDemux : public testing::Test {
 protected:
  std::string file(const Bytes& bytes) {
    const std::string path = dir_ / "test.bin";
    write_file(path, bytes);
    return path;
  }

  // Frames that arrive after a seek in PAUSED.
  std::vector<Received> after_seek(const Bytes& bytes, gdouble rate, int flags, gint64 start, gint64 stop = -1,
                                   GstFormat format = GST_FORMAT_TIME) {
    Pipeline pipeline(play(file(bytes)) + kAppSink);
    EXPECT_TRUE(pipeline.reach(GST_STATE_PAUSED));
    EXPECT_TRUE(pipeline.seek(rate, format, flags, GST_SEEK_TYPE_SET, start,
                              stop < 0 ? GST_SEEK_TYPE_NONE : GST_SEEK_TYPE_SET, stop));
    pipeline.set_state(GST_STATE_PLAYING);
    std::vector<Received> frames;
    drain(pipeline, frames);
    return frames;
  }

  const TempDir dir_;
};

// ---- plain playback ------------------------------------------------------------------------------------------------

TEST_F(ImageioDemux, PlaysFramesWithTheirTimes) {
  const Outcome outcome = run(play(file(ten_frames())) + kAppSink);
  ASSERT_TRUE(outcome.eos) << outcome.error;
  ASSERT_EQ(outcome.frames.size(), 10u);
  for (std::size_t n = 0; n < 10; ++n) {
    EXPECT_EQ(outcome.frames[n].bytes, Bytes(4, static_cast<std::uint8_t>(n)));
    EXPECT_EQ(outcome.frames[n].pts, n * 100 * GST_MSECOND);
    EXPECT_EQ(outcome.frames[n].duration, 100 * GST_MSECOND);
    EXPECT_EQ(outcome.frames[n].offset, n);
    EXPECT_EQ(outcome.frames[n].discont, n == 0);
  }
}

TEST_F(ImageioDemux, PushModePlaysTheSameWhateverThePieces) {
  const std::string path = file(ten_frames());
  for (const int block : {1, 7, 16, 48, 4096}) {
    const Outcome outcome = run(push(path, block) + kAppSink);
    ASSERT_TRUE(outcome.eos) << outcome.error;
    EXPECT_EQ(numbers(outcome.frames), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})) << "block " << block;
    ASSERT_EQ(outcome.frames.size(), 10u);
    EXPECT_EQ(outcome.frames[9].pts, 900 * GST_MSECOND);
  }
}

TEST_F(ImageioDemux, MixedFormatsRenegotiate) {
  const Outcome outcome = run(play(file(mixed_recording("V2.0"))) + kAppSink);
  ASSERT_TRUE(outcome.eos) << outcome.error;
  ASSERT_EQ(outcome.frames.size(), 8u);  // without the argb8 frame
  const char* expected[] = {"video/x-raw, format=(string)GRAY8, width=(int)3",
                            "video/x-openmv-binary, width=(int)33",
                            "video/x-raw, format=(string)RGB16, width=(int)3",
                            "image/jpeg, width=(int)8",
                            "video/x-bayer, format=(string)rggb, width=(int)5",
                            "video/x-raw, format=(string)YUY2, width=(int)3",
                            "image/png, width=(int)8",
                            "video/x-raw, format=(string)GRAY8, width=(int)4"};
  for (std::size_t n = 0; n < 8; ++n)
    EXPECT_EQ(outcome.frames[n].caps.rfind(expected[n], 0), 0u) << outcome.frames[n].caps;
  EXPECT_EQ(outcome.frames[5].pts, 1089 * GST_MSECOND);  // the argb8 frame's time is kept
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_NE(outcome.warnings[0].find("argb8"), std::string::npos);
}

TEST_F(ImageioDemux, AnEmptyRecordingEnds) {
  const Outcome outcome = run(play(file(recording("V2.0", {}))) + " ! fakesink");
  EXPECT_TRUE(outcome.eos) << outcome.error;
}

// ---- layouts -------------------------------------------------------------------------------------------------------

TEST_F(ImageioDemux, PadsRowsForPeersWithoutVideoMeta) {
  const Bytes bytes = recording("V2.0", {v2_chunk(0, 3, 2, kGray, counted_bytes(6))});
  const Outcome outcome = run(play(file(bytes)) + kAppSink);
  ASSERT_EQ(outcome.frames.size(), 1u);
  EXPECT_EQ(outcome.frames[0].bytes, (Bytes{1, 2, 3, 0, 4, 5, 6, 0}));
  EXPECT_EQ(outcome.frames[0].meta_stride, 0);
}

GstPadProbeReturn note_stride(GstPad*, GstPadProbeInfo* info, gpointer stride) {
  const GstVideoMeta* meta = gst_buffer_get_video_meta(GST_PAD_PROBE_INFO_BUFFER(info));
  *static_cast<gint*>(stride) = meta != nullptr ? meta->stride[0] : 0;
  return GST_PAD_PROBE_OK;
}

TEST_F(ImageioDemux, DescribesRowsToPeersWithVideoMeta) {
  const Bytes bytes = recording("V2.0", {v2_chunk(0, 3, 2, kGray, counted_bytes(6))});
  Pipeline pipeline(play(file(bytes)) + " ! videoconvert ! video/x-raw,format=RGBA" + kAppSink);
  gint stride = -1;
  GstPad* pad = gst_element_get_static_pad(pipeline.child("demux"), "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, note_stride, &stride, nullptr);
  gst_object_unref(pad);
  pipeline.set_state(GST_STATE_PLAYING);
  std::vector<Received> frames;
  drain(pipeline, frames);
  EXPECT_EQ(stride, 3);
  ASSERT_EQ(frames.size(), 1u);
  ASSERT_EQ(frames[0].bytes.size(), 24u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(frames[0].bytes[4 * i + 1], i + 1);
}

TEST_F(ImageioDemux, CompletesOddRowsOf422) {
  const Bytes payload = {10, 20, 11, 30, 12, 21, 13, 22, 14, 32, 15, 23};  // 3x2: Y Cb Y Cr Y Cb
  const Outcome outcome =
      run(play(file(recording("V2.0", {v2_chunk(0, 3, 2, PixelFormat::yvu422, payload)}))) + kAppSink);
  ASSERT_EQ(outcome.frames.size(), 1u);
  EXPECT_EQ(outcome.frames[0].bytes, (Bytes{10, 20, 11, 30, 12, 21, 12, 30, 13, 22, 14, 32, 15, 23, 15, 32}));
}

TEST_F(ImageioDemux, ExpandsBinaryForPeersThatDoNotKnowIt) {
  const Bytes bytes = recording(
      "V2.0", {v2_chunk(0, 33, 2, PixelFormat::binary, Bytes{1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0x80, 0, 0, 0, 0})});
  const Outcome as_it_is = run(play(file(bytes)) + kAppSink);
  ASSERT_EQ(as_it_is.frames.size(), 1u);
  EXPECT_EQ(as_it_is.frames[0].bytes.size(), 16u);
  const Outcome gray = run(play(file(bytes)) + " ! video/x-raw" + kAppSink);
  ASSERT_EQ(gray.frames.size(), 1u);
  ASSERT_EQ(gray.frames[0].bytes.size(), 72u);
  std::vector<std::size_t> set;
  for (std::size_t i = 0; i < 72; ++i)
    if (gray.frames[0].bytes[i] == 255) set.push_back(i);
  EXPECT_EQ(set, (std::vector<std::size_t>{0, 32, 36 + 1, 36 + 31}));
}

// ---- the firmware's own files --------------------------------------------------------------------------------------

// The stored payload of a frame out of what the element delivered (rows padded to four bytes).
Bytes packed_payload(const SampleFrame& sample, const Received& frame) {
  const Bytes& bytes = frame.bytes;
  const auto payload = static_cast<std::size_t>(sample.memory_bytes);
  if (bytes.size() == payload) return bytes;
  const auto height = static_cast<std::size_t>(sample.height);
  const std::size_t row = payload / height;
  const std::size_t stride = bytes.size() / height;
  Bytes packed;
  for (std::size_t y = 0; y < height; ++y) append(packed, ConstByteSpan(bytes).subspan(y * stride, row));
  return packed;
}

void expect_frames_of(const Sample& sample, const Outcome& outcome) {
  std::size_t shown = 0;
  std::int64_t time = 0;
  for (std::size_t n = 0; n < sample.frames.size(); ++n) {
    const SampleFrame& frame = sample.frames[n];
    if (n > 0) time += frame.interval_ms;
    if (frame.payload_bytes == 0) continue;
    ASSERT_LT(shown, outcome.frames.size());
    const Received& got = outcome.frames[shown++];
    EXPECT_EQ(got.offset, n);
    EXPECT_EQ(got.pts, static_cast<GstClockTime>(time) * GST_MSECOND);
    EXPECT_NE(got.caps.find("width=(int)" + std::to_string(frame.width)), std::string::npos) << got.caps;
    EXPECT_NE(got.caps.find("height=(int)" + std::to_string(frame.height)), std::string::npos) << got.caps;
    Bytes payload = packed_payload(frame, got);
    if (payload.size() > static_cast<std::size_t>(frame.payload_bytes))
      payload.resize(static_cast<std::size_t>(frame.payload_bytes));
    if (sample.magic.ends_with("V1.0") && frame.format == "RGB565") swap_bytes16(payload);
    EXPECT_EQ(sha256(payload), frame.sha256) << sample.name << " frame " << n;
  }
  EXPECT_EQ(shown, outcome.frames.size());
}

class FirmwareRecordings : public testing::Test {
 protected:
  void SetUp() override {
    samples_ = imageio_samples();
    if (samples_.empty()) GTEST_SKIP() << "no samples beside the source tree";
  }
  std::vector<Sample> samples_;
};

TEST_F(FirmwareRecordings, PlayAsTheirSidecarsSay) {
  for (const Sample& sample : samples_) {
    SCOPED_TRACE(sample.name);
    const Outcome outcome = run(play(sample.path) + kAppSink);
    EXPECT_TRUE(outcome.eos) << outcome.error;
    expect_frames_of(sample, outcome);
  }
}

TEST_F(FirmwareRecordings, PlayTheSameInPushMode) {
  for (const Sample& sample : samples_) {
    SCOPED_TRACE(sample.name);
    const Outcome outcome = run(push(sample.path, 100) + kAppSink);
    EXPECT_TRUE(outcome.eos) << outcome.error;
    expect_frames_of(sample, outcome);
  }
}

// What a V2.0 file should be after demuxing and muxing: `size` of raw frames and the first interval are 0.
Bytes normalized(Bytes file) {
  const MemorySource source(file);
  auto reader = imageio::Reader::open(source);
  if (!reader) return file;
  const std::size_t count = *reader->count();
  for (std::size_t n = 0; n < count; ++n) {
    const auto chunk = reader->chunk(n);
    if (n == 0) store_le<std::uint32_t>(file.data() + chunk->offset, 0);
    if (!is_compressed(chunk->info.format)) store_le<std::uint32_t>(file.data() + chunk->offset + 16, 0);
  }
  return file;
}

TEST_F(FirmwareRecordings, SurviveDemuxAndMuxByteForByte) {
  const TempDir dir;
  int compared = 0;
  for (const Sample& sample : samples_) {
    if (!sample.magic.ends_with("V2.0") || sample.name == "v2_argb8.bin") continue;
    SCOPED_TRACE(sample.name);
    const std::string copy = dir / "copy.bin";
    ASSERT_TRUE(run(play(sample.path) + " ! imageiomux ! filesink location=" + copy).eos);
    EXPECT_EQ(read_file(copy), normalized(read_file(sample.path)));
    ++compared;
  }
  EXPECT_GT(compared, 5);
}

// ---- seeking -------------------------------------------------------------------------------------------------------

TEST_F(ImageioDemux, AccurateSeekBeginsWithTheFrameOnScreen) {
  const auto frames = after_seek(ten_frames(), 1.0, kAccurate, 450 * GST_MSECOND, 700 * GST_MSECOND);
  EXPECT_EQ(numbers(frames), (std::vector<int>{4, 5, 6}));
  EXPECT_TRUE(frames[0].discont);
  EXPECT_EQ(frames[1].running_time, 50 * GST_MSECOND);
}

TEST_F(ImageioDemux, KeyUnitSeeksSnap) {
  const auto first = [&](int flags) {
    const auto frames = after_seek(ten_frames(), 1.0, flags, 460 * GST_MSECOND);
    EXPECT_FALSE(frames.empty());
    EXPECT_EQ(frames.empty() ? 1 : frames[0].running_time, 0u);
    return numbers(frames)[0];
  };
  EXPECT_EQ(first(kKeyUnit), 4);
  EXPECT_EQ(first(kKeyUnit | GST_SEEK_FLAG_SNAP_BEFORE), 4);
  EXPECT_EQ(first(kKeyUnit | GST_SEEK_FLAG_SNAP_AFTER), 5);
  EXPECT_EQ(first(kKeyUnit | GST_SEEK_FLAG_SNAP_NEAREST), 5);
}

TEST_F(ImageioDemux, SeeksByFrameNumber) {
  EXPECT_EQ(numbers(after_seek(ten_frames(), 1.0, kAccurate, 7, -1, GST_FORMAT_DEFAULT)), (std::vector<int>{7, 8, 9}));
  EXPECT_EQ(numbers(after_seek(ten_frames(), 1.0, kAccurate, 2, 4, GST_FORMAT_DEFAULT)), (std::vector<int>{2, 3}));
}

TEST_F(ImageioDemux, SeekBehindTheEndEnds) {
  EXPECT_TRUE(after_seek(ten_frames(), 1.0, kAccurate, 5 * GST_SECOND).empty());
}

TEST_F(ImageioDemux, PlaysBackwards) {
  const auto frames = after_seek(ten_frames(), -1.0, kAccurate, 200 * GST_MSECOND, 600 * GST_MSECOND);
  EXPECT_EQ(numbers(frames), (std::vector<int>{5, 4, 3, 2}));
  for (const Received& frame : frames) EXPECT_TRUE(frame.discont);
  EXPECT_EQ(numbers(after_seek(ten_frames(), -2.0, kAccurate, 0)), (std::vector<int>{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
}

TEST_F(ImageioDemux, TrickModesLeaveFramesOut) {
  const auto frames = after_seek(ten_frames(), 8.0, kFlush | GST_SEEK_FLAG_TRICKMODE, 0);
  EXPECT_EQ(numbers(frames), (std::vector<int>{0, 3, 6, 9}));  // 8 times 1/30 s is 267 ms
}

TEST_F(ImageioDemux, SegmentSeekEndsWithSegmentDone) {
  Pipeline pipeline(play(file(ten_frames())) + " ! fakesink sync=false");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  ASSERT_TRUE(pipeline.seek(1.0, GST_FORMAT_TIME, kFlush | GST_SEEK_FLAG_SEGMENT, GST_SEEK_TYPE_SET, 0,
                            GST_SEEK_TYPE_SET, 300 * GST_MSECOND));
  pipeline.set_state(GST_STATE_PLAYING);
  GstMessage* message = pipeline.wait_for(GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_SEGMENT_DONE);
  gint64 position = 0;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_SEGMENT_DONE)
    gst_message_parse_segment_done(message, nullptr, &position);
  EXPECT_EQ(position, static_cast<gint64>(300 * GST_MSECOND));
  gst_message_unref(message);
}

TEST_F(ImageioDemux, LoopsWithTheStoredGap) {
  Pipeline pipeline(play(file(ten_frames()), "loop=true") + kAppSink);
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  GstElement* sink = pipeline.child("out");
  std::vector<Received> frames;
  while (frames.size() < 25) {
    GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), kMaxWait);
    ASSERT_NE(sample, nullptr);
    frames.push_back(receive(sample));
    gst_sample_unref(sample);
  }
  for (std::size_t n = 0; n < 25; ++n) EXPECT_EQ(frames[n].bytes[0], n % 10);
  EXPECT_EQ(frames[10].pts, 940 * GST_MSECOND);  // interval 40 of the first frame
  EXPECT_EQ(frames[20].pts, 1880 * GST_MSECOND);
}

// ---- queries -------------------------------------------------------------------------------------------------------

TEST_F(ImageioDemux, KnowsDurationInTimeAndFrames) {
  Pipeline pipeline(play(file(ten_frames())) + kAppSink);
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  gint64 value = 0;
  ASSERT_TRUE(gst_element_query_duration(pipeline.get(), GST_FORMAT_TIME, &value));
  EXPECT_EQ(value, static_cast<gint64>(GST_SECOND));
  ASSERT_TRUE(gst_element_query_duration(pipeline.get(), GST_FORMAT_DEFAULT, &value));
  EXPECT_EQ(value, 10);
  GstElement* demux = pipeline.child("demux");
  ASSERT_TRUE(gst_element_query_convert(demux, GST_FORMAT_DEFAULT, 3, GST_FORMAT_TIME, &value));
  EXPECT_EQ(value, static_cast<gint64>(300 * GST_MSECOND));
  ASSERT_TRUE(gst_element_query_convert(demux, GST_FORMAT_TIME, 399 * GST_MSECOND, GST_FORMAT_DEFAULT, &value));
  EXPECT_EQ(value, 3);
}

// ---- damage --------------------------------------------------------------------------------------------------------

TEST_F(ImageioDemux, ATruncatedTailEndsWithAWarning) {
  Bytes bytes = ten_frames();
  bytes.resize(bytes.size() - 13);  // one byte into the last payload's padding is left out, and a payload byte
  for (const std::string& how : {play(file(bytes)), push(file(bytes), 50)}) {
    const Outcome outcome = run(how + kAppSink);
    EXPECT_TRUE(outcome.eos) << outcome.error;
    EXPECT_EQ(outcome.frames.size(), 9u);
    ASSERT_EQ(outcome.warnings.size(), 1u);
    EXPECT_NE(outcome.warnings[0].find("frame 9"), std::string::npos) << outcome.warnings[0];
  }
}

TEST_F(ImageioDemux, EveryTruncationPlaysItsWholeFrames) {
  const Bytes whole = ten_frames();
  for (std::size_t size = 0; size <= 16 + 3 * 48; ++size) {
    Bytes bytes = whole;
    bytes.resize(size);
    const Outcome outcome = run(play(file(bytes)) + kAppSink);
    if (size < 16) {
      EXPECT_FALSE(outcome.error.empty()) << size;
      continue;
    }
    EXPECT_TRUE(outcome.eos) << size << outcome.error;
    EXPECT_EQ(outcome.frames.size(), (size - 16 + 12) / 48) << size;  // 12 bytes of padding may be missing
  }
}

TEST_F(ImageioDemux, RefusesWhatIsNoRecording) {
  const Bytes text(as_bytes("This is a text file and not a recording.").begin(),
                   as_bytes("This is a text file and not a recording.").end());
  for (const std::string& how : {play(file(text)), push(file(text), 50)})
    EXPECT_NE(run(how + " ! fakesink").error.find("not an ImageIO file"), std::string::npos);
  Bytes version3 = ten_frames();
  version3[13] = '3';
  EXPECT_NE(run(play(file(version3)) + " ! fakesink").error.find("V3.0"), std::string::npos);
}

TEST_F(ImageioDemux, RefusesABadFirstHeader) {
  const Bytes bytes = recording("V2.0", {v2_chunk(0, 0, 1, kGray, Bytes(4))});
  for (const std::string& how : {play(file(bytes)), push(file(bytes), 50)})
    EXPECT_NE(run(how + " ! fakesink").error.find("width is 0"), std::string::npos);
}

TEST_F(ImageioDemux, RestartsAfterReady) {
  Pipeline pipeline(play(file(ten_frames())) + " ! fakesink name=out sync=false");
  for (int round = 0; round < 3; ++round) {
    pipeline.set_state(GST_STATE_PLAYING);
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    ASSERT_NE(message, nullptr) << round;
    EXPECT_EQ(GST_MESSAGE_TYPE(message), GST_MESSAGE_EOS) << round;
    gst_message_unref(message);
    EXPECT_EQ(rendered(pipeline.child("out")), 10u) << round;
    ASSERT_TRUE(pipeline.reach(GST_STATE_READY));
  }
}

}  // namespace
}  // namespace omv::test
