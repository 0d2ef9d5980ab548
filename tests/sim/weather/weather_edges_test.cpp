// Weather at the edges of its rules: gaps that just fit a shape or just do not, tallies that are put together, storms in odd buckets.
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "sim/weather/backoff_tally.hpp"
#include "sim/weather/projection.hpp"
#include "sim/weather/storm.hpp"
#include "sim/weather/weather_csv.hpp"
#include "sim/weather/weather_recorder.hpp"

namespace fleetsim::sim::weather_edges_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

BackoffClass classified(const std::vector<double>& gaps) { return classify_backoff(gaps); }
constexpr BackoffClass constant{.shape = BackoffShape::constant};
constexpr BackoffClass exponential_capped{.shape = BackoffShape::exponential, .capped = true};
constexpr BackoffClass linear_capped{.shape = BackoffShape::linear, .capped = true};

TEST(BackoffClass, ASpreadOfTwoTolerancesIsConstantAndMoreIsNot) {
  EXPECT_EQ(classified({10, 10.5, 10, 10.5}), constant);
  EXPECT_EQ(classified({10, 11, 10, 11}).shape, BackoffShape::too_few);
}

TEST(BackoffClass, AGrowthThatIsLessThanTheToleranceIsNone) {
  const BackoffClass found = classified({10, 10.25, 10.5, 10.75, 11, 11.25});
  EXPECT_TRUE(found.jitter || found.shape == BackoffShape::too_few) << backoff_class_text(found);
}

TEST(BackoffClass, ARestFarAboveTheGrowthIsNoCap) { EXPECT_NE(classified({1, 2, 4, 8, 40, 40, 40}), exponential_capped); }

TEST(BackoffClass, OfTwoGrowingGapsTheCapDecides) {
  EXPECT_EQ(classified({10, 20, 30, 30, 30}), linear_capped);
  EXPECT_EQ(classified({10, 20, 25, 25, 25}), exponential_capped);
}

TEST(BackoffClass, OfThreeTheShapeThatIsNearer) {
  EXPECT_EQ(classified({10, 12.2, 14.6, 17, 17, 17}), linear_capped);
  EXPECT_EQ(classified({10, 12.05, 14.6, 17.2, 17.2, 17.2}), exponential_capped);
}

TEST(BackoffClass, AFirstTryAtOnceCountsWhereNobodyWaitsAtAll) {
  EXPECT_EQ(classified({0.01, 0.05, 0.05, 0.05}).shape, BackoffShape::none);
}

TEST(GapHistogram, HasEightBinsAnOctaveAndMergesThemWhole) {
  GapHistogram low;
  for (std::int64_t us = 1024; us < 2048; ++us) low.add(Duration{us});
  EXPECT_EQ(low.bins().size(), 8U);
  GapHistogram one;
  one.add(Duration{1030});
  GapHistogram other;
  other.add(Duration{1025});
  other.add(Duration{1040});
  one.merge(other);
  EXPECT_EQ(one.count(), 3U);
  ASSERT_EQ(one.bins().size(), 1U);
  const GapHistogram::Bin& bin = one.bins().begin()->second;
  EXPECT_EQ(bin.count, 3U);
  EXPECT_EQ(bin.shortest_us, 1025U);
  EXPECT_EQ(bin.longest_us, 1040U);
}

BackoffTally tally_of(std::vector<std::vector<double>> rows) {
  BackoffTally tally;
  for (const std::vector<double>& row : rows) tally.add(row);
  return tally;
}

TEST(BackoffTally, ARowThatIsLongOnlyByItsTryAtOnceIsTooShort) {
  EXPECT_EQ(tally_of({{0.01, 1, 2, 4}}).rows_long_enough, 0U);
  EXPECT_EQ(tally_of({{1, 2, 4, 8}}).rows_long_enough, 1U);
}

TEST(BackoffTally, HalfOfTheRowsDecideAndOfTwoHalvesTheSimpler) {
  EXPECT_EQ(tally_of({{5, 5, 5, 5}, {1, 2, 4, 8}, {5, 5, 5, 5}, {1, 2, 4, 8}}).together(), constant);
}

TEST(BackoffTally, MergesAllThatItHas) {
  BackoffTally one = tally_of({{1, 2, 4, 8}});
  BackoffTally other = tally_of({{5, 5, 5, 5}});
  other.gaps[3].add(seconds{5});
  other.failed_tries = 2;
  other.failed_microseconds = 30;
  other.failures_not_followed = 4;
  one.merge(other);
  one.merge(other);
  EXPECT_EQ(one.devices_followed(), 3U);
  EXPECT_EQ(one.rows_long_enough, 3U);
  EXPECT_EQ(one.gaps[3].count(), 2U);
  EXPECT_EQ(one.failed_tries, 4U);
  EXPECT_EQ(one.failed_microseconds, 60U);
  EXPECT_EQ(one.failures_not_followed, 8U);
}

Instant ms(std::int64_t since_begin) { return Instant{milliseconds{since_begin}}; }
constexpr GapTable::Who one_device{.device = 1, .group = 0, .leg = RetryLeg::connect};
constexpr BackoffPlace its_place{.group = 0, .leg = RetryLeg::connect};

TEST(GapTable, KeepsLegsAndGroupsOfADeviceApart) {
  GapTable table(128, 2);
  for (std::uint32_t device = 0; device < 32; ++device)
    for (const std::uint16_t group : {std::uint16_t{0}, std::uint16_t{1}})
      for (const RetryLeg leg : {RetryLeg::bootstrap, RetryLeg::connect}) table.failed({device, group, leg}, ms(0));
  EXPECT_EQ(table.size(), 128U);
}

TEST(GapTable, KeepsThemApartAlsoWhereTheyMeetInASlot) {
  for (std::uint32_t device = 0; device < 64; ++device) {
    GapTable table(2, 1);
    for (const RetryLeg leg : {RetryLeg::bootstrap, RetryLeg::connect}) table.failed({.device = device, .group = 0, .leg = leg}, ms(0));
    EXPECT_EQ(table.size(), 2U) << device;
  }
}

TEST(GapTable, AWaitThatNobodyAskedForIsOneFromATwentiethOfASecondOn) {
  GapTable table(8, 1);
  table.failed(one_device, ms(0));
  table.began(one_device, ms(1'000));
  table.may_begin(one_device, ms(2'000));
  table.began(one_device, ms(2'200));
  EXPECT_EQ(table.tallies().at(its_place).gaps[1].count(), 1U);
}

TEST(GapTable, WhoWaitsForAFailureWaitsSinceThenWhateverItMay) {
  GapTable table(8, 1);
  table.failed(one_device, ms(0));
  table.may_begin(one_device, ms(5'000));
  table.began(one_device, ms(8'000));
  EXPECT_GT(table.tallies().at(its_place).gaps[0].bins().begin()->second.shortest_us, 7'900'000U);
}

TEST(GapTable, ALostConnectionIsNoFailedTry) {
  GapTable table(8, 1);
  table.failed(one_device, ms(0));
  table.began(one_device, ms(1'000));
  table.succeeded(one_device);
  table.failed(one_device, ms(9'000));
  EXPECT_EQ(table.tallies().at(its_place).failed_tries, 0U);
}

TEST(GapTable, KeepsSixteenGaps) {
  GapTable table(8, 1);
  for (int n = 0; n < 20; ++n) {
    table.failed(one_device, ms(2'000 * n));
    table.began(one_device, ms(2'000 * n + 1'000));
  }
  EXPECT_EQ(table.tallies().at(its_place).gaps[gaps_kept_max - 1].count(), 1U);
}

TEST(Weather, KeepsItsOriginItsRegionsOnceAndTheWaitsOfEveryPart) {
  WeatherRecorder recorder({.width = seconds{1}, .origin = Instant{seconds{10}}}, {.groups = 2, .regions = 2});
  for (const std::uint16_t group : {std::uint16_t{0}, std::uint16_t{1}})
    recorder.count(WeatherKind::connects, Instant{seconds{11}}, {.region = 1, .group = group});
  recorder.gaps().failed(one_device, ms(0));
  recorder.gaps().began(one_device, ms(1'000));
  Weather weather = recorder.report();
  EXPECT_EQ(weather.origin, Instant{seconds{10}});
  EXPECT_EQ(weather.regions(), (std::vector<RegionIndex>{1}));
  weather.merge(recorder.report());
  EXPECT_EQ(weather.backoff.at(its_place).gaps[0].count(), 2U);
  EXPECT_NE(weather_csv(weather, {.groups = {"a", "b"}, .regions = {"", "r"}, .profiles = {}}).find("\n11,1,r,a,"), std::string::npos);
}

TEST(Burst, AWindowIsASecondAtLeastAndIsFilledUp) {
  EXPECT_DOUBLE_EQ(burst_of({12, 0, 0, 0, 0, 0, 0}, 0.3).peak_per_second, 10) << "four buckets are 1.2 s";
  EXPECT_DOUBLE_EQ(burst_of({0, 8, 0, 0, 0, 0}, 0.25).mean_per_second, 8) << "no less than a second";
}

TEST(Burst, HalfOfThePeakBelongsToItBehindItToo) { EXPECT_DOUBLE_EQ(burst_of({100, 50, 10}, 1).half_height_seconds, 2); }

TEST(Storm, OfARegionHasItsBootstrapsAloneAndFailuresOfBothLegs) {
  WeatherRecorder recorder({.width = seconds{1}}, {.groups = 1, .regions = 3});
  recorder.count(WeatherKind::bootstraps, ms(0), {.region = 2});
  recorder.count(WeatherKind::bootstrap_failures, ms(0), {.region = 1});
  recorder.count(WeatherKind::connect_failures, ms(0), {.region = 1});
  const Storm storm = storm_of(recorder.report(), RegionIndex{1});
  EXPECT_EQ(storm.bootstrap_tries.total, 1U);
  EXPECT_EQ(storm.failures.total, 2U);
}

TEST(Storm, TheWayBackIsFromTheBottomAlsoWhereSomeStayed) {
  WeatherRecorder recorder({.width = seconds{1}}, {.groups = 1, .regions = 1});
  const auto count = [&](WeatherKind kind, std::int64_t second, int devices) {
    for (int i = 0; i < devices; ++i) recorder.count(kind, Instant{seconds{second}}, {});
  };
  count(WeatherKind::connects, 0, 100);
  count(WeatherKind::disconnects, 10, 40);
  for (std::int64_t second = 11; second <= 20; ++second) count(WeatherKind::connects, second, 4);
  const Storm storm = storm_of(recorder.report(), std::nullopt);
  ASSERT_TRUE(storm.fall);
  EXPECT_EQ(storm.fall->back.devices, 40U);
  EXPECT_EQ(storm.fall->back.half_seconds, 5.0);
  EXPECT_EQ(storm.fall->back.ninety_percent_seconds, 9.0);
}

BackoffTally waits_of(const std::vector<Duration>& waits, int devices) {
  BackoffTally tally;
  for (std::size_t k = 0; k < waits.size(); ++k)
    for (int i = 0; i < devices; ++i) tally.gaps[k].add(waits[k]);
  return tally;
}

TEST(Projection, OfDevicesThatWaitForNothingIsFinite) {
  const auto found = project(waits_of({Duration{0}}, 100), {.devices = 100, .outage_seconds = 10, .capacity_per_second = 50});
  ASSERT_TRUE(found);
  EXPECT_TRUE(std::isfinite(found->tries));
  EXPECT_TRUE(std::isfinite(found->peak_per_second));
}

TEST(Projection, WhoTriesAsTheEndpointReturnsIsLetIn) {
  const auto found = project(waits_of({seconds{10}}, 100), {.devices = 10, .outage_seconds = 10, .capacity_per_second = 100});
  ASSERT_TRUE(found && found->back_99_seconds);
  EXPECT_LT(*found->back_99_seconds, 1);
}

/// Two waits of ten seconds of 2,000 devices, and a long third one of some of them.
double tries_with_third_waits(int devices) {
  BackoffTally tally = waits_of({seconds{10}, seconds{10}}, 2000);
  for (int i = 0; i < devices; ++i) tally.gaps[2].add(seconds{100});
  const auto found = project(tally, {.devices = 1000, .outage_seconds = 300, .capacity_per_second = 5000});
  return found ? found->tries : 0;
}

TEST(Projection, TakesAWaitForKnownThatAHundredthOfTheDevicesShowed) {
  EXPECT_DOUBLE_EQ(tries_with_third_waits(5), tries_with_third_waits(0));
  EXPECT_DOUBLE_EQ(tries_with_third_waits(19), tries_with_third_waits(0));
  EXPECT_LT(tries_with_third_waits(20), tries_with_third_waits(0) / 2);
}

TEST(Projection, NobodyIsLetInBeforeTheOutageIsOver) {
  const auto found = project(waits_of({milliseconds{9'900}}, 100), {.devices = 10, .outage_seconds = 10.1, .capacity_per_second = 100});
  ASSERT_TRUE(found && found->back_99_seconds);
  EXPECT_GT(*found->back_99_seconds, 5) << "the try at 10 s was too early";
}

}  // namespace
}  // namespace fleetsim::sim::weather_edges_test
