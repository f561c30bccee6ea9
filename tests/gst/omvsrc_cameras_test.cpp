// SPDX-License-Identifier: LGPL-2.1-or-later
// Every board, every generation of firmware, as the emulator can be them; found out without being told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera_pipeline.h"

namespace omv::test {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

// Size and speed as in a laboratory; everything else is the board's.
const std::string kSmall = "size=64x48&link-rate=0&lock-interval=0&fps=100&";

std::string camera_field(Pipeline& pipeline, const char* name) {
  GstStructure* camera = nullptr;
  g_object_get(pipeline.child("src"), "camera", &camera, nullptr);
  const gchar* text = camera != nullptr ? gst_structure_get_string(camera, name) : nullptr;
  const std::string copy = text != nullptr ? text : "";
  if (camera != nullptr) gst_structure_free(camera);
  return copy;
}

void expect_whole(const std::vector<Received>& frames, std::size_t count) {
  ASSERT_EQ(frames.size(), count);
  std::int64_t last = -1;
  for (const Received& frame : frames) {
    EXPECT_GT(sequence_of(frame), last);
    last = sequence_of(frame);
  }
}

// ---- boards --------------------------------------------------------------------------------------------------------

class OmvsrcBoards : public ::testing::TestWithParam<std::string> {};

TEST_P(OmvsrcBoards, AreRecognisedAndDeliver) {
  Pipeline pipeline(emulated(kSmall + "board=" + GetParam()));
  pipeline.set_state(GST_STATE_PLAYING);
  const auto frames = pull(pipeline, 8);
  expect_whole(frames, 8);
  for (const Received& frame : frames) EXPECT_THAT(frame.caps, HasSubstr("image/jpeg")) << "asked for, so not raw";
  EXPECT_EQ(camera_field(pipeline, "board"), camera::find_board(GetParam())->name);
  EXPECT_EQ(camera_field(pipeline, "protocol"), "v2");
}

std::vector<std::string> all_boards() {
  std::vector<std::string> keys;
  for (const camera::Board& board : camera::boards()) keys.emplace_back(board.key);
  return keys;
}

TEST(OmvsrcRaw, IsWhatWasAskedFor) {
  for (const char* board : {"m4", "n6"}) {
    Pipeline pipeline(emulated(kSmall + "format=grayscale&board=" + board, "stream=raw protocol=v2"));
    pipeline.set_state(GST_STATE_PLAYING);
    const auto frames = pull(pipeline, 8);
    expect_whole(frames, 8);
    EXPECT_THAT(short_caps(frames.back()), Eq("video/x-raw GRAY8 64x48")) << board;
  }
}

INSTANTIATE_TEST_SUITE_P(Omvsrc, OmvsrcBoards, ::testing::ValuesIn(all_boards()), [](const auto& board) {
  std::string name = board.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// ---- generations ---------------------------------------------------------------------------------------------------

class OmvsrcGenerations : public ::testing::TestWithParam<const char*> {};

TEST_P(OmvsrcGenerations, AreFoundOutAndDeliver) {
  const std::string camera = GetParam();
  Pipeline pipeline(emulated(kSmall + "triggers=2&" + camera));
  pipeline.set_state(GST_STATE_PLAYING);
  expect_whole(pull(pipeline, 5), 5);
  EXPECT_EQ(camera_field(pipeline, "protocol"), "usbdbg");
  EXPECT_THAT(camera, HasSubstr(camera_field(pipeline, "firmware")));
  EXPECT_EQ(camera_field(pipeline, "serial").size(), 24u);
  EXPECT_EQ(field(wait_for_structure(pipeline, "omv-trigger"), "source"), "blob");
}

TEST(OmvsrcProtocols, OldOnesTellOfAFailingScriptToo) {
  const Outcome outcome = run(emulated(kSmall + "exception=3&firmware=4.5.9", "script-text=run()"));
  EXPECT_TRUE(outcome.eos) << outcome.error;
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_THAT(outcome.warnings[0], HasSubstr("The camera's script has failed: "));
  EXPECT_THAT(outcome.warnings[0], HasSubstr("Error"));
}

INSTANTIATE_TEST_SUITE_P(Omvsrc, OmvsrcGenerations,
                         ::testing::Values("firmware=4.8.1&board=rt1062", "firmware=4.8.1&board=h7plus",
                                           "firmware=4.7.0&board=rt1062", "firmware=4.5.9&board=h7",
                                           "firmware=3.9.1&board=m7"));

TEST(OmvsrcProtocols, TheWrongOneIsAnError) {
  const Outcome v2 = run(emulated("firmware=4.8.1", "protocol=v2 timeout=500"));
  EXPECT_FALSE(v2.eos && v2.error.empty());
  EXPECT_THAT(v2.error, HasSubstr("not answer"));
  const Outcome legacy = run(emulated("firmware=5.0.0", "protocol=usbdbg timeout=500"));
  EXPECT_THAT(legacy.error, HasSubstr("No camera"));
}

// ---- what goes wrong, and comes right again ------------------------------------------------------------------------

class OmvsrcFaults : public ::testing::TestWithParam<const char*> {};

// Each of them happens again and again; a named camera stays the same one.
TEST_P(OmvsrcFaults, AreSurvived) {
  const std::string name = "survivor" + std::to_string(reinterpret_cast<std::uintptr_t>(GetParam()));
  Pipeline pipeline(emulated("size=64x48&fps=200&lock-interval=0&seed=7&name=" + name + "&" + GetParam(),
                             "reconnect-delay=10 reconnect-delay-max=40 timeout=1000"));
  pipeline.set_state(GST_STATE_PLAYING);
  GstClockTime last = 0;
  std::size_t interruptions = 0;
  for (int i = 0; i < 5000 && interruptions < 2; ++i) {
    const auto next = pull(pipeline, 1);
    ASSERT_EQ(next.size(), 1u) << interruptions;
    EXPECT_GE(next[0].pts, last);
    EXPECT_GE(sequence_of(next[0]), 0) << "every frame is whole";
    last = next[0].pts;
    interruptions += i > 0 && next[0].discont ? 1 : 0;
  }
  EXPECT_EQ(interruptions, 2u);
}

INSTANTIATE_TEST_SUITE_P(Omvsrc, OmvsrcFaults,
                         ::testing::Values("reboot=20", "exception=20", "unplug=20&replug-after=30",
                                           "unplug=20&replug-after=30&battery=true", "cut=200000&replug-after=20",
                                           "unplug=8&replug-after=30&firmware=4.8.1", "exception=8&firmware=4.8.1",
                                           "hang=20:1200"));

class OmvsrcBadFrames : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(OmvsrcBadFrames, AreDroppedAndCounted) {
  const auto& [fault, counter] = GetParam();
  Pipeline pipeline(emulated(kSmall + std::string(fault)));
  pipeline.set_state(GST_STATE_PLAYING);
  expect_whole(pull(pipeline, 20), 20);
  GstStructure* stats = nullptr;
  g_object_get(pipeline.child("src"), "stats", &stats, nullptr);
  guint64 dropped = 0;
  gst_structure_get_uint64(stats, counter, &dropped);
  gst_structure_free(stats);
  EXPECT_GE(dropped, 3u);
}

INSTANTIATE_TEST_SUITE_P(Omvsrc, OmvsrcBadFrames,
                         ::testing::Values(std::pair{"cut-jpeg=4", "dropped-corrupt"},
                                           std::pair{"bad-length=4", "dropped-corrupt"},
                                           std::pair{"size=QVGA&cut-jpeg=4&firmware=4.8.1", "dropped-corrupt"}));

}  // namespace
}  // namespace omv::test
