#include "sim/weather/weather_recorder.hpp"

#include <gtest/gtest.h>

#include "sim/random.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WeatherPlace here{.region = 1, .group = 0};
constexpr WeatherPlace there{.region = 2, .group = 1};

std::uint64_t total(const Weather& weather, WeatherKind kind) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : weather.curve(kind, std::nullopt)) sum += count;
  return sum;
}

TEST(WeatherRecorder, CountsEachEventInItsBucketRegionAndGroup) {
  WeatherRecorder recorder({.width = milliseconds{500}}, {.groups = 2, .regions = 3});
  recorder.count(WeatherKind::connects, Instant{milliseconds{499}}, here);
  recorder.count(WeatherKind::connects, Instant{milliseconds{500}}, here);
  recorder.count(WeatherKind::moves, Instant{milliseconds{500}}, there);
  const Weather weather = recorder.report();
  EXPECT_EQ(weather.width, milliseconds{500});
  EXPECT_EQ(weather.curve(WeatherKind::connects, here.region), (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(weather.curve(WeatherKind::moves, here.region), (std::vector<std::uint64_t>{0, 0}));
  EXPECT_EQ(weather.curve(WeatherKind::moves, there.region), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(weather.regions(), (std::vector<RegionIndex>{1, 2}));
  EXPECT_EQ(weather.buckets.at(there).size(), 2U) << "of group 1";
}

TEST(WeatherRecorder, DoublesTheWidthWhenTheBucketsAreUsedUpAndLosesNothing) {
  WeatherRecorder recorder({.width = seconds{1}, .buckets_max = 8}, {.groups = 1, .regions = 2});
  for (int second = 0; second < 30; ++second) recorder.count(WeatherKind::connects, Instant{seconds{second}}, here);
  EXPECT_EQ(recorder.width(), seconds{4});
  const Weather weather = recorder.report();
  EXPECT_EQ(weather.curve(WeatherKind::connects, std::nullopt), (std::vector<std::uint64_t>{4, 4, 4, 4, 4, 4, 4, 2}));
}

TEST(WeatherRecorder, ALongSilenceWidensAsOftenAsItTakes) {
  WeatherRecorder recorder({.width = seconds{1}, .buckets_max = 4}, {.groups = 1, .regions = 2});
  recorder.count(WeatherKind::disconnects, Instant{seconds{0}}, here);
  recorder.count(WeatherKind::connects, Instant{std::chrono::hours{24}}, here);
  EXPECT_EQ(recorder.width(), seconds{32'768});
  const Weather weather = recorder.report();
  EXPECT_EQ(weather.curve(WeatherKind::connects, std::nullopt), (std::vector<std::uint64_t>{0, 0, 1}));
  EXPECT_EQ(total(weather, WeatherKind::disconnects), 1U);
}

TEST(WeatherRecorder, WhatComesBeforeTheOriginCountsInTheFirstBucketAndWhatComesLateInItsOwn) {
  WeatherRecorder recorder({.width = seconds{1}, .origin = Instant{seconds{10}}}, {.groups = 1, .regions = 2});
  recorder.count(WeatherKind::connects, Instant{seconds{13}}, here);
  recorder.count(WeatherKind::connects, Instant{seconds{3}}, here);
  recorder.count(WeatherKind::connects, Instant{seconds{11}}, here);
  EXPECT_EQ(recorder.report().curve(WeatherKind::connects, std::nullopt), (std::vector<std::uint64_t>{1, 1, 0, 1}));
}

TEST(WeatherRecorder, NobodysWeatherIsEmpty) {
  const Weather weather = WeatherRecorder({}, {}).report();
  EXPECT_TRUE(weather.empty());
  EXPECT_EQ(weather.length(), 0U);
}

/// Shards that have come to different widths, for one of them ran longer.
std::vector<Weather> unequal_parts() {
  std::vector<Weather> parts;
  for (std::uint64_t shard = 0; shard < 4; ++shard) {
    WeatherRecorder recorder({.width = milliseconds{250}, .buckets_max = 16}, {.groups = 2, .regions = 3});
    RandomStream random = RandomStream::fork(1, "events", shard);
    for (std::uint32_t i = 0; i < 200; ++i) {
      const Instant now{milliseconds{random.below(static_cast<std::uint32_t>(1 + shard) * 4000)}};
      const auto kind = static_cast<WeatherKind>(random.below(weather_kind_count));
      recorder.count(kind, now,
                     {.region = static_cast<RegionIndex>(random.below(3)), .group = static_cast<std::uint16_t>(random.below(2))});
      const GapTable::Who who{.device = random.below(8), .group = 0, .leg = RetryLeg::connect};
      recorder.gaps().failed(who, now);
      recorder.gaps().began(who, now + seconds{1 + random.below(9)});
    }
    parts.push_back(recorder.report());
  }
  return parts;
}

TEST(Weather, MergesInAnyOrderToTheSame) {
  const std::vector<Weather> parts = unequal_parts();
  ASSERT_LT(parts.front().width, parts.back().width) << "else this shows little";
  Weather forward, backward;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    forward.merge(parts[i]);
    backward.merge(parts[parts.size() - 1 - i]);
  }
  EXPECT_EQ(forward.width, backward.width);
  EXPECT_EQ(forward.buckets, backward.buckets);
  ASSERT_EQ(forward.backoff.size(), backward.backoff.size());
  for (const auto& [place, tally] : forward.backoff) {
    const BackoffTally& other = backward.backoff.at(place);
    EXPECT_EQ(tally.devices, other.devices);
    EXPECT_EQ(tally.failed_microseconds, other.failed_microseconds);
    for (std::size_t i = 0; i < gaps_kept_max; ++i) EXPECT_EQ(tally.gaps[i].count(), other.gaps[i].count());
  }
  std::uint64_t events = 0;
  for (std::size_t kind = 0; kind < weather_kind_count; ++kind) events += total(forward, static_cast<WeatherKind>(kind));
  EXPECT_EQ(events, 800U);
}

TEST(Weather, APartThatRecordedInWiderBucketsTellsTheSameAsOneThatDidNot) {
  const auto record = [](std::uint32_t buckets_max) {
    WeatherRecorder recorder({.width = seconds{1}, .buckets_max = buckets_max}, {.groups = 1, .regions = 2});
    for (int second = 0; second < 64; second += 3) recorder.count(WeatherKind::connects, Instant{seconds{second}}, here);
    return recorder.report();
  };
  Weather fine = record(64);
  const Weather coarse = record(8);
  ASSERT_LT(fine.width, coarse.width);
  Weather nothing = coarse;
  nothing.buckets.clear();
  fine.merge(nothing);
  EXPECT_EQ(fine.width, coarse.width);
  EXPECT_EQ(fine.buckets, coarse.buckets);
}

TEST(Weather, CountsStayAtTheMostThatFits) {
  std::uint32_t sum = 0xffff'fff0U;
  add_saturating(sum, 0x20);
  EXPECT_EQ(sum, 0xffff'ffffU);
}

}  // namespace
}  // namespace fleetsim::sim
