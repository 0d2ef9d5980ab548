#include "sim/weather/storm.hpp"

#include <gtest/gtest.h>

#include "sim/weather/weather_recorder.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Burst, ThePeakIsOverTheBusiestSecondWhereverItBegins) {
  // A quarter of a second a bucket: 10 at 0.75 s, 30 and 30 around 1.0 s.
  const Burst burst = burst_of({0, 0, 0, 10, 30, 30, 0, 0, 0, 0, 0, 4}, 0.25);
  EXPECT_EQ(burst.total, 74U);
  EXPECT_DOUBLE_EQ(burst.peak_per_second, 70);
  EXPECT_DOUBLE_EQ(burst.peak_at_seconds, 0.5);
  EXPECT_DOUBLE_EQ(burst.mean_per_second, 74 / 2.25);
  EXPECT_DOUBLE_EQ(burst.peak_to_mean, 70 * 2.25 / 74);
}

TEST(Burst, BucketsWiderThanASecondGiveTheirMean) {
  const Burst burst = burst_of({10, 80, 20}, 4);
  EXPECT_DOUBLE_EQ(burst.peak_per_second, 20);
  EXPECT_DOUBLE_EQ(burst.peak_at_seconds, 4);
}

TEST(Burst, HalfHeightIsMeasuredAroundThePeakAlone) {
  const Burst burst = burst_of({60, 10, 50, 100, 70, 49, 90}, 1);
  EXPECT_DOUBLE_EQ(burst.half_height_seconds, 3) << "50, 100, 70: what is high elsewhere does not count";
}

TEST(Burst, OfNothingIsZeroAndOfEvenLoadIsEven) {
  EXPECT_EQ(burst_of({}, 1).peak_per_second, 0);
  EXPECT_EQ(burst_of({0, 0}, 1).peak_to_mean, 0);
  EXPECT_DOUBLE_EQ(burst_of({5, 5, 5, 5}, 1).peak_to_mean, 1);
}

/// 100 devices of region 1 come up in 10 s, lose everything at 60 s; from 90 s on four a second come back, ten at each failing first.
Weather outage() {
  WeatherRecorder recorder({.width = seconds{1}}, {.groups = 1, .regions = 3});
  const WeatherPlace place{.region = 1, .group = 0};
  for (int i = 0; i < 100; ++i) recorder.count(WeatherKind::connects, Instant{milliseconds{100 * i}}, place);
  for (int i = 0; i < 100; ++i) recorder.count(WeatherKind::disconnects, Instant{seconds{60}}, place);
  for (int i = 0; i < 500; ++i) recorder.count(WeatherKind::connect_failures, Instant{seconds{70 + i % 10}}, place);
  for (int i = 0; i < 100; ++i) recorder.count(WeatherKind::connects, Instant{seconds{90 + i / 4}}, place);
  return recorder.report();
}

TEST(Storm, TellsHowHighTheTriesRoseWithTheFailedOnes) {
  const Storm storm = storm_of(outage(), std::nullopt);
  EXPECT_EQ(storm.connect_tries.total, 700U);
  EXPECT_DOUBLE_EQ(storm.connect_tries.peak_per_second, 50);
  EXPECT_DOUBLE_EQ(storm.connect_tries.peak_at_seconds, 70);
  EXPECT_EQ(storm.failures.total, 500U);
  EXPECT_EQ(storm.bootstrap_tries.total, 0U);
}

TEST(Storm, TellsHowLongTheyTookToComeUpAndToComeBack) {
  const Storm storm = storm_of(outage(), RegionIndex{1});
  EXPECT_EQ(storm.rise.devices, 100U);
  EXPECT_DOUBLE_EQ(storm.rise.from_seconds, 0);
  EXPECT_DOUBLE_EQ(*storm.rise.half_seconds, 5);
  EXPECT_DOUBLE_EQ(*storm.rise.ninety_percent_seconds, 9);
  ASSERT_TRUE(storm.fall);
  EXPECT_EQ(storm.fall->back.devices, 100U);
  EXPECT_DOUBLE_EQ(storm.fall->began_seconds, 60);
  EXPECT_DOUBLE_EQ(storm.fall->back.from_seconds, 90) << "the outage itself is no part of the way back";
  EXPECT_DOUBLE_EQ(*storm.fall->back.half_seconds, 13);
  EXPECT_DOUBLE_EQ(*storm.fall->back.ninety_percent_seconds, 23);
}

TEST(Storm, WhoeverDoesNotComeBackHasNoTimeForIt) {
  Weather weather = outage();
  for (auto& entry : weather.buckets) entry.second.resize(100);  // ten seconds into the way back
  const Storm storm = storm_of(weather, std::nullopt);
  ASSERT_TRUE(storm.fall);
  EXPECT_FALSE(storm.fall->back.half_seconds);
  EXPECT_FALSE(storm.fall->back.ninety_percent_seconds);
}

TEST(Storm, AFewThatComeAndGoAreNoFall) {
  WeatherRecorder recorder({.width = seconds{1}}, {.groups = 1, .regions = 2});
  const WeatherPlace place{.region = 1, .group = 0};
  for (int i = 0; i < 100; ++i) recorder.count(WeatherKind::connects, Instant{seconds{i}}, place);
  for (int i = 0; i < 4; ++i) recorder.count(WeatherKind::disconnects, Instant{seconds{200}}, place);
  EXPECT_FALSE(storm_of(recorder.report(), std::nullopt).fall);
  recorder.count(WeatherKind::disconnects, Instant{seconds{200}}, place);
  EXPECT_TRUE(storm_of(recorder.report(), std::nullopt).fall) << "five in a hundred are";
}

TEST(Storm, AnotherRegionKnowsNothingOfIt) {
  const Storm storm = storm_of(outage(), RegionIndex{2});
  EXPECT_EQ(storm.connect_tries.total, 0U);
  EXPECT_EQ(storm.rise.devices, 0U);
  EXPECT_FALSE(storm.fall);
}

}  // namespace
}  // namespace fleetsim::sim
