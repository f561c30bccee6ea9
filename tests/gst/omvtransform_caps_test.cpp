// SPDX-License-Identifier: LGPL-2.1-or-later
// omvtransform between others: caps both ways, fitting, changes while it plays, events, metadata, and what it refuses.
#include <gst/video/gstvideometa.h>
#include <gst/video/navigation.h>
#include <gtest/gtest.h>

#include "omv/formats/format.h"
#include "pipeline.h"
#include "raw_frames.h"
#include "temp_dir.h"

namespace omv::test {
namespace {

Bytes row_of(const RawFrame& frame, int y) {
  const auto width = static_cast<std::ptrdiff_t>(frame.width);
  return {frame.pixels.begin() + y * width, frame.pixels.begin() + (y + 1) * width};
}

RawFrame white(int width, int height) {
  return grey(width, height, Bytes(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 255));
}

// The caps between omvtransform and a sink, in words.
std::string caps_behind(const std::string& source, const std::string& settings, const std::string& sink = "") {
  const Outcome outcome = run("videotestsrc num-buffers=1 ! video/x-raw," + source + " ! omvtransform " + settings +
                              (sink.empty() ? "" : " ! video/x-raw," + sink) + kAppSink);
  EXPECT_EQ(outcome.error, "");
  return outcome.frames.empty() ? "" : outcome.frames[0].caps;
}

bool has(const std::string& caps, const std::string& part) { return caps.find(part) != std::string::npos; }

TEST(OmvTransformCaps, SizeFollowsFromTheSettings) {
  EXPECT_TRUE(has(caps_behind("width=33,height=17", "x-scale=0.5"), "width=(int)16, height=(int)8"));
  EXPECT_TRUE(has(caps_behind("width=33,height=17", "roi=<1,1,20,10> x-scale=3.3"), "width=(int)65, height=(int)32"));
  EXPECT_TRUE(has(caps_behind("width=33,height=17", "hint=rotate-90"), "width=(int)17, height=(int)33"));
}

TEST(OmvTransformCaps, FormatStaysUnlessTheSettingsMakeAnother) {
  for (const char* format : {"I420", "RGB16", "YUY2", "GRAY8", "GRAY16_LE", "BGRA"})
    EXPECT_TRUE(
        has(caps_behind(std::string("format=") + format, "hint=vflip"), std::string("format=(string)") + format));
  EXPECT_TRUE(has(caps_behind("format=I420", "rgb-channel=red"), "format=(string)GRAY8"));
  EXPECT_TRUE(has(caps_behind("format=GRAY8", "color-palette=depth"), "format=(string)RGBx"));
  EXPECT_TRUE(has(caps_behind("format=RGB16", "color-palette=depth"), "format=(string)RGB16"));
}

TEST(OmvTransformCaps, DownstreamsChoiceLosesAsLittleAsItCan) {
  EXPECT_TRUE(has(caps_behind("format=RGB", "", "format={GRAY8,I420,BGR}"), "format=(string)BGR"));
  EXPECT_TRUE(has(caps_behind("format=GRAY8", "", "format={I420,GRAY16_LE}"), "format=(string)GRAY16_LE"));
  EXPECT_TRUE(has(caps_behind("format=RGBA", "", "format={RGB,AYUV}"), "format=(string)AYUV"));
  EXPECT_TRUE(has(caps_behind("format=I420", "", "format={GRAY8,YUY2,RGB}"), "format=(string)YUY2"));
}

TEST(OmvTransformCaps, NeedsNoConverterBesideIt) {
  for (const char* line : {"format=YUY2 ! omvtransform hint=rotate-90 ! jpegenc",
                           "format=GRAY8 ! omvtransform "
                           "color-palette=ironbow ! pngenc",
                           "format=RGB16 ! omvtransform x-scale=0.5 ! jpegenc"}) {
    const Outcome outcome =
        run(std::string("videotestsrc num-buffers=2 ! video/x-raw,width=33,height=17,") + line + " ! fakesink");
    EXPECT_TRUE(outcome.eos) << line << ": " << outcome.error;
  }
}

TEST(OmvTransformCaps, AFreeSourceIsAskedForWhatIsWanted) {
  const Outcome outcome =
      run("videotestsrc num-buffers=1 ! omvtransform name=t ! video/x-raw,format=GRAY8,width=40,height=30" + kAppSink);
  EXPECT_EQ(outcome.error, "");
  Pipeline pipeline("videotestsrc ! omvtransform name=t ! video/x-raw,format=GRAY8,width=40,height=30 ! fakesink");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PAUSED));
  EXPECT_TRUE(gst_base_transform_is_passthrough(GST_BASE_TRANSFORM(pipeline.child("t"))));
}

TEST(OmvTransformCaps, OneSideAskedForKeepsTheShape) {
  EXPECT_TRUE(has(caps_behind("width=64,height=48", "", "width=32"), "width=(int)32, height=(int)24"));
  EXPECT_TRUE(has(caps_behind("width=64,height=48", "hint=transpose", "width=24"), "width=(int)24, height=(int)32"));
  EXPECT_TRUE(has(caps_behind("width=64,height=48", "", "height=[1,24]"), "width=(int)32, height=(int)24"));
}

TEST(OmvTransformCaps, PixelsKeepTheirShape) {
  EXPECT_TRUE(
      has(caps_behind("width=64,height=48,pixel-aspect-ratio=2/1", "hint=vflip"), "aspect-ratio=(fraction)2/1"));
  EXPECT_TRUE(
      has(caps_behind("width=64,height=48,pixel-aspect-ratio=2/1", "hint=transpose"), "aspect-ratio=(fraction)1/2"));
  EXPECT_TRUE(has(caps_behind("width=64,height=48,pixel-aspect-ratio=2/1", "", "pixel-aspect-ratio=1/1"),
                  "width=(int)128, height=(int)48"));
}

TEST(OmvTransformCaps, FrameRateAndColorimetryAreLeftAlone) {
  const std::string caps = caps_behind("format=I420,width=64,height=48,framerate=7/1", "x-scale=20");
  EXPECT_TRUE(has(caps, "framerate=(fraction)7/1"));
  EXPECT_TRUE(has(caps, "colorimetry=(string)bt601"));  // not what 960 lines have by default
}

// ---- fitting -------------------------------------------------------------------------------------------------------

TEST(OmvTransformFit, StretchesUnlessItIsToldOtherwise) {
  for (const char* hint : {"", "hint=scale-aspect-ignore"})
    EXPECT_EQ(through(std::string("omvtransform ") + hint, white(20, 10), "width=64,height=48"), white(64, 48));
}

TEST(OmvTransformFit, KeepsTheAspectBetweenBlackBars) {
  const RawFrame out = through("omvtransform hint=scale-aspect-keep+center", white(20, 10), "width=64,height=48");
  for (int y = 0; y < 48; ++y) EXPECT_EQ(row_of(out, y), Bytes(64, y < 8 || y >= 40 ? 0 : 255)) << y;
}

TEST(OmvTransformFit, BarsAreBlackInEveryFormatAndBehindPalettes) {
  const RawFrame yuv = through("omvtransform hint=scale-aspect-keep", {"RGB", 10, 20, Bytes(600, 255)},
                               "format=I420,width=64,height=48");
  EXPECT_EQ(yuv.pixels[0], 16);
  EXPECT_EQ(yuv.pixels[32], 235);
  EXPECT_EQ(yuv.pixels[64 * 48], 128);
  // Grey 0 is white in this palette.
  const RawFrame iron = through("omvtransform hint=scale-aspect-keep color-palette=ironbow",
                                grey(10, 20, Bytes(200, 0)), "format=RGB,width=64,height=48");
  EXPECT_EQ(Bytes(iron.pixels.begin(), iron.pixels.begin() + 60), Bytes(60, 0));
  EXPECT_EQ(Bytes(iron.pixels.begin() + 60, iron.pixels.begin() + 132), Bytes(72, 255));
}

TEST(OmvTransformFit, TurnsBeforeItFits) {
  const RawFrame out = through("omvtransform hint=scale-aspect-keep+rotate-90", white(10, 20), "width=64,height=48");
  for (int y = 0; y < 48; ++y) EXPECT_EQ(row_of(out, y), Bytes(64, y < 8 || y >= 40 ? 0 : 255)) << y;
}

TEST(OmvTransformFit, ExpandFillsAndCuts) {
  RawFrame halves = white(100, 48);
  for (int y = 0; y < 48; ++y) std::fill_n(halves.pixels.begin() + y * 100, 18, static_cast<std::uint8_t>(7));
  EXPECT_EQ(through("omvtransform hint=scale-aspect-expand", halves, "width=64,height=48"), white(64, 48));
}

// ---- changes -------------------------------------------------------------------------------------------------------

TEST(OmvTransformChanges, FollowsNewCapsInMidStream) {
  FrameHarness harness("omvtransform x-scale=2 hint=transpose");
  for (const RawFrame& frame :
       {noise("GRAY8", 4, 3), noise("RGB", 5, 7), noise("I420", 33, 17), noise("GRAY8", 4, 3)}) {
    harness.send_caps(frame);
    ASSERT_EQ(harness.push(frame), GST_FLOW_OK);
    const RawFrame out = harness.pull();
    EXPECT_EQ(out.format, frame.format);
    EXPECT_EQ(out.width, 2 * frame.height);
    EXPECT_EQ(out.height, 2 * frame.width);
  }
}

TEST(OmvTransformChanges, PropertiesTakeEffectWithTheNextFrame) {
  FrameHarness harness("omvtransform");
  GstElement* element = gst_harness_find_element(harness.get(), "omvtransform");
  const RawFrame frame = grey(3, 1, {10, 20, 30});
  harness.send_caps(frame);
  const auto next = [&] {
    EXPECT_EQ(harness.push(frame), GST_FLOW_OK);
    return harness.pull();
  };
  const auto set = [&](const char* name, const char* value) {
    gst_util_set_object_arg(G_OBJECT(element), name, value);
    return next();
  };
  EXPECT_EQ(next(), frame);
  EXPECT_EQ(set("hint", "hmirror"), grey(3, 1, {30, 20, 10}));
  EXPECT_EQ(set("roi", "<0,0,2,1>"), grey(2, 1, {20, 10}));
  EXPECT_EQ(set("y-scale", "2"), grey(4, 2, {20, 20, 10, 10, 20, 20, 10, 10}));
  EXPECT_EQ(set("x-scale", "1"), grey(2, 2, {20, 10, 20, 10}));
  EXPECT_EQ(set("alpha", "0"), grey(2, 2, {0, 0, 0, 0}));
  EXPECT_EQ(set("color-palette", "rainbow").format, "RGBx");
  for (const auto& [name, value] :
       {std::pair{"color-palette", ""}, {"alpha", "255"}, {"hint", "0"}, {"roi", "<>"}, {"x-scale", "0"}})
    gst_util_set_object_arg(G_OBJECT(element), name, value);
  EXPECT_EQ(set("y-scale", "0"), frame);
  gst_object_unref(element);
}

TEST(OmvTransformChanges, TakesSegmentsInBytes) {
  FrameHarness harness("omvtransform hint=hmirror");
  const RawFrame frame = grey(3, 1, {10, 20, 30});
  harness.send_caps(frame);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_BYTES);
  gst_harness_push_event(harness.get(), gst_event_new_segment(&segment));
  ASSERT_EQ(harness.push(frame), GST_FLOW_OK);
  EXPECT_EQ(harness.pull(), grey(3, 1, {30, 20, 10}));
}

TEST(OmvTransformChanges, SizeChangesWhileThePipelinePlays) {
  Pipeline pipeline(
      "videotestsrc is-live=true ! video/x-raw,format=GRAY8,width=64,height=48,framerate=100/1 ! omvtransform name=t ! "
      "appsink name=out sync=false");
  ASSERT_TRUE(pipeline.reach(GST_STATE_PLAYING));
  GstAppSink* sink = GST_APP_SINK(pipeline.child("out"));
  const auto pull_until = [&](const std::string& part) {
    for (int i = 0; i < 1000; ++i) {
      GstSample* sample = gst_app_sink_try_pull_sample(sink, kMaxWait);
      if (sample == nullptr) return false;
      const Received frame = receive(sample);
      gst_sample_unref(sample);
      if (has(frame.caps, part)) return true;
    }
    return false;
  };
  EXPECT_TRUE(pull_until("width=(int)64, height=(int)48"));
  g_object_set(pipeline.child("t"), "x-scale", 2.0, nullptr);
  EXPECT_TRUE(pull_until("width=(int)128, height=(int)96"));
  gst_util_set_object_arg(G_OBJECT(pipeline.child("t")), "hint", "rotate-90+bicubic");
  EXPECT_TRUE(pull_until("width=(int)96, height=(int)128"));
}

// ---- events and metadata -------------------------------------------------------------------------------------------

TEST(OmvTransformEvents, PointersComeBackToWhereTheyPoint) {
  FrameHarness harness("omvtransform roi=<10,20,20,10> x-scale=2 hint=hmirror");
  const RawFrame frame = noise("GRAY8", 64, 48);
  harness.send_caps(frame);
  ASSERT_EQ(harness.push(frame), GST_FLOW_OK);
  harness.pull();
  gst_harness_push_upstream_event(harness.get(),
                                  gst_navigation_event_new_mouse_move(10, 6, GST_NAVIGATION_MODIFIER_NONE));
  double x = 0;
  double y = 0;
  while (GstEvent* event = gst_harness_try_pull_upstream_event(harness.get())) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_NAVIGATION) gst_navigation_event_get_coordinates(event, &x, &y);
    gst_event_unref(event);
  }
  EXPECT_DOUBLE_EQ(x, 25);
  EXPECT_DOUBLE_EQ(y, 23);
}

guint regions_behind(const std::string& settings) {
  FrameHarness harness("omvtransform " + settings);
  const RawFrame frame = noise("GRAY8", 64, 48);
  harness.send_caps(frame);
  GstBuffer* buffer = buffer_of(frame);
  gst_buffer_add_video_region_of_interest_meta(buffer, "face", 1, 2, 3, 4);
  EXPECT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
  buffer = gst_harness_pull(harness.get());
  const guint regions = gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
  gst_buffer_unref(buffer);
  return regions;
}

TEST(OmvTransformEvents, RegionsStayAsLongAsTheyAreTrue) {
  EXPECT_EQ(regions_behind(""), 1u);
  EXPECT_EQ(regions_behind("alpha=100"), 1u);
  EXPECT_EQ(regions_behind("hint=hmirror"), 0u);
  EXPECT_EQ(regions_behind("roi=<0,0,10,10>"), 0u);
  EXPECT_EQ(regions_behind("x-scale=2"), 0u);
}

TEST(OmvTransformEvents, ReadsStridesFromVideoMeta) {
  FrameHarness harness("omvtransform hint=hmirror");
  harness.send_caps(grey(3, 2, {}));
  const Bytes bytes = {99, 1, 2, 3, 99, 99, 4, 5, 6, 99};
  GstBuffer* buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
  gsize offset[GST_VIDEO_MAX_PLANES] = {1};
  gint stride[GST_VIDEO_MAX_PLANES] = {5};
  gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, 3, 2, 1, offset, stride);
  ASSERT_EQ(gst_harness_push(harness.get(), buffer), GST_FLOW_OK);
  EXPECT_EQ(harness.pull(), grey(3, 2, {3, 2, 1, 6, 5, 4}));
}

// ---- refusals ------------------------------------------------------------------------------------------------------

std::string refusal(const std::string& settings) {
  const Outcome outcome =
      run("videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48 ! omvtransform " + settings + " ! fakesink");
  EXPECT_FALSE(outcome.eos) << settings;
  return outcome.error;
}

TEST(OmvTransformRefuses, RegionsThatAreNone) {
  EXPECT_EQ(refusal("roi=<1,2,0,4>"), "roi <1,2,0,4> has no size; width and height are at least 1");
  EXPECT_EQ(refusal("roi=<64,0,5,5>"), "roi <64,0,5,5> lies outside of the picture of 64x48");
  EXPECT_EQ(refusal("roi=<1,2,3>"), "roi <1,2,3> has 3 numbers; it takes four: <x,y,width,height>");
}

TEST(OmvTransformRefuses, ScalesThatLeaveNothing) {
  EXPECT_TRUE(has(refusal("x-scale=0.01"), "leaves no pixel"));
  EXPECT_TRUE(has(refusal("y-scale=1000"), "more than 32767"));
}

// GStreamer 1.22's converter would write beyond the end.
TEST(OmvTransformRefuses, OddWidthsThatCannotBeConverted) {
  const Outcome outcome =
      run("videotestsrc num-buffers=1 ! video/x-raw,format=RGB,width=33,height=17 ! omvtransform ! "
          "video/x-raw,format=UYVP ! fakesink");
  EXPECT_EQ(outcome.error, "GStreamer can't convert UYVP pictures of an odd width (33)");
}

TEST(OmvTransformRefuses, PalettesThatAreNone) {
  const TempDir dir;
  EXPECT_TRUE(has(refusal("color-palette=ironbox"), "rainbow, ironbow, depth, evt-dark, evt-light"));
  EXPECT_TRUE(has(refusal("color-palette=" + (dir / "none.png")), "none.png"));
  write_file(dir / "text.png", Bytes{'x', 'y'});
  EXPECT_TRUE(has(refusal("alpha-palette=" + (dir / "text.png")), "no image of a known format"));
  const Bytes pixels(255);
  Bytes file;
  ASSERT_TRUE(formats::format_by_extension("pgm")->encode(
      packed_view({PixelFormat::grayscale, 255, 1}, ConstByteSpan(pixels)), {}, file));
  write_file(dir / "short.pgm", file);
  EXPECT_TRUE(has(refusal("color-palette=" + (dir / "short.pgm")), "has 255 pixels"));
}

TEST(OmvTransformRefuses, AWrongPaletteBeforeTheFirstFrame) {
  Pipeline pipeline("videotestsrc ! omvtransform color-palette=ironbox ! fakesink");
  EXPECT_FALSE(pipeline.reach(GST_STATE_PAUSED));
  GstMessage* message = pipeline.wait_for(GST_MESSAGE_ERROR);
  ASSERT_NE(message, nullptr);
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  EXPECT_TRUE(g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  g_error_free(error);
  gst_message_unref(message);
}

TEST(OmvTransformRefuses, ARegionThatNewCapsLeaveOutside) {
  FrameHarness harness("omvtransform roi=<10,10,5,5>");
  GstBus* bus = gst_bus_new();
  GstElement* element = gst_harness_find_element(harness.get(), "omvtransform");
  gst_element_set_bus(element, bus);
  harness.send_caps(white(64, 48));
  EXPECT_EQ(harness.push(white(64, 48)), GST_FLOW_OK);
  harness.send_caps(white(8, 8));
  EXPECT_NE(harness.push(white(8, 8)), GST_FLOW_OK);
  int errors = 0;
  while (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
    ++errors;
    gst_message_unref(message);
  }
  EXPECT_EQ(errors, 1);
  gst_element_set_bus(element, nullptr);
  gst_object_unref(element);
  gst_object_unref(bus);
}

}  // namespace
}  // namespace omv::test
