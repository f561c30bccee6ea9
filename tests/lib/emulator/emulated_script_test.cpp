// SPDX-License-Identifier: LGPL-2.1-or-later
// Triggers, their clock, and what a script prints.
#include "omv/emulator/emulated_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera_wire.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;
using camera::test::ListProvider;
using camera::test::raw_frame;

class Script : public testing::Test {
 protected:
  Script() {
    sensor.frames = {raw_frame(PixelFormat::grayscale, 8, 8)};
    sensor.interval = 10ms;
  }
  // The camera has been on for a second when the script starts.
  void start() {
    script.power_up(0s);
    script.start(1s, "x");
  }
  // Frames pass, seen and unseen in turn; what is printed.
  std::string run(int frames) {
    std::string text;
    for (int i = 0; i < frames; ++i) {
      const Time now = *script.due(0s);
      EXPECT_EQ(script.due(now), now);
      text += script.take_output();
      if (i % 2 == 0)
        EXPECT_TRUE(script.capture({}, now));
      else
        script.skip(now);
      text += script.take_output();
    }
    return text;
  }

  ListProvider sensor;
  ScriptOptions options;
  EmulatedScript script{sensor, options};
};

TEST_F(Script, IsSilentUnlessToldOtherwise) {
  start();
  EXPECT_EQ(run(10), "");
  EXPECT_TRUE(script.channels().empty());
}

TEST_F(Script, RaisesTriggersOnTheConsole) {
  options.triggers = 5;
  start();
  const std::string text = run(10);
  EXPECT_THAT(text, testing::StartsWith("\x1E{\"trigger\": \"blob\", \"ticks_ms\": 1050, \"frame\": 4, \"x\": "));
  EXPECT_THAT(text, testing::HasSubstr("}\n\x1E{\"trigger\": \"blob\", \"ticks_ms\": 1100, \"frame\": 9, "));
  EXPECT_THAT(text, testing::EndsWith("}\n"));
}

TEST_F(Script, ATriggerPrecedesItsFrame) {
  options.triggers = 1;
  start();
  const Time now = *script.due(0s);
  EXPECT_EQ(script.take_output(), "");
  (void)script.due(now);
  EXPECT_THAT(std::string(script.take_output()), testing::HasSubstr("\"frame\": 0"));
  (void)script.due(now);
  EXPECT_EQ(script.take_output(), "") << "once";
}

TEST_F(Script, RaisesTriggersInItsChannel) {
  options.triggers = 5;
  options.trigger_by = TriggerBy::channel;
  start();
  ASSERT_EQ(script.channels().size(), 1u);
  camera::DynamicChannel& channel = *script.channels()[0];
  EXPECT_EQ(channel.name(), "trigger");
  EXPECT_FALSE(channel.take_notification());
  EXPECT_EQ(run(5), "");
  EXPECT_TRUE(channel.take_notification());
  EXPECT_FALSE(channel.take_notification());
  const std::uint32_t size = channel.size();
  EXPECT_TRUE(channel.poll());
  EXPECT_THAT(std::string(as_text(channel.read(0, size))), testing::HasSubstr("\"frame\": 4"));
  EXPECT_FALSE(channel.poll()) << "reading takes it out";
}

TEST_F(Script, PrintsALineWithEachFrameOrAtARate) {
  options.text = "hello";
  start();
  EXPECT_EQ(run(3), "hello\nhello\nhello\n");
  options.text_rate = 200;
  start();
  EXPECT_EQ(run(2), "hello\nhello\nhello\nhello\n") << "20 ms";
}

TEST(CameraTicks, DriftAndWrap) {
  ScriptOptions options;
  options.drift_ppm = 1000;
  EXPECT_EQ(CameraTicks(options, 5s).at(15s), 10'010u);
  options.drift_ppm = 0;
  options.ticks_offset = (1U << 30) - 10;
  EXPECT_EQ(CameraTicks(options, 0s).at(9ms), (1U << 30) - 1);
  EXPECT_EQ(CameraTicks(options, 0s).at(10ms), 0u);
}

}  // namespace
}  // namespace omv::emulator
