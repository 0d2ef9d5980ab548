#include "sim/metrics/threshold.hpp"

#include <gtest/gtest.h>
#include <string>

namespace fleetsim::sim {
namespace {

const TagNames names{{"meters", "valves"}, {"", "cn-shanghai"}, {"reference", "legacy"}};

/// 100 connects of the meters at 10 ms .. 1000 ms, one of the valves at 5 s; 7 failures on the MQTT leg.
Metrics sample() {
  Metrics metrics;
  const SeriesId meters = metrics.series(Metric::connect_seconds, {.group = 0, .region = 1, .leg = LegTag::mqtt, .profile = 0});
  const SeriesId valves = metrics.series(Metric::connect_seconds, {.group = 1, .region = 0, .leg = LegTag::mqtt, .profile = 1});
  for (std::uint64_t i = 1; i <= 100; ++i) metrics.record(meters, i * 10'000, i * 10'000);
  metrics.record(valves, 5'000'000, 4'000'000);
  metrics.add(metrics.series(Metric::connect_failures, {.group = 0, .region = 1, .leg = LegTag::mqtt, .profile = 0}), 7);
  return metrics;
}

ThresholdResult judge(const std::string& metric, const std::string& expression) {
  const auto threshold = Threshold::parse(metric, expression);
  EXPECT_TRUE(threshold.ok()) << (threshold.ok() ? "" : threshold.error());
  if (!threshold) return {};
  return threshold->evaluate(sample(), names, 10.0, {{"connect_failures_per_second", 3.5}});
}

std::string mistake(const std::string& metric, const std::string& expression) {
  const auto threshold = Threshold::parse(metric, expression);
  return threshold.ok() ? "none" : threshold.error();
}

TEST(Threshold, KnowsEveryAggregationOfATrend) {
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "avg<1").value, 0.505, 1e-9);
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "min>0").value, 0.010, 1e-9);
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "max<=1").value, 1.0, 1e-9);
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "med<1").value, 0.50, 0.005);
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "p(95)<1").value, 0.95, 0.0095);
  EXPECT_NEAR(*judge("connect_seconds{group:meters}", "p(99.9)<2").value, 1.0, 0.01);
  EXPECT_EQ(*judge("connect_seconds", "count==101").value, 101.0);
}

TEST(Threshold, JudgesFromTheScheduledMomentNotFromTheRealBegin) {
  EXPECT_NEAR(*judge("connect_seconds{group:valves}", "max<9").value, 5.0, 1e-9);
  EXPECT_FALSE(judge("connect_seconds{group:valves}", "max<4.5").ok) << "it began a second late, and that second counts";
}

TEST(Threshold, KnowsEveryOperator) {
  EXPECT_TRUE(judge("connect_failures", "count>6").ok);
  EXPECT_FALSE(judge("connect_failures", "count>7").ok);
  EXPECT_TRUE(judge("connect_failures", "count>=7").ok);
  EXPECT_TRUE(judge("connect_failures", "count<8").ok);
  EXPECT_FALSE(judge("connect_failures", "count<7").ok);
  EXPECT_TRUE(judge("connect_failures", "count<=7").ok);
  EXPECT_TRUE(judge("connect_failures", "count==7").ok);
  EXPECT_TRUE(judge("connect_failures", "count === 7").ok);
  EXPECT_FALSE(judge("connect_failures", "count != 7").ok);
}

TEST(Threshold, CountsAndRatesCounters) {
  EXPECT_EQ(*judge("connect_failures", "value<10").value, 7.0);
  EXPECT_EQ(*judge("connect_failures", "rate<10").value, 0.7);
}

TEST(Threshold, TakesAMeasuredRateBeforeOneOverTheWholeRun) {
  EXPECT_EQ(*judge("connect_failures_per_second", "value>3").value, 3.5);
  EXPECT_EQ(*judge("connect_failures_per_second{leg:mqtt}", "rate<1").value, 0.7);
}

TEST(Threshold, ARateWithAndWithoutTagsIsFromTheFirstToTheLastOfTheEventsThatItCounts) {
  Metrics metrics;
  const SeriesId meters = metrics.series(Metric::publishes, {.group = 0, .region = 0, .leg = LegTag::mqtt, .profile = 0});
  const SeriesId valves = metrics.series(Metric::publishes, {.group = 1, .region = 0, .leg = LegTag::mqtt, .profile = 0});
  for (std::uint64_t i = 0; i <= 20; ++i) metrics.add_at(meters, 5'000'000 + i * 100'000);  // 20 a second, from 5 s to 7 s
  for (std::uint64_t i = 0; i <= 20; ++i) metrics.add_at(valves, 7'000'000 + i * 100'000);  // then the others
  const auto value = [&](const std::string& metric, const std::string& expression) {
    return *Threshold::parse(metric, expression)->evaluate(metrics, names, 60.0).value;
  };
  EXPECT_DOUBLE_EQ(value("publishes_per_second{group:meters}", "value>0"), 10.0);
  EXPECT_DOUBLE_EQ(value("publishes_per_second{group:valves}", "rate>0"), 10.0);
  EXPECT_DOUBLE_EQ(value("publishes_per_second", "value>0"), 41.0 / 4.0);
  EXPECT_DOUBLE_EQ(value("publishes", "rate>0"), 42.0 / 60.0) << "as in k6: over the whole run";
}

TEST(Threshold, FiltersByEveryTag) {
  EXPECT_EQ(*judge("connect_seconds{group:valves}", "count==1").value, 1.0);
  EXPECT_EQ(*judge("connect_seconds{region:cn-shanghai}", "count==100").value, 100.0);
  EXPECT_EQ(*judge("connect_seconds{profile:legacy}", "count==1").value, 1.0);
  EXPECT_EQ(*judge("connect_seconds{leg:bootstrap}", "count==0").value, 0.0);
  EXPECT_EQ(*judge("connect_seconds{ group:meters , leg:mqtt }", "count==100").value, 100.0);
  EXPECT_EQ(*judge("connect_seconds{group:\"meters\",leg:'mqtt'}", "count==100").value, 100.0) << "quotes, as k6 allows them";
}

TEST(Threshold, DoesNotPassWithoutSamplesUnlessItCountsThem) {
  const ThresholdResult none = judge("move_seconds", "p(95)<2");
  EXPECT_FALSE(none.ok);
  EXPECT_FALSE(none.value.has_value());
  EXPECT_TRUE(judge("move_seconds", "count==0").ok);
}

TEST(Threshold, ReadsACounterThatNothingTouchedAsZero) {
  EXPECT_TRUE(judge("bootstrap_failures", "count==0").ok);
  EXPECT_TRUE(judge("bootstrap_failures", "rate<0.01").ok);
}

TEST(Threshold, ShowsItselfAsItWasWritten) {
  EXPECT_EQ(judge(" connect_seconds{group:meters} ", " p(95) < 2 ").expression, "connect_seconds{group:meters}: p(95) < 2");
}

TEST(Threshold, SaysWhatWasExpectedAndWhere) {
  EXPECT_EQ(mistake("move_secs", "p(95)<2"), "no metric \"move_secs\" (see `fleetsim list metrics`)");
  EXPECT_EQ(mistake("move_seconds_per_second", "value<2"), "no metric \"move_seconds_per_second\" (see `fleetsim list metrics`)");
  EXPECT_EQ(mistake("move_seconds{device:x}", "p(95)<2"), "no tag \"device\"; there are group, region, leg and profile");
  EXPECT_EQ(mistake("move_seconds{group}", "p(95)<2"), "expected tag:value, found \"group\"");
  EXPECT_EQ(mistake("move_seconds{group:}", "p(95)<2"), "the tag group has no value");
  EXPECT_EQ(mistake("move_seconds{group:\"\"}", "p(95)<2"), "the tag group has no value");
  EXPECT_EQ(mistake("move_seconds{ }", "p(95)<2"), "expected tag:value between { and }");
  EXPECT_EQ(mistake("move_seconds{group:a", "p(95)<2"), "expected \"}\" at the end of \"move_seconds{group:a\"");
  EXPECT_EQ(mistake("move_seconds", "p95<2"), "expected \"(\" after p at column 2 of \"p95<2\"");
  EXPECT_EQ(mistake("move_seconds", "p(101)<2"), "expected a percentile from 0 to 100 at column 6 of \"p(101)<2\"");
  EXPECT_EQ(mistake("move_seconds", "p(95)~2"), "expected one of > >= < <= == === != at column 6 of \"p(95)~2\"");
  EXPECT_EQ(mistake("move_seconds", "p(95)<two"), "expected a number at column 7 of \"p(95)<two\"");
  EXPECT_EQ(mistake("move_seconds", "p(95)<2s"), "expected the end at column 8 of \"p(95)<2s\"");
  EXPECT_EQ(mistake("move_seconds", ""), "expected avg, min, max, med, p(N), count, rate or value at column 1 of \"\"");
  EXPECT_EQ(mistake("move_seconds", "rate<2"), "move_seconds is a trend: it has avg, min, max, med, p(N) and count");
  EXPECT_EQ(mistake("connects", "p(95)<2"), "connects is a counter: it has count, rate and value");
  EXPECT_EQ(mistake("connects_per_second", "count<2"), "connects_per_second has value and rate only");
}

}  // namespace
}  // namespace fleetsim::sim
