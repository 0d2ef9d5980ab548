#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "sim/metrics/histogram.hpp"

namespace fleetsim::sim {
namespace {

/// The nearest-rank percentile of a sorted sample: what a histogram approximates.
std::uint64_t exact_percentile(const std::vector<std::uint64_t>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<std::uint64_t> wide_sample(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random{seed};
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(random() >> (28 + random() % 36));  // all magnitudes up to 2^36
  return values;
}

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.percentile(99), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_TRUE(histogram.buckets().empty());
}

TEST(Histogram, KeepsSmallValuesExactly) {
  for (std::uint64_t value = 0; value < 256; ++value) {
    Histogram histogram;
    histogram.record(value);
    EXPECT_EQ(histogram.percentile(50), value);
    ASSERT_EQ(histogram.buckets().size(), 1U);
    EXPECT_EQ(histogram.buckets()[0].first, value);
  }
}

TEST(Histogram, StaysWithinOnePercentOfExactPercentiles) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::vector<std::uint64_t> values = wide_sample(seed, 20000);
    Histogram histogram;
    for (const std::uint64_t value : values) histogram.record(value);
    std::sort(values.begin(), values.end());
    for (const double percent : {1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0}) {
      const auto exact = static_cast<double>(exact_percentile(values, percent));
      const auto approximate = static_cast<double>(histogram.percentile(percent));
      EXPECT_LE(std::abs(approximate - exact), 0.01 * exact) << "seed " << seed << " p" << percent;
      EXPECT_GE(approximate, exact) << "the highest equivalent value never flatters";
    }
  }
}

TEST(Histogram, KnowsMinimumMaximumAndMeanExactly) {
  Histogram histogram;
  for (const std::uint64_t value : {1'234'567U, 89'000'001U, 7U}) histogram.record(value);
  EXPECT_EQ(histogram.min(), 7U);
  EXPECT_EQ(histogram.max(), 89'000'001U);
  EXPECT_DOUBLE_EQ(histogram.mean(), (1'234'567.0 + 89'000'001.0 + 7.0) / 3);
  EXPECT_EQ(histogram.percentile(100), 89'000'001U);
  EXPECT_EQ(histogram.percentile(0), 7U);
}

TEST(Histogram, MergesExactlyInAnyOrder) {
  const std::vector<std::uint64_t> values = wide_sample(9, 9000);
  Histogram whole, parts[3];
  for (std::size_t i = 0; i < values.size(); ++i) {
    whole.record(values[i]);
    parts[i % 3].record(values[i]);
  }
  Histogram forward, backward;
  for (const Histogram& part : parts) forward.merge(part);
  for (int i = 2; i >= 0; --i) backward.merge(parts[i]);
  for (const Histogram* merged : {&forward, &backward}) {
    EXPECT_EQ(merged->buckets(), whole.buckets());
    EXPECT_EQ(merged->count(), whole.count());
    EXPECT_EQ(merged->min(), whole.min());
    EXPECT_EQ(merged->max(), whole.max());
    EXPECT_DOUBLE_EQ(merged->mean(), whole.mean());
  }
}

TEST(Histogram, RebuiltFromItsBucketsGivesTheSamePercentilesWithinAPercent) {
  Histogram histogram;
  for (const std::uint64_t value : wide_sample(4, 5000)) histogram.record(value);
  Histogram rebuilt;
  for (const auto& [lowest, count] : histogram.buckets()) rebuilt.record(lowest, count);
  EXPECT_EQ(rebuilt.buckets(), histogram.buckets());
  EXPECT_EQ(rebuilt.percentile(95), std::min(histogram.percentile(95), rebuilt.max()));
}

TEST(Histogram, MergingAnEmptyOneChangesNothing) {
  Histogram histogram;
  histogram.record(42);
  histogram.merge(Histogram{});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.min(), 42U);
}

TEST(Histogram, ClampsAndCountsWhatIsBeyondItsRange) {
  Histogram histogram;
  histogram.record(Histogram::value_max);
  EXPECT_EQ(histogram.clamped(), 0U);
  histogram.record(Histogram::value_max + 1, 3);
  EXPECT_EQ(histogram.clamped(), 3U);
  EXPECT_EQ(histogram.max(), Histogram::value_max);
  EXPECT_EQ(histogram.count(), 4U);
  Histogram merged;
  merged.record(Histogram::value_max + 1);
  merged.merge(histogram);
  EXPECT_EQ(merged.clamped(), 4U);
}

TEST(Histogram, RecordsNothingForACountOfZero) {
  Histogram histogram;
  histogram.record(5, 0);
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
}

TEST(Histogram, AStallCountsAsAllThatWouldHaveComeWhileItLasted) {
  Histogram lag;
  for (int tick = 0; tick < 1800; ++tick) lag.record_missed(100, 5000);  // nine quiet seconds
  lag.record_missed(1'000'000, 5000);                                    // and one in which nothing went
  EXPECT_EQ(lag.count(), 2000U);
  EXPECT_NEAR(static_cast<double>(lag.percentile(95)), 500'000, 5000) << "half of the tenth that was lost";
  EXPECT_NEAR(static_cast<double>(lag.percentile(99)), 900'000, 9000);
  EXPECT_EQ(lag.min(), 100U);
}

TEST(Histogram, LatenessWithinTheIntervalIsOneSample) {
  Histogram lag;
  for (const std::uint64_t lateness : {0U, 4999U, 5000U}) lag.record_missed(lateness, 5000);
  EXPECT_EQ(lag.count(), 3U);
}

}  // namespace
}  // namespace fleetsim::sim
