// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of JSON from a camera's script, good and bad.
#include "common/camera_trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omv::gst {
namespace {

using ::testing::HasSubstr;

std::string text_of(std::string_view json) {
  const auto record = parse_record(json);
  if (!record) return "error: " + record.error().message;
  if (!record->trigger) return record->is_end ? "end" : "no trigger";
  gchar* text = gst_structure_to_string(record->trigger.get());
  const std::string copy = text;
  g_free(text);
  return copy;
}

TEST(CameraRecord, BecomesATrigger) {
  EXPECT_EQ(text_of(R"({"trigger": "blob"})"), "omv-trigger, source=(string)blob;");
  const auto record = parse_record(R"({"trigger": "blob", "ticks_ms": 4711, "x": -3, "size": 1.5, "big": true})");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->ticks, 4711u);
  const GstStructure* trigger = record->trigger.get();
  gint64 x = 0;
  gdouble size = 0;
  gboolean big = FALSE;
  EXPECT_TRUE(gst_structure_get_int64(trigger, "x", &x));
  EXPECT_TRUE(gst_structure_get_double(trigger, "size", &size));
  EXPECT_TRUE(gst_structure_get_boolean(trigger, "big", &big));
  EXPECT_EQ(x, -3);
  EXPECT_EQ(size, 1.5);
  EXPECT_TRUE(big);
  EXPECT_STREQ(gst_structure_get_string(trigger, "source"), "blob");
}

TEST(CameraRecord, KeepsListsAndObjects) {
  EXPECT_EQ(text_of(R"({"trigger": "t", "box": [1, 2], "who": {"name": "Ada"}})"),
            "omv-trigger, box=(gint64)< 1, 2 >, who=(structure)\"object\\,\\ name\\=\\(string\\)Ada\\;\", "
            "source=(string)t;");
}

TEST(CameraRecord, TellsTheTimeOrTheEnd) {
  const auto clock = parse_record(R"({"ticks_ms": 12})");
  ASSERT_TRUE(clock);
  EXPECT_EQ(clock->ticks, 12u);
  EXPECT_EQ(clock->trigger, nullptr);
  EXPECT_EQ(text_of(R"({"end": "card full"})"), "end");
}

TEST(CameraRecord, TheNameWinsOverAMemberCalledSource) {
  EXPECT_EQ(text_of(R"({"trigger": "t", "source": 5})"), "omv-trigger, source=(string)t;");
}

TEST(CameraRecord, LeavesOutWhatGStreamerHasNoRoomFor) {
  EXPECT_EQ(text_of(R"({"trigger": "t", "": 1, "a b": 2, "1st": 3, "n": null})"), "omv-trigger, source=(string)t;");
  std::string deep = R"({"trigger": "t", "a": )";
  for (int i = 0; i < 100; ++i) deep += '[';
  for (int i = 0; i < 100; ++i) deep += ']';
  EXPECT_THAT(text_of(deep + "}"), HasSubstr("source=(string)t"));
}

TEST(CameraRecord, WhatIsNoneIsRefused) {
  EXPECT_THAT(text_of(""), HasSubstr("not a JSON object"));
  EXPECT_THAT(text_of("[1]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(text_of("{\"trigger\": "), HasSubstr("not JSON"));
  EXPECT_THAT(text_of("{\"x\": 1}"), HasSubstr("without any of"));
  EXPECT_THAT(text_of("{\"trigger\": 7}"), HasSubstr("without any of"));
  EXPECT_THAT(text_of("{\"ticks_ms\": -1}"), HasSubstr("without any of"));
}

// The last test: it uses the names up.
TEST(CameraRecord, NamesWithoutEndAreLeftOutAtLast) {
  EXPECT_THAT(text_of(R"({"trigger": "t", "met_before": 1})"), HasSubstr("met_before"));
  for (int i = 0; i < 2000; ++i) (void)text_of(R"({"trigger": "t", "made_up_)" + std::to_string(i) + "\": 1}");
  EXPECT_EQ(text_of(R"({"trigger": "t", "made_up_1999": 1})"), "omv-trigger, source=(string)t;");
  EXPECT_EQ(g_quark_try_string("made_up_1999"), 0u);
  EXPECT_THAT(text_of(R"({"trigger": "t", "met_before": 1})"), HasSubstr("met_before"));
}

}  // namespace
}  // namespace omv::gst
