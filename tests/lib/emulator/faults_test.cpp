// SPDX-License-Identifier: LGPL-2.1-or-later
// Faults as text: as options, and as commands to a camera that runs.
#include "omv/emulator/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "omv/emulator/fault_clock.h"

namespace omv::emulator {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Faults with(const char* key, const char* value) {
  Faults faults;
  const auto set = set_fault(faults, key, value);
  EXPECT_TRUE(set && *set) << key << "=" << value;
  return faults;
}

TEST(Faults, NothingGoesWrongByDefault) {
  EXPECT_FALSE(Faults{}.link.any());
  EXPECT_FALSE(Faults{}.link.of_packets());
  EXPECT_EQ(Faults{}.device.unplug, When{});
}

TEST(Faults, OfTheLinkAreRead) {
  EXPECT_EQ(with("latency", "20:5").link.latency, 20ms);
  EXPECT_EQ(with("latency", "20:5").link.jitter, 5ms);
  EXPECT_EQ(with("latency", "20").link.jitter, 0ms);
  EXPECT_EQ(with("link-rate", "1M").link.rate, 1'000'000u);
  EXPECT_EQ(with("link-rate", "500k").link.rate, 500'000u);
  EXPECT_EQ(with("link-rate", "7").link.rate, 7u);
  EXPECT_EQ(with("bit-errors", "1e-5").link.bit_errors, 1e-5);
  EXPECT_EQ(with("corrupt", "0.01").link.corrupt, 0.01);
  EXPECT_EQ(with("lose", "1").link.lose, 1);
  EXPECT_EQ(with("duplicate", "0.5").link.duplicate, 0.5);
  EXPECT_EQ(with("stall", "5000:300").link.stall_every, 5s);
  EXPECT_EQ(with("stall", "5000:300").link.stall_for, 300ms);
  EXPECT_EQ(with("garbage", "64:0.1").link.garbage, 64u);
  EXPECT_EQ(with("garbage", "64:0.1").link.garbage_between, 0.1);
  EXPECT_EQ(with("cut", "100k").link.cut, 100'000u);
}

TEST(Faults, OfTheDeviceAreRead) {
  EXPECT_EQ(with("reboot", "100").device.reboot, (When{100, 0ms}));
  EXPECT_EQ(with("exception", "2.5s").device.exception, (When{0, 2500ms}));
  EXPECT_EQ(with("hang", "10:2000").device.hang, (When{10, 0ms}));
  EXPECT_EQ(with("hang", "10:2000").device.hang_for, 2s);
  EXPECT_EQ(with("hang", "3s").device.hang_for, 0s);
  EXPECT_EQ(with("unplug", "7").device.unplug.frames, 7u);
  EXPECT_EQ(with("power-cycle", "1s").device.power_cycle.time, 1s);
  EXPECT_EQ(with("replug-after", "250").device.replug_after, 250ms);
  EXPECT_TRUE(with("battery", "true").device.battery);
  EXPECT_EQ(with("oversized", "3").device.oversized, 3u);
  EXPECT_EQ(with("cut-jpeg", "4").device.cut_jpeg, 4u);
  EXPECT_EQ(with("bad-length", "5").device.bad_length, 5u);
}

TEST(Faults, ErrorsNameKeyValueAndWhatIsAllowed) {
  const std::array<std::array<const char*, 3>, 10> bad = {{
      {"latency", "5:x", "0 to 86400000"},
      {"corrupt", "1.5", "0 to 1"},
      {"lose", "nan", "0 to 1"},
      {"stall", "100:200", "EVERY:FOR"},
      {"garbage", "2000000", "0 to 1000000"},
      {"cut", "1G", "500000, 500k or 1M"},
      {"reboot", "-1", "0 to"},
      {"unplug", "0s", "2.5s"},
      {"hang", "1e9s", "2.5s"},
      {"battery", "full", "true or false"},
  }};
  for (const auto& [key, value, allowed] : bad) {
    Faults faults;
    const auto set = set_fault(faults, key, value);
    ASSERT_TRUE(set && !*set) << key;
    EXPECT_EQ(set->error().code, Errc::invalid);
    EXPECT_THAT(set->error().message, HasSubstr(key));
    EXPECT_THAT(set->error().message, HasSubstr(allowed)) << key;
  }
}

TEST(Faults, UnknownOnesAreNone) {
  Faults faults;
  EXPECT_FALSE(set_fault(faults, "colour", "red"));
}

TEST(Faults, CommandsAreRead) {
  EXPECT_EQ(parse_fault(" unplug 500 \r")->kind, Fault::Kind::unplug);
  EXPECT_EQ(parse_fault("unplug 500")->duration, 500ms);
  EXPECT_EQ(parse_fault("hang")->kind, Fault::Kind::hang);
  EXPECT_FALSE(parse_fault("hang")->duration);
  EXPECT_EQ(parse_fault("power-cycle")->kind, Fault::Kind::power_cycle);
  EXPECT_EQ(parse_fault("clear")->kind, Fault::Kind::clear);
  const auto set = parse_fault("corrupt 0.01");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->kind, Fault::Kind::set);
  EXPECT_EQ(set->key, "corrupt");
  EXPECT_EQ(set->value, "0.01");
  EXPECT_EQ(parse_fault("latency=20:5")->value, "20:5");
}

TEST(Faults, CommandsThatMakeNoSenseSayWhatWould) {
  EXPECT_THAT(parse_fault("").error().message, HasSubstr("unplug"));
  EXPECT_THAT(parse_fault("explode").error().message, HasSubstr("'explode' is no fault, only clear, reboot"));
  EXPECT_THAT(parse_fault("reboot 5").error().message, HasSubstr("no argument"));
  EXPECT_THAT(parse_fault("hang soon").error().message, HasSubstr("hang=soon"));
  EXPECT_THAT(parse_fault("corrupt").error().message, HasSubstr("corrupt="));
}

// By frames: when the one behind the last is there, for then a host has had the last.
TEST(FaultClock, StrikesAgainAndAgain) {
  FaultClock clock;
  clock.restart(0, 0s);
  const When every_3_frames{3, 0s};
  EXPECT_FALSE(clock.strikes(every_3_frames, 3, 1s));
  EXPECT_TRUE(clock.strikes(every_3_frames, 4, 1s));
  EXPECT_FALSE(clock.strikes(every_3_frames, 7, 1s));
  EXPECT_TRUE(clock.strikes(every_3_frames, 8, 1s));
  const When every_2_seconds{0, 2s};
  EXPECT_FALSE(clock.strikes(every_2_seconds, 100, 2999ms));
  EXPECT_TRUE(clock.strikes(every_2_seconds, 100, 3s));
  EXPECT_FALSE(clock.strikes(every_2_seconds, 100, 3s));
  EXPECT_FALSE(clock.strikes(When{}, 1000, 1000s));
}

}  // namespace
}  // namespace omv::emulator
