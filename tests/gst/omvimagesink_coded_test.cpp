// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames that are JPEG or PNG already: passed through, checked, decoded for other formats, tagged.
#include <gmock/gmock.h>
#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include "omv/formats/format.h"
#include "still_pipeline.h"

namespace {

using omv::Bytes;
using omv::ConstByteSpan;
using omv::test::Outcome;
using omv::test::Pipeline;
using omv::test::read_file;
using omv::test::run;
using omv::test::stills_in;
using omv::test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Bytes coded(const std::string& encoder) {
  const auto out = run("videotestsrc num-buffers=1 ! " + encoder + omv::test::kAppSink);
  return out.frames.empty() ? Bytes() : out.frames.front().bytes;
}

// Pushes buffers of these caps and runs to the end.
Outcome save(const std::string& caps, const std::vector<Bytes>& frames, const std::string& sink) {
  Pipeline pipeline("appsrc name=in caps=" + caps + " format=time ! omvimagesink name=sink " + sink);
  GstAppSrc* in = GST_APP_SRC(pipeline.child("in"));
  pipeline.set_state(GST_STATE_PLAYING);
  for (const Bytes& frame : frames) {
    GstBuffer* buffer = gst_buffer_new_memdup(frame.data(), frame.size());
    GST_BUFFER_PTS(buffer) = 0;
    gst_app_src_push_buffer(in, buffer);
  }
  gst_app_src_end_of_stream(in);
  Outcome outcome;
  while (!outcome.eos && outcome.error.empty()) {
    GstMessage* message = pipeline.wait_for(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
    if (message == nullptr) break;
    omv::test::take_message(message, outcome);
    gst_message_unref(message);
  }
  return outcome;
}

TEST(OmvImageSinkCoded, PassesJpegAndPngAsTheyAre) {
  const TempDir dir;
  const Bytes jpeg = coded("jpegenc");
  const Bytes png = coded("pngenc");
  EXPECT_EQ(save("image/jpeg", {jpeg}, "roi=<0,0,5,5> quality=1 location=" + (dir / "a%d.jpg")).error, "");
  EXPECT_EQ(save("image/png", {png}, "location=" + (dir / "a%d.png")).error, "");
  EXPECT_TRUE(read_file(dir / "a0.jpg") == jpeg);
  EXPECT_TRUE(read_file(dir / "a0.png") == png);
}

TEST(OmvImageSinkCoded, CutsOffWhatIsBehindTheEnd) {
  const TempDir dir;
  const Bytes jpeg = coded("jpegenc");
  Bytes longer = jpeg;
  longer.insert(longer.end(), 100, 0);
  EXPECT_EQ(save("image/jpeg", {longer}, "location=" + (dir / "%d.jpg")).error, "");
  EXPECT_TRUE(read_file(dir / "0.jpg") == jpeg);
}

TEST(OmvImageSinkCoded, WritesNoDamagedFrame) {
  const TempDir dir;
  const Bytes good = coded("jpegenc");
  const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(good.size() / 2));
  const Bytes headless(good.begin() + 1, good.end());
  const auto out =
      save("image/jpeg", {good, cut, headless, Bytes{0xFF}, good, cut, good}, "location=" + (dir / "%d.jpg"));
  EXPECT_EQ(out.error, "");
  EXPECT_THAT(out.warnings, SizeIs(2)) << "one for each time that it began";
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("0.jpg", "1.jpg", "2.jpg"));
  const Bytes png = coded("pngenc");
  const Bytes cut_png(png.begin(), png.end() - 13);
  EXPECT_THAT(save("image/png", {cut_png}, "location=" + (dir / "%d.png")).warnings, SizeIs(1));
  EXPECT_THAT(stills_in(dir / "."), SizeIs(3));
}

TEST(OmvImageSinkCoded, IsDecodedForOtherFormatsAndVersions) {
  const TempDir dir;
  const auto out = save(
      "image/jpeg", {coded("jpegenc")},
      "location=" + (dir / "%d.png") + " variants=\"small,location=\\\"" + (dir / "small%d.jpg") + "\\\",width=32\"");
  EXPECT_EQ(out.error, "");
  ASSERT_THAT(stills_in(dir / "."), ElementsAre("0.png", "small0.jpg"));
  const auto size = [&](const std::string& name) {
    const auto frame = (*omv::formats::format_for_path(name))->decode(read_file(dir / name), {});
    return frame ? std::pair(frame->info.width, frame->info.height) : std::pair(0u, 0u);
  };
  EXPECT_EQ(size("0.png"), std::pair(320u, 240u));
  EXPECT_EQ(size("small0.jpg"), std::pair(32u, 24u));
}

TEST(OmvImageSinkCoded, SaysWhatTheDecodedPictureDoesNotFitInto) {
  const TempDir dir;
  EXPECT_THAT(save("image/jpeg", {coded("jpegenc")}, "location=" + (dir / "%d.pgm")).error,
              HasSubstr("PGM holds no colour"));
  EXPECT_EQ(save("image/jpeg", {coded("video/x-raw,format=GRAY8 ! jpegenc")}, "location=" + (dir / "%d.pgm")).error,
            "");
  EXPECT_THAT(stills_in(dir / "."), ElementsAre("0.pgm"));
}

TEST(OmvImageSinkCoded, CarriesTagsIntoTheFile) {
  const TempDir dir;
  const auto out =
      run("videotestsrc num-buffers=1 ! jpegenc ! taginject tags=comment=\"north-gate\" ! omvimagesink location=" +
          (dir / "%d.jpg"));
  EXPECT_EQ(out.error, "");
  const auto metadata = omv::formats::format_by_extension("jpg")->read_metadata(read_file(dir / "0.jpg"));
  ASSERT_TRUE(metadata);
  EXPECT_THAT(metadata->comments, testing::Contains("north-gate"));
}

TEST(OmvImageSinkCoded, CarriesTagsThatTheApplicationSets) {
  const TempDir dir;
  Pipeline pipeline("videotestsrc num-buffers=1 ! omvimagesink name=sink location=" + (dir / "%d.jpg"));
  gst_tag_setter_add_tags(GST_TAG_SETTER(pipeline.child("sink")), GST_TAG_MERGE_REPLACE, GST_TAG_COMMENT, "south gate",
                          nullptr);
  pipeline.set_state(GST_STATE_PLAYING);
  gst_message_unref(pipeline.wait_for(GST_MESSAGE_EOS));
  const auto metadata = omv::formats::format_by_extension("jpg")->read_metadata(read_file(dir / "0.jpg"));
  ASSERT_TRUE(metadata);
  EXPECT_THAT(metadata->comments, testing::Contains("south gate"));
}

}  // namespace
