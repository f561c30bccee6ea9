// SPDX-License-Identifier: LGPL-2.1-or-later
// Stills of raw frames: the bytes of files, what negotiates, parts, versions, and the end of the stream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omv/formats/format.h"
#include "still_pipeline.h"

namespace {

using omv::Bytes;
using omv::test::Outcome;
using omv::test::Pipeline;
using omv::test::read_file;
using omv::test::run;
using omv::test::stills_in;
using omv::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string source(const std::string& caps, int frames = 3) {
  return "videotestsrc pattern=ball num-buffers=" + std::to_string(frames) + " ! video/x-raw," + caps;
}

std::string sink(const std::string& location, const std::string& properties = "") {
  return " ! omvimagesink name=sink location=" + location + " " + properties;
}

omv::Frame decoded(const std::string& path) {
  const Bytes bytes = read_file(path);
  const auto format = omv::formats::format_for_path(path);
  auto frame = (*format)->decode(bytes, {});
  EXPECT_TRUE(frame) << path << ": " << (frame ? "" : frame.error().message);
  return frame ? *frame : omv::Frame{};
}

// Runs frames into files and into an appsink beside.
Outcome run_beside(const std::string& from, const std::string& to) {
  return run(from + " ! tee name=t ! queue" + to + " t. ! queue" + omv::test::kAppSink);
}

// Rows of a frame without the padding that GStreamer has.
Bytes packed(const Bytes& padded, std::size_t row, std::size_t stride) {
  Bytes rows;
  for (std::size_t at = 0; at + stride <= padded.size(); at += stride)
    rows.insert(rows.end(), padded.begin() + static_cast<std::ptrdiff_t>(at),
                padded.begin() + static_cast<std::ptrdiff_t>(at + row));
  return rows;
}

TEST(OmvImageSink, WritesThePixelsOfEveryFrame) {
  const TempDir dir;
  const auto out = run_beside(source("format=GRAY8,width=33,height=17"), sink(dir / "%{index:03d}.pgm"));
  EXPECT_EQ(out.error, "");
  EXPECT_TRUE(out.eos);
  ASSERT_THAT(stills_in(dir / "."), ElementsAre("000.pgm", "001.pgm", "002.pgm"));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(decoded(dir / ("00" + std::to_string(i) + ".pgm")).data, packed(out.frames[i].bytes, 33, 36));
}

TEST(OmvImageSink, WritesEveryFormatByItsExtension) {
  for (const auto* format : omv::formats::formats()) {
    const TempDir dir;
    const std::string extension(format->extensions.front());
    const std::string from = extension == "raw" ? "videotestsrc num-buffers=1 ! video/x-bayer,format=grbg"
                                                : "videotestsrc num-buffers=1 ! videoconvert";
    const auto out = run(from + sink(dir / ("x%d." + extension)));
    EXPECT_EQ(out.error, "") << extension;
    ASSERT_THAT(stills_in(dir / "."), ElementsAre("x0." + extension));
    EXPECT_GT(std::filesystem::file_size(dir / ("x0." + extension)), 1000u);
  }
}

TEST(OmvImageSink, EncodesAsTheEncoderElementDoes) {
  const TempDir dir;
  for (const char* format : {"I420", "YUY2", "RGB16", "GRAY8"}) {
    const std::string caps = std::string("format=") + format + ",colorimetry=bt601,width=160,height=120";
    const auto encoded = run(source(caps, 1) + " ! omvjpegenc quality=50" + omv::test::kAppSink);
    ASSERT_EQ(run(source(caps, 1) + sink(dir / (std::string(format) + ".jpg"))).error, "");
    EXPECT_TRUE(read_file(dir / (std::string(format) + ".jpg")) == encoded.frames.at(0).bytes) << format;
  }
}

TEST(OmvImageSink, AsksUpstreamForWhatItsFormatHolds) {
  const TempDir dir;
  EXPECT_EQ(run(source("format=I420") + " ! videoconvert" + sink(dir / "a%d.pgm")).error, "");
  EXPECT_EQ(decoded(dir / "a0.pgm").info.format, omv::PixelFormat::grayscale);
  EXPECT_EQ(run(source("format=I420") + " ! videoconvert" + sink(dir / "a%d.ppm")).error, "");
  EXPECT_EQ(run("videotestsrc num-buffers=1" + sink(dir / "a%d.bmp")).error, "") << "the source itself negotiates";
}

TEST(OmvImageSink, TakesTheCamerasOneBitPictures) {
  const TempDir dir;
  const std::string source =
      "omvsrc stream=raw num-buffers=1 device=\"emulator:?size=64x48&format=binary\" ! video/x-openmv-binary";
  EXPECT_EQ(run(source + sink(dir / "a%d.png")).error, "");
  EXPECT_EQ(decoded(dir / "a0.png").info, (omv::FrameInfo{omv::PixelFormat::binary, 64, 48}));
  EXPECT_EQ(run(source + sink(dir / "b%d.jpg", "roi=<3,0,30,48>")).error, "");
  EXPECT_EQ(decoded(dir / "b0.jpg").info.width, 30u);
}

TEST(OmvImageSink, SaysWhatAFormatCantHold) {
  const TempDir dir;
  const auto error = [&](const std::string& format, const std::string& extension) {
    return run(source("format=" + format) + sink(dir / ("x%d." + extension))).error;
  };
  EXPECT_THAT(error("RGB", "pgm"),
              HasSubstr("PGM holds no colour; put videoconvert ! video/x-raw,format=GRAY8 in front"));
  EXPECT_THAT(error("RGBA", "jpg"), HasSubstr("JPEG holds no alpha"));
  EXPECT_THAT(error("GRAY16_LE", "bmp"), HasSubstr("BMP holds no 16-bit samples"));
  EXPECT_THAT(run("videotestsrc ! video/x-bayer,format=bggr" + sink(dir / "x%d.bmp")).error, HasSubstr("bayer2rgb"));
  EXPECT_THAT(stills_in(dir / "."), IsEmpty());
}

TEST(OmvImageSink, CropsUncompressedFramesAtAnyPixel) {
  const TempDir dir;
  const auto out = run_beside(source("format=GRAY8,width=40,height=20", 1), sink(dir / "a%d.pgm", "roi=<-3,5,14,6>"));
  ASSERT_EQ(out.error, "");
  const omv::Frame part = decoded(dir / "a0.pgm");
  EXPECT_EQ(part.info, (omv::FrameInfo{omv::PixelFormat::grayscale, 11, 6}));
  for (std::size_t y = 0; y < 6; ++y)
    for (std::size_t x = 0; x < 11; ++x)
      ASSERT_EQ(part.data[y * 11 + x], out.frames[0].bytes[(y + 5) * 40 + x]) << x << ", " << y;
  ASSERT_EQ(run(source("format=I420", 1) + sink(dir / "b%d.jpg", "roi=<3,5,101,33>")).error, "");
  EXPECT_EQ(decoded(dir / "b0.jpg").info.width, 101u);
  EXPECT_EQ(decoded(dir / "b0.jpg").info.height, 33u);
}

TEST(OmvImageSink, WritesSeveralVersionsUnderOneNumber) {
  const TempDir dir;
  omv::test::write_file(dir / "small00000.png", omv::as_bytes("a user's"));
  const auto out =
      run(source("format=I420,width=320,height=240", 2) +
          sink(dir / "full%05d.jpg", "variants=\"small,location=\\\"" + (dir / "small%05d.png") +
                                         "\\\",width=80;part,location=\\\"" + (dir / "%{variant}%05d.jpg") +
                                         "\\\",scale=0.5,roi=<0,0,64,32>\""));
  EXPECT_EQ(out.error, "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("full00001.jpg", "full00002.jpg", "part00001.jpg", "part00002.jpg",
                                                "small00000.png", "small00001.png", "small00002.png"));
  EXPECT_EQ(decoded(dir / "small00001.png").info.height, 60u);
  EXPECT_EQ(decoded(dir / "part00001.jpg").info.width, 32u);
}

TEST(OmvImageSink, ScalesWhatItCrops) {
  const TempDir dir;
  const std::string variants = "variants=\"s,location=\\\"" + (dir / "s%d.ppm") + "\\\",width=16,roi=<0,0,64,32>\"";
  ASSERT_EQ(
      run("videotestsrc pattern=red num-buffers=1 ! video/x-raw,format=RGB" + sink(dir / "f%d.ppm", variants)).error,
      "");
  const omv::Frame small = decoded(dir / "s0.ppm");
  ASSERT_EQ(small.info, (omv::FrameInfo{omv::PixelFormat::rgb888, 16, 8}));
  for (std::size_t i = 0; i < small.data.size(); i += 3) {
    EXPECT_GT(small.data[i], 250);
    EXPECT_LT(small.data[i + 1], 5);
  }
}

TEST(OmvImageSink, KeepsLimitsAtEveryMoment) {
  const TempDir dir;
  Pipeline pipeline(source("format=GRAY8,width=16,height=16", 300) + sink(dir / "%05d.pgm", "max-files=10"));
  pipeline.set_state(GST_STATE_PLAYING);
  bool ended = false;
  while (!ended) {
    EXPECT_LE(stills_in(dir / ".").size(), 10u);
    GstBus* bus = gst_element_get_bus(pipeline.get());
    GstMessage* message = gst_bus_timed_pop_filtered(bus, GST_MSECOND, GST_MESSAGE_EOS);
    ended = message != nullptr;
    gst_clear_message(&message);
    gst_object_unref(bus);
  }
  EXPECT_EQ(stills_in(dir / ".").size(), 10u);
  EXPECT_EQ(stills_in(dir / ".").back(), "00299.pgm");
  EXPECT_EQ(omv::test::still_stat(pipeline, "deleted"), 290u);
  EXPECT_EQ(omv::test::still_stat(pipeline, "saved"), 300u);
}

TEST(OmvImageSink, TakesCapsThatChange) {
  const TempDir dir;
  const auto out = run(source("format=GRAY8,width=16,height=16", 2) +
                       " ! c.sink_0 videotestsrc num-buffers=2 ! video/x-raw,format=GRAY8,width=32,height=8 ! c.sink_1 "
                       "concat name=c adjust-base=true" +
                       sink(dir / "%d.pgm"));
  EXPECT_EQ(out.error, "");
  ASSERT_EQ(stills_in(dir / ".").size(), 4u);
  EXPECT_EQ(decoded(dir / "1.pgm").info.width, 16u);
  EXPECT_EQ(decoded(dir / "3.pgm").info.width, 32u);
}

}  // namespace
