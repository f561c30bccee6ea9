// SPDX-License-Identifier: LGPL-2.1-or-later
// Wrong settings: each is one clear message, before the first frame where that can be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "still_pipeline.h"

namespace {

using omv::test::Pipeline;
using omv::test::run;
using omv::test::stills_in;
using omv::test::TempDir;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kSource = "videotestsrc num-buffers=3 ! omvimagesink name=sink ";

// Messages of the error kind on the way to PAUSED, and whether it was reached.
std::vector<std::string> errors_of_start(const std::string& properties) {
  Pipeline pipeline("fakesrc ! omvimagesink name=sink " + properties);
  std::vector<std::string> errors;
  if (pipeline.set_state(GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE) return errors;
  GstBus* bus = gst_element_get_bus(pipeline.get());
  while (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR)) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    if (GST_MESSAGE_SRC(message) == GST_OBJECT(pipeline.child("sink"))) errors.emplace_back(error->message);
    g_clear_error(&error);
    gst_message_unref(message);
  }
  gst_object_unref(bus);
  return errors;
}

std::string only_error_of_start(const std::string& properties) {
  const auto errors = errors_of_start(properties);
  EXPECT_EQ(errors.size(), 1u) << properties;
  return errors.empty() ? "" : errors.front();
}

TEST(OmvImageSinkSettings, AreCheckedBeforeTheFirstFrame) {
  EXPECT_THAT(only_error_of_start(""), HasSubstr("location: not set"));
  EXPECT_THAT(only_error_of_start("location=stills/x"), HasSubstr("has no extension; it can be one of .bmp .pgm"));
  EXPECT_THAT(only_error_of_start("location=x.gif"), HasSubstr("unknown extension .gif; it can be one of .bmp .pgm"));
  EXPECT_THAT(only_error_of_start("location=%{nothing}.jpg"), HasSubstr("no field nothing at character 1"));
  EXPECT_THAT(only_error_of_start("location=x.jpg roi=<0,0,0,5>"), HasSubstr("roi=<0,0,0,5> has no pixels"));
  EXPECT_THAT(only_error_of_start("location=x.jpg roi=<1,2,3>"), HasSubstr("not of the form <x,y,width,height>"));
  EXPECT_THAT(only_error_of_start("location=x.jpg variants=a,location=y.gif"), HasSubstr("variants: a: 'y.gif'"));
  EXPECT_THAT(only_error_of_start("location=x.jpg variants=a,location=x.jpg"), HasSubstr("same location"));
}

TEST(OmvImageSinkSettings, RefuseARoiOutsideOfTheFrames) {
  const TempDir dir;
  const auto out = run(kSource + "location=" + (dir / "%d.jpg") + " roi=<320,0,10,10>");
  EXPECT_THAT(out.error, HasSubstr("roi=<320,0,10,10> has no pixel of a picture of 320x240"));
  EXPECT_THAT(stills_in(dir / "."), IsEmpty());
}

TEST(OmvImageSinkSettings, KeepQualityWithinItsRange) {
  GstElement* sink = gst_element_factory_make("omvimagesink", nullptr);
  auto* spec = G_PARAM_SPEC_INT(g_object_class_find_property(G_OBJECT_GET_CLASS(sink), "quality"));
  EXPECT_EQ(spec->minimum, 1);
  EXPECT_EQ(spec->maximum, 100);
  EXPECT_EQ(spec->default_value, 50);
  gst_object_unref(gst_object_ref_sink(sink));
}

TEST(OmvImageSinkSettings, SurviveARoundTrip) {
  Pipeline pipeline(
      "omvimagesink name=sink location=a/%d.png roi=<1,2,3,4> max-age=5000000000 mode=burst burst=7 "
      "overflow=drop index=12 variants=a,location=y.png");
  gint index = 0;
  gint mode = 0;
  guint burst = 0;
  guint64 max_age = 0;
  gchar* location = nullptr;
  GValue roi = G_VALUE_INIT;
  g_value_init(&roi, GST_TYPE_ARRAY);
  g_object_get(pipeline.get(), "index", &index, "mode", &mode, "burst", &burst, "max-age", &max_age, "location",
               &location, nullptr);
  g_object_get_property(G_OBJECT(pipeline.get()), "roi", &roi);
  EXPECT_EQ(index, 12);
  EXPECT_EQ(mode, 1);
  EXPECT_EQ(burst, 7u);
  EXPECT_EQ(max_age, 5 * GST_SECOND);
  EXPECT_STREQ(location, "a/%d.png");
  gchar* text = gst_value_serialize(&roi);
  EXPECT_STREQ(text, "< (int)1, (int)2, (int)3, (int)4 >");
  g_free(text);
  g_free(location);
  g_value_unset(&roi);
}

TEST(OmvImageSinkSettings, SayWhichDirectoryCantBeWritten) {
  const TempDir dir;
  omv::test::write_file(dir / "file", omv::as_bytes("x"));
  const auto out = run(kSource + "location=" + (dir / "file/%d.jpg"));
  EXPECT_THAT(out.error, HasSubstr("No still can be saved: "));
  EXPECT_THAT(out.error, HasSubstr("/file: no directory can be made: Not a directory"));
}

}  // namespace
