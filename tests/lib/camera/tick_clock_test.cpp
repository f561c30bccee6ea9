// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples of a clock with known offset and drift, delayed at random.
#include "omv/camera/tick_clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace omv::camera {
namespace {

using namespace std::chrono_literals;

// A camera that counts milliseconds since `boot`, by a quartz of its own.
struct Camera {
  Time boot = 1000s;
  double drift = 0;  // 1e-6 = 1 ppm too fast
  std::uint64_t first = 0;

  std::uint32_t ticks_at(Time time) const {
    const double elapsed = static_cast<double>((time - boot).count()) * (1 + drift) / 1e6;
    return static_cast<std::uint32_t>((first + static_cast<std::uint64_t>(elapsed)) % TickClock::kPeriod);
  }
};

// One sample a second, late by up to `delay`; the largest error of what is asked after each sample, once warm.
Time worst_error(const Camera& camera, Time length, Time delay, Time warm_up, TickClock& clock) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> late(0, static_cast<double>(delay.count()));
  Time worst{0};
  for (Time time = camera.boot; time < camera.boot + length; time += 1s) {
    clock.sample(camera.ticks_at(time), time + 200us + Time(static_cast<Time::rep>(late(random))));
    const Time asked = time + 300ms;
    const Time error = *clock.time_of(camera.ticks_at(asked)) - asked;
    if (time > camera.boot + warm_up) worst = std::max(worst, Time(std::abs(error.count())));
  }
  return worst;
}

TEST(TickClock, KnowsNothingBeforeTheFirstSample) { EXPECT_FALSE(TickClock().time_of(5)); }

TEST(TickClock, IsExactToTheShortestDelay) {
  TickClock clock;
  EXPECT_LT(worst_error({}, 60s, 50ms, 30s, clock), 6ms);
  EXPECT_NEAR(clock.drift(), 0, 300e-6);
}

TEST(TickClock, FollowsAQuartzThatDrifts) {
  for (const double drift : {-80e-6, 80e-6, 500e-6}) {
    TickClock clock;
    EXPECT_LT(worst_error({.drift = drift}, 1200s, 50ms, 300s, clock), 6ms) << drift;
    EXPECT_NEAR(clock.drift(), drift, 25e-6);
  }
}

TEST(TickClock, OneSampleIsAnUpperBound) {
  TickClock clock;
  clock.sample(1000, 20s + 30ms);
  EXPECT_EQ(clock.time_of(1000), 20s + 30ms);
  EXPECT_EQ(clock.time_of(900), 20s - 70ms);
  clock.sample(2000, 21s + 5ms);
  EXPECT_EQ(clock.time_of(1000), 20s + 5ms);
}

TEST(TickClock, SurvivesTheWrapAround) {
  TickClock clock;
  EXPECT_LT(worst_error({.first = TickClock::kPeriod - 90'000}, 180s, 10ms, 30s, clock), 4ms);
}

TEST(TickClock, TakesTimesOnBothSidesOfTheWrapAround) {
  TickClock clock;
  clock.sample(5, 100s);
  EXPECT_EQ(clock.time_of(TickClock::kPeriod - 5), 100s - 10ms);
  EXPECT_EQ(clock.time_of(15), 100s + 10ms);
}

TEST(TickClock, BeginsAnewWithAClockThatWasSet) {
  TickClock clock;
  for (int i = 0; i < 30; ++i) clock.sample(100'000 + i * 1000, 50s + i * 1s);
  clock.sample(1'000'000, 80s);  // it cannot have been that late: its clock runs ahead now
  EXPECT_EQ(clock.time_of(1'000'000), 80s);
}

TEST(TickClock, ForgetsWhenTold) {
  TickClock clock;
  clock.sample(5, 100s);
  clock.reset();
  EXPECT_FALSE(clock.time_of(5));
}

}  // namespace
}  // namespace omv::camera
