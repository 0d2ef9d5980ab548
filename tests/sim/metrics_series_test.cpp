#include <gtest/gtest.h>
#include <set>
#include <string>

#include "sim/metrics/metrics.hpp"

namespace fleetsim::sim {
namespace {

TEST(Metrics, EveryMetricHasANameOfItsOwnThatIsFoundAgain) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto metric = static_cast<Metric>(i);
    EXPECT_FALSE(metric_name(metric).empty());
    EXPECT_TRUE(names.insert(metric_name(metric)).second) << metric_name(metric);
    EXPECT_EQ(find_metric(metric_name(metric)), metric);
    EXPECT_EQ(metric_is_trend(metric), metric_name(metric).ends_with("_seconds"));
  }
  EXPECT_FALSE(find_metric("move_secs"));
}

TEST(Metrics, GivesTheSameSeriesForTheSameTags) {
  Metrics metrics;
  const SeriesId first = metrics.series(Metric::connects, {.group = 1, .region = 2, .leg = LegTag::mqtt, .profile = 0});
  EXPECT_EQ(metrics.series(Metric::connects, {.group = 1, .region = 2, .leg = LegTag::mqtt, .profile = 0}).value, first.value);
  EXPECT_NE(metrics.series(Metric::connects, {.group = 1, .region = 3, .leg = LegTag::mqtt, .profile = 0}).value, first.value);
  EXPECT_NE(metrics.series(Metric::moves, {.group = 1, .region = 2, .leg = LegTag::mqtt, .profile = 0}).value, first.value);
  EXPECT_EQ(metrics.all().size(), 3U);
}

TEST(Metrics, ATrendHasItsRoomBeforeAnythingIsRecorded) {
  Metrics metrics;
  metrics.series(Metric::connect_seconds, {});
  metrics.series(Metric::connects, {});
  EXPECT_TRUE(metrics.all()[0].latency.has_room());
  EXPECT_TRUE(metrics.all()[0].latency_uncorrected.has_room());
  EXPECT_FALSE(metrics.all()[1].latency.has_room()) << "a counter needs none";
}

TEST(Metrics, MergesSeriesByMetricAndTagsWhateverTheirOrder) {
  const Tags here{.group = 0, .region = 1, .leg = LegTag::none, .profile = 0};
  const Tags there{.group = 0, .region = 2, .leg = LegTag::none, .profile = 0};
  Metrics a, b;
  a.add(a.series(Metric::connects, here), 3);
  a.record(a.series(Metric::connect_seconds, here), 1000, 800);
  b.record(b.series(Metric::connect_seconds, there), 3000, 2500);
  b.add(b.series(Metric::connects, here), 4);
  a.merge(b);
  EXPECT_EQ(a.all().size(), 3U);
  EXPECT_EQ(a.total(Metric::connects).count, 7U);
  const Series total = a.total(Metric::connect_seconds);
  EXPECT_EQ(total.latency.count(), 2U);
  EXPECT_EQ(total.latency.max(), 3000U);
  EXPECT_EQ(total.latency_uncorrected.max(), 2500U);
}

}  // namespace
}  // namespace fleetsim::sim
