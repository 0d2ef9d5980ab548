// When each executor brings devices up and down: counts and times, worked out by hand.
#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "sim/executors/arrival_schedule.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<FleetChange> all(const ArrivalSchedule& schedule) {
  std::vector<FleetChange> changes;
  for (std::uint64_t n = 0;; ++n) {
    const auto change = schedule.nth(n);
    if (!change) return changes;
    changes.push_back(*change);
  }
}

void expect_times_never_decrease(const std::vector<FleetChange>& changes) {
  for (std::size_t i = 1; i < changes.size(); ++i) ASSERT_LE(changes[i - 1].at, changes[i].at) << "change " << i;
}

std::int64_t up_at(const std::vector<FleetChange>& changes, Duration moment) {
  std::int64_t up = 0;
  for (const FleetChange& change : changes) {
    if (change.at <= moment) up += change.up ? 1 : -1;
  }
  return up;
}

TEST(ConstantFleet, BringsEveryDeviceUpAtOnceAndKeepsItUpWithoutADuration) {
  const auto schedule = make_schedule(ConstantFleet{}, 3);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 3u);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(changes[i].at, Duration{0});
    EXPECT_EQ(changes[i].device, i);
    EXPECT_TRUE(changes[i].up);
  }
  EXPECT_EQ(schedule->duration(), Duration{0});
  EXPECT_FALSE(schedule->open_model());
}

TEST(ConstantFleet, TakesEveryDeviceDownWhenItsDurationIsOver) {
  const auto schedule = make_schedule(ConstantFleet{seconds{5}}, 2);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[3].at, seconds{5});
  EXPECT_FALSE(changes[2].up);
  EXPECT_EQ(changes[2].device, 0u);
  EXPECT_EQ(changes[3].device, 1u);
  EXPECT_EQ(schedule->duration(), seconds{5});
}

TEST(ConstantFleet, OfNoDevicesHasNoChanges) {
  const auto schedule = make_schedule(ConstantFleet{seconds{5}}, 0);
  EXPECT_FALSE(schedule->nth(0).has_value());
  EXPECT_EQ(schedule->duration(), Duration{0});
}

TEST(RampingFleet, ReachesItsTargetExactlyAtTheEndOfTheStage) {
  const auto schedule = make_schedule(RampingFleet{{{seconds{10}, 5}}}, 100);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 5u);
  for (std::uint32_t i = 0; i < 5; ++i) {
    EXPECT_EQ(changes[i].at, seconds{2} * (i + 1));
    EXPECT_EQ(changes[i].device, i);
  }
  EXPECT_EQ(schedule->duration(), seconds{10});
  EXPECT_FALSE(schedule->open_model());
}

TEST(RampingFleet, IsNotOverBeforeALevelThatItHoldsIs) {
  const auto schedule = make_schedule(RampingFleet{{{seconds{10}, 5}, {seconds{60}, 5}}}, 5);
  EXPECT_EQ(all(*schedule).size(), 5u);
  EXPECT_EQ(schedule->duration(), seconds{70});
}

TEST(RampingFleet, TakesTheLastDevicesDownFirstAndBringsTheSameOnesUpAgain) {
  const auto schedule = make_schedule(RampingFleet{{{seconds{4}, 4}, {seconds{10}, 4}, {seconds{2}, 2}, {seconds{1}, 3}}}, 4);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 7u);
  expect_times_never_decrease(changes);
  EXPECT_EQ(changes[4].device, 3u);
  EXPECT_FALSE(changes[4].up);
  EXPECT_EQ(changes[4].at, seconds{15});
  EXPECT_EQ(changes[5].device, 2u);
  EXPECT_EQ(changes[5].at, seconds{16});
  EXPECT_EQ(changes[6].device, 2u);
  EXPECT_TRUE(changes[6].up);
  EXPECT_EQ(changes[6].at, seconds{17});
}

TEST(RampingFleet, JumpsInAStageOfNoLengthAndStopsAtTheFleetsSize) {
  const auto schedule = make_schedule(RampingFleet{{{Duration{0}, 2}, {seconds{1}, 1e9}}}, 4);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[1].at, Duration{0});
  EXPECT_EQ(changes[2].at, milliseconds{500});
  EXPECT_EQ(changes[3].at, seconds{1});
}

TEST(RampingFleet, StaysOnItsLineForALargeFleet) {
  const auto schedule = make_schedule(RampingFleet{{{seconds{7}, 100000}, {seconds{3}, 40000}}}, 100000);
  const auto changes = all(*schedule);
  EXPECT_EQ(changes.size(), 160000u);
  expect_times_never_decrease(changes);
  EXPECT_EQ(up_at(changes, milliseconds{3500}), 50000);
  EXPECT_EQ(up_at(changes, seconds{7}), 100000);
  EXPECT_EQ(up_at(changes, seconds{10}), 40000);
}

TEST(ConstantArrivalRate, SpacesArrivalsEvenlyUntilTheFleetIsUsedUp) {
  const auto schedule = make_schedule(ConstantArrivalRate{4, Duration{0}}, 10);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 10u);
  EXPECT_EQ(changes[0].at, Duration{0});
  EXPECT_EQ(changes[1].at, milliseconds{250});
  EXPECT_EQ(changes[9].at, milliseconds{2250});
  EXPECT_TRUE(schedule->open_model());
}

TEST(ConstantArrivalRate, EndsWithItsDuration) {
  const auto changes = all(*make_schedule(ConstantArrivalRate{4, seconds{1}}, 100));
  EXPECT_EQ(changes.size(), 4u);  // 0, 250, 500, 750 ms; the one at 1 s is no longer in it
}

TEST(ConstantArrivalRate, CountsNoArrivalThatOnlyBinaryFractionsMake) {
  EXPECT_EQ(all(*make_schedule(ConstantArrivalRate{1.1, seconds{30}}, 100)).size(), 33u) << "1.1 * 30 is a little more than 33 in binary";
}

TEST(ConstantArrivalRate, LastsAsLongAsItWasToldThoughItsLastArrivalComesBefore) {
  EXPECT_EQ(make_schedule(ConstantArrivalRate{4, seconds{10}}, 3)->duration(), seconds{10});
  EXPECT_EQ(make_schedule(ConstantArrivalRate{4, Duration{0}}, 3)->duration(), milliseconds{500});
}

TEST(ConstantArrivalRate, TakesEveryArrivalBeforeItsEndThoughThePeriodDoesNotFit) {
  const auto changes = all(*make_schedule(ConstantArrivalRate{3, milliseconds{500}}, 100));
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[1].at, Duration{333333});
}

TEST(ConstantArrivalRate, KeepsARateThatHasNoWholePeriodOverAMillionArrivals) {
  const auto schedule = make_schedule(ConstantArrivalRate{3, Duration{0}}, 3000001);
  EXPECT_EQ(schedule->nth(3000000)->at, seconds{1000000});
  EXPECT_EQ(schedule->nth(1)->at, Duration{333333});
}

TEST(ConstantArrivalRate, OfNothingNeverArrives) { EXPECT_FALSE(make_schedule(ConstantArrivalRate{0, seconds{1}}, 5)->nth(0).has_value()); }

TEST(RampingArrivalRate, FollowsTheIntegralOfTheRate) {
  // From 0 to 20 a second in 10 s: t^2 arrivals by second t, 100 in all.
  const auto schedule = make_schedule(RampingArrivalRate{0, {{seconds{10}, 20}}}, 1000);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 100u);
  expect_times_never_decrease(changes);
  EXPECT_EQ(changes[0].at, seconds{1}) << "the first, when the integral reaches one";
  EXPECT_EQ(changes[3].at, seconds{2});
  EXPECT_EQ(changes[80].at, seconds{9});
}

// The moments that k6's own test of its executor names.
TEST(RampingArrivalRate, ArrivesWhenK6Does) {
  const auto changes = all(*make_schedule(RampingArrivalRate{0, {{seconds{5}, 1}, {seconds{1}, 1}, {seconds{5}, 0}}}, 1000));
  const std::vector<int> expected{3162, 4472, 5500, 6527, 7837, 11000};
  ASSERT_EQ(changes.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(changes[i].at / milliseconds{1}, expected[i]) << i;
}

TEST(RampingArrivalRate, GoesDownAsItWentUp) {
  // 10 a second down to 0 in 10 s: 10t - t^2/2, 50 in all; the 18th arrival when 10t - t^2/2 = 18, t = 2.
  const auto changes = all(*make_schedule(RampingArrivalRate{10, {{seconds{10}, 0}}}, 1000));
  ASSERT_EQ(changes.size(), 50u);
  EXPECT_EQ(changes[17].at, seconds{2});
  EXPECT_EQ(changes[31].at, seconds{4});
}

TEST(RampingArrivalRate, WaitsThroughAStageWithoutArrivalsAndJumps) {
  const auto changes = all(*make_schedule(RampingArrivalRate{0, {{seconds{3}, 0}, {Duration{0}, 10}, {seconds{1}, 10}}}, 1000));
  ASSERT_EQ(changes.size(), 10u);
  EXPECT_EQ(changes[0].at, milliseconds{3100});
  EXPECT_EQ(changes[4].at, milliseconds{3500});
}

TEST(RampingArrivalRate, TheLastArrivalOfAStageDoesNotWaitThroughOneWithoutArrivals) {
  // Ten times 0.7 misses 7 by a little in binary: that must not put the seventh off to the end of the night.
  for (const int stages : {1, 10}) {
    std::vector<Stage> day(static_cast<std::size_t>(stages), {milliseconds{7000 / stages}, 1});
    day.push_back({Duration{0}, 0});
    day.push_back({seconds{100}, 0});
    day.push_back({seconds{1}, 0});
    const auto changes = all(*make_schedule(RampingArrivalRate{1, day}, 1000));
    ASSERT_EQ(changes.size(), 7u) << stages;
    EXPECT_NEAR(static_cast<double>(changes[6].at.count()), 7e6, 1.0) << stages;
  }
}

TEST(RampingArrivalRate, HoldsALevelLikeAConstantRate) {
  const auto ramping = all(*make_schedule(RampingArrivalRate{50, {{seconds{2}, 50}}}, 1000));
  const auto constant = all(*make_schedule(ConstantArrivalRate{50, seconds{2}}, 1000));
  ASSERT_EQ(ramping.size(), constant.size());
  for (std::size_t i = 0; i < ramping.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(ramping[i].at.count()), static_cast<double>(constant[i].at.count() + 20'000), 1.0) << "a period later";
  }
}

TEST(RampingArrivalRate, BringsNobodyTwiceWhenTheFleetIsUsedUp) {
  EXPECT_EQ(all(*make_schedule(RampingArrivalRate{100, {{seconds{60}, 100}}}, 7)).size(), 7u);
}

TEST(RampingArrivalRate, LastsAsLongAsItsStagesThoughNobodyArrivesAnyMore) {
  EXPECT_EQ(make_schedule(RampingArrivalRate{100, {{seconds{60}, 100}}}, 7)->duration(), seconds{60}) << "the fleet is used up";
  EXPECT_EQ(make_schedule(RampingArrivalRate{10, {{seconds{10}, 0}, {seconds{20}, 0}}}, 1000)->duration(), seconds{30});
  EXPECT_EQ(make_schedule(RampingArrivalRate{0, {{seconds{5}, 0}}}, 1000)->duration(), seconds{5}) << "a rate of nothing";
}

ListedArrivals listed(std::vector<Duration> at) { return {std::make_shared<const std::vector<Duration>>(std::move(at))}; }

TEST(ListedArrivals, BringsEachDeviceUpAtItsTimeAndNoneDown) {
  const auto schedule = make_schedule(listed({Duration{0}, milliseconds{1500}, milliseconds{1500}, seconds{9}}), 4);
  const auto changes = all(*schedule);
  ASSERT_EQ(changes.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(changes[i].device, i);
    EXPECT_TRUE(changes[i].up);
  }
  EXPECT_EQ(changes[0].at, Duration{0});
  EXPECT_EQ(changes[1].at, milliseconds{1500});
  EXPECT_EQ(changes[2].at, milliseconds{1500});
  EXPECT_EQ(changes[3].at, seconds{9});
  EXPECT_EQ(schedule->duration(), seconds{9});
  EXPECT_TRUE(schedule->open_model());
}

TEST(ListedArrivals, OfAFleetThatWasMadeSmallerAreTheFirst) {
  const auto schedule = make_schedule(listed({seconds{1}, seconds{2}, seconds{3}}), 2);
  EXPECT_EQ(all(*schedule).size(), 2u);
  EXPECT_EQ(schedule->duration(), seconds{2});
}

TEST(ListedArrivals, OfNoDevicesHasNoChanges) {
  const auto schedule = make_schedule(ListedArrivals{}, 3);
  EXPECT_FALSE(schedule->nth(0).has_value());
  EXPECT_EQ(schedule->duration(), Duration{0});
}

}  // namespace
}  // namespace fleetsim::sim
