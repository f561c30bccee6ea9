// SPDX-License-Identifier: LGPL-2.1-or-later
// What comes of a rig: defaults, estimates, launch lines, and a file that says it all.
#include <gtest/gtest.h>

#include <string>

#include "rig/estimate.h"
#include "rig/launch.h"
#include "rig/resolved_text.h"
#include "rig_files.h"

namespace omv::rig {
namespace {

constexpr std::string_view kSmall = R"(
[camera.left]
device = "emulator:?size=VGA"
framesize = "VGA"
framerate = 20
quality = 80

[camera.right]
pipeline = "videotestsrc is-live=true ! video/x-raw(memory:SystemMemory),width=64 ! jpegenc"
estimate_bytes = "10kB"
estimate_rate = "10/s"

[trigger.visitor]
type = "motion"
camera = "left"
zones = [[0, 0, 64, 64], [64, 64, 64, 64]]

[trigger.door]
type = "signal"
signal = "USR1"

[record.all]
type = "continuous"
cameras = "right"

[record.visits]
type = "clip"
triggers = ["visitor", "door"]
format = "avi"
pre = "4s"
post = "6s"
ring = "32MiB"
queue = "1MiB"
estimate_per_day = 10
)";

Rig rig_of(std::string_view text) {
  Checked checked = read_rig(text, test::kMachine);
  for (const Diagnostic& diagnostic : checked.report.diagnostics()) ADD_FAILURE() << to_text("rig", diagnostic);
  return std::move(checked.rig);
}

TEST(Resolve, FillsInWhatDependsOnOthers) {
  const Rig rig = rig_of(kSmall);
  const Record& visits = *find_record(rig, "visits");
  EXPECT_EQ(visits.cameras, (std::vector<std::string>{"left", "right"}));
  EXPECT_EQ(visits.gap, std::chrono::seconds(4));
  EXPECT_EQ(visits.location, "%{record}/%Y%m%d/%{camera}-%H%M%S-%{index:05d}.avi");
  const Record& all = *find_record(rig, "all");
  EXPECT_EQ(all.format, FileFormat::imageio);
  EXPECT_EQ(all.segment_time, std::chrono::minutes(10));
  EXPECT_EQ(find_trigger(rig, "visitor")->hold_off, std::chrono::seconds(1));
  EXPECT_EQ(find_trigger(rig, "door")->hold_off, std::chrono::seconds(0));
  EXPECT_EQ(find_camera(rig, "middle"), nullptr);
}

TEST(Resolve, GivesAPipelineMoreTimeForAFrame) {
  const Rig rig = rig_of(kSmall);
  EXPECT_EQ(rig.cameras[0].timeout, std::chrono::seconds(10));
  EXPECT_EQ(rig.cameras[1].timeout, std::chrono::seconds(30));
  const Rig patient =
      rig_of("[camera.a]\npipeline = \"videotestsrc\"\ntimeout = \"0s\"\n[record.r]\ntype = \"continuous\"\n");
  EXPECT_EQ(patient.cameras[0].timeout, std::chrono::seconds(0));
}

TEST(Resolve, LimitsAreForRecordsWithoutOthers) {
  const Rig rig = rig_of(std::string(kSmall) +
                         "[[retain]]\nmax_files = 9\n[[retain]]\nrecords = \"all\"\n"
                         "max_age = \"1d\"\n");
  ASSERT_EQ(rig.retains.size(), 2U);
  EXPECT_EQ(rig.retains[0].records, std::vector<std::string>{"visits"});
  EXPECT_EQ(rig.retains[1].records, std::vector<std::string>{"all"});
}

TEST(Estimate, CountsWhatWasAssumed) {
  const Rig rig = rig_of(kSmall);
  const CameraEstimate left = estimate_camera(rig.cameras[0]);
  EXPECT_DOUBLE_EQ(left.bytes_per_second(), 640 * 480 * 0.2 * 20);
  EXPECT_EQ(left.assumption, "VGA at 20/s, JPEG of 0.2 bytes a pixel");
  const RecordEstimate visits = estimate_record(rig, *find_record(rig, "visits"));
  EXPECT_EQ(visits.ring_bytes, 64U << 20);
  EXPECT_EQ(visits.queue_bytes, 2U << 20);
  EXPECT_DOUBLE_EQ(visits.bytes_per_day, (left.bytes_per_second() + 100e3) * 10 * 10);
  EXPECT_EQ(visits.assumption, "10 triggers a day, none within another's clip");
  EXPECT_DOUBLE_EQ(estimate_record(rig, *find_record(rig, "all")).bytes_per_day, 100e3 * 86400);
  EXPECT_EQ(estimate_record(rig, *find_record(rig, "all")).ring_bytes, 32U << 20);
  EXPECT_EQ(memory_of(rig), (66U << 20) + (64U << 20));
  EXPECT_NEAR(ring_seconds(*find_record(rig, "visits"), rig.cameras[1]), 335.5, 0.1);
}

TEST(Estimate, OfRawFramesIsExact) {
  const Rig rig = rig_of(
      "[camera.a]\npixformat = \"GRAYSCALE\"\nframesize = \"QVGA\"\nstream = \"raw\"\n"
      "[record.r]\ntype = \"continuous\"\n");
  EXPECT_DOUBLE_EQ(estimate_camera(rig.cameras[0]).frame_bytes, 320 * 240);
  EXPECT_FALSE(estimate_camera(rig.cameras[0]).coded);
}

TEST(LaunchLines, SayWhatGstLaunchCanDo) {
  const auto lines = launch_lines(rig_of(kSmall));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].camera, "left");
  EXPECT_EQ(lines[0].command,
            "gst-launch-1.0 -e \\\n"
            "  omvsrc device='emulator:?size=VGA' framesize=VGA quality=80 framerate=20 \\\n"
            "  ! omvmotion name=visitor threshold=10 min-area=0.2 max-area=70 rate=5 warm-up=1000000000 "
            "learning-time=10000000000 hold-off=1000000000 zones='<<0,0,64,64>,<64,64,64,64>>' \\\n"
            "  ! tee name=left \\\n"
            "  left. ! queue ! omvclipsink location='recordings/visits/%Y%m%d/left-%H%M%S-%{index:05d}.avi' "
            "muxer=omvmjpegmux pre-time=4000000000 max-bytes=33554432 post-time=6000000000 gap=4000000000 "
            "max-time=600000000000 queue-size=1048576");
  EXPECT_EQ(lines[1].command.find("gst-launch-1.0 -e \\\n  videotestsrc is-live=true ! "
                                  "'video/x-raw(memory:SystemMemory),width=64' ! jpegenc \\\n  ! tee name=right"),
            0U);
  EXPECT_NE(lines[1].command.find("right. ! queue ! omvclipsink location='recordings/all/%Y%m%d/"
                                  "right-%H%M%S-%{index:05d}.bin' muxer=imageiomux trigger=start pre-time=0 "
                                  "post-time=-1 retrigger=new max-time=600000000000"),
            std::string::npos);
}

TEST(Resolve, GivesClipsAQueueThatHoldsTheirRing) {
  const auto queue_of = [](const std::string& lines) {
    return find_record(rig_of("[camera.a]\n[trigger.t]\ntype = 'signal'\nsignal = 'USR1'\n[record.r]\ntype = "
                              "'clip'\ntriggers = 't'\n" +
                              lines),
                       "r")
        ->queue;
  };
  EXPECT_EQ(queue_of(""), 64U << 20);
  EXPECT_EQ(queue_of("ring = '16MiB'"), 32U << 20);
  EXPECT_EQ(queue_of("ring = '100MiB'\nqueue = '2MiB'"), 2U << 20);
}

TEST(LaunchLines, HaveTheOptionsOfAnimations) {
  const auto lines = launch_lines(rig_of(R"(
[camera.a]
[trigger.t]
type = "signal"
signal = "USR1"
[record.r]
type = "clip"
triggers = "t"
format = "gif"
gif_width = 160
gif_framerate = "90/min"
gif_colors = 64
gif_palette = "global"
gif_dither = "ordered"
)"));
  EXPECT_NE(lines[0].command.find("muxer='\"jpegdec ! videorate ! video/x-raw,framerate=1500/1000 ! videoscale ! "
                                  "video/x-raw,width=[1,160],pixel-aspect-ratio=1/1 ! videoconvert ! "
                                  "omvgifenc colors=64 palette=global dither=ordered\"'"),
            std::string::npos)
      << lines[0].command;
}

TEST(LaunchLines, SayWhatOnlyTheRunnerAdds) {
  const auto lines = launch_lines(rig_of(kSmall));
  EXPECT_EQ(lines[0].runner_adds,
            (std::vector<std::string>{"trigger door (signal) for record visits", "limits to what is kept",
                                      "a stop of writing before the disk is full",
                                      "a restart of this pipeline after an error, without the other cameras'"}));
  EXPECT_EQ(lines[1].runner_adds[0], "trigger visitor (motion of camera left) for record visits");
}

// One of every format and type.
TEST(LaunchLines, KnowEveryBranch) {
  const Rig rig = rig_of(R"(
[camera.a]
device = "tcp://h:1"
script = "it's mine.py"
[trigger.t]
type = "signal"
signal = "USR1"
[record.b]
type = "continuous"
format = "mp4"
bitrate = 500
[record.c]
type = "clip"
triggers = "t"
format = "mp4"
[record.d]
type = "clip"
triggers = "t"
format = "images"
[record.e]
type = "still"
interval = "2s"
roi = [1, 2, 3, 4]
[record.f]
type = "still"
triggers = "t"
burst = 3
[record.g]
type = "stream"
url = "srt://h:7001"
codec = "h264"
[record.h]
type = "stream"
url = "tcp://h:8000"
)");
  const std::string line = launch_lines(rig).at(0).command;
  for (const char* part : {"script='\"it'\\''s mine.py\"'", "muxer='\"jpegdec ! videoconvert ! x264enc bitrate=500",
                           "muxer='\"jpegdec ! videoconvert ! x264enc bitrate=2000", "%{index:05d}' muxer=images",
                           "mode=every interval=2000000000 roi='<1,2,3,4>'", "mode=burst burst=3",
                           "h264parse ! mpegtsmux ! srtsink uri=srt://h:7001 auto-reconnect=false",
                           "omvlenpay ! tcpclientsink host=h port=8000"})
    EXPECT_NE(line.find(part), std::string::npos) << part << "\nis not in\n" << line;
}

// H.264 and H.265 that a source sends is stored as it is; what it decodes again is not.
TEST(LaunchLines, EncodeNothingThatIsCoded) {
  const auto line_for = [](const std::string& pipeline, const std::string& format) {
    return launch_lines(rig_of("[camera.a]\npipeline = '" + pipeline +
                               "'\n[record.b]\ntype = 'continuous'\nformat = '" + format + "'\n"))
        .at(0)
        .command;
  };
  const std::string camera = "rtspsrc location=rtsp://h/1 ! rtph265depay ! h265parse ! queue";
  EXPECT_NE(line_for(camera, "mp4").find("'\"h265parse ! mp4mux"), std::string::npos) << line_for(camera, "mp4");
  EXPECT_NE(line_for(camera, "matroska").find("'\"h265parse ! matroskamux"), std::string::npos);
  EXPECT_NE(line_for(camera, "matroska").find("! h265parse config-interval=-1"), std::string::npos);
  const std::string encoder = "v4l2src ! x264enc ! video/x-h264,profile=high";
  EXPECT_NE(line_for(encoder, "mp4").find("'\"h264parse ! mp4mux"), std::string::npos);
  const std::string decoder = "rtspsrc location=rtsp://h/1 ! rtph264depay ! h264parse ! avdec_h264";
  EXPECT_NE(line_for(decoder, "mp4").find("'\"videoconvert ! x264enc"), std::string::npos);
  EXPECT_EQ(line_for(decoder, "mp4").find("config-interval"), std::string::npos);
}

TEST(LaunchLines, ADirectoryIsNoPattern) {
  const Rig rig = rig_of(
      "[storage]\ndirectory = \"/srv/50%d\"\n[camera.a]\ndevice = \"tcp://h:1\"\n"
      "[record.b]\ntype = \"continuous\"\n[record.c]\ntype = \"still\"\ninterval = \"2s\"\n");
  const std::string line = launch_lines(rig).at(0).command;
  EXPECT_NE(line.find("/srv/50%%d/b/"), std::string::npos) << line;
  EXPECT_NE(line.find("/srv/50%%d/c/"), std::string::npos) << line;
}

TEST(LaunchLines, KnowHostsAndPorts) {
  for (const auto& [url, sink] : {std::pair{"tcp://hub:8000/", "host=hub port=8000"},
                                  {"tcp://[::1]:8000", "host=::1 port=8000"},
                                  {"tcp://hub:8000?a=1:2", "host=hub port=8000"}}) {
    const Rig rig = rig_of("[camera.a]\ndevice = \"tcp://h:1\"\n[record.h]\ntype = \"stream\"\nurl = \"" +
                           std::string(url) + "\"\n");
    EXPECT_TRUE(launch_lines(rig).at(0).command.ends_with(sink)) << launch_lines(rig).at(0).command;
  }
}

TEST(ResolvedText, IsARigFileThatSaysEverything) {
  for (const auto& file : test::files_in("examples/rigs", ".toml")) {
    SCOPED_TRACE(file.filename().string());
    const std::string text = resolved_text(rig_of(test::read_file(file)));
    EXPECT_NE(text.find("  # default\n"), std::string::npos);
    Checked again = read_rig(text, test::kMachine);
    for (const Diagnostic& diagnostic : again.report.diagnostics())
      ADD_FAILURE() << to_text("resolved", diagnostic) << "\n" << text;
    std::string without = text;
    for (std::size_t at = without.find("  # default"); at != std::string::npos; at = without.find("  # default", at))
      without.erase(at, 11);
    EXPECT_EQ(resolved_text(again.rig), without);
  }
}

}  // namespace
}  // namespace omv::rig
