// When what goes into a simulated link comes out of it.
#include "sim/virtual/link_timing.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LinkTiming, DrawsLatenciesWhoseQuantilesAreTheSettings) {
  const LatencyQuantiles wanted;
  RandomStream random(7);
  std::vector<std::uint32_t> drawn(100'000);
  for (std::uint32_t& one : drawn) one = draw_latency(wanted, random);
  std::sort(drawn.begin(), drawn.end());
  const auto quantile = [&](double part) { return static_cast<double>(drawn[static_cast<std::size_t>(part * 99'999)]); };
  EXPECT_GE(drawn.front(), wanted.least.count());
  EXPECT_LE(drawn.back(), wanted.most.count());
  EXPECT_NEAR(quantile(0.5), static_cast<double>(wanted.p50.count()), 300);
  EXPECT_NEAR(quantile(0.9), static_cast<double>(wanted.p90.count()), 1'000);
  EXPECT_NEAR(quantile(0.99), static_cast<double>(wanted.p99.count()), 5'000);
}

TEST(LinkTiming, KeepsTheOrderOfAStreamHoweverTheJitterFalls) {
  NetworkSettings settings;
  settings.jitter = milliseconds{50};
  LinkTiming timing;
  timing.latency_us = 10'000;
  timing.random = RandomStream(3);
  Instant before{};
  for (int i = 0; i < 1'000; ++i) {
    const Instant sent{milliseconds{i}};
    const Instant arrives = timing.arrival(settings, 100, sent);
    ASSERT_GE(arrives, before);
    ASSERT_GE(arrives, sent + milliseconds{10});
    before = arrives;
  }
}

TEST(LinkTiming, TakesAsLongAsTheLineIsNarrow) {
  NetworkSettings settings;
  settings.jitter = Duration{0};
  settings.bytes_per_second = 10'000;
  LinkTiming timing;
  timing.latency_us = 10'000;
  const Instant one = timing.arrival(settings, 946, Instant{});  // with a segment's head: 1,000 bytes
  EXPECT_EQ(one, Instant{milliseconds{110}});
  EXPECT_EQ(timing.arrival(settings, 946, Instant{}), Instant{milliseconds{210}});
  EXPECT_EQ(timing.waiting(settings, Instant{milliseconds{100}}), 1'000U);
  EXPECT_EQ(timing.waiting(settings, Instant{seconds{1}}), 0U);
  timing.is_secure = true;
  EXPECT_GT(timing.line_time(settings.bytes_per_second, 946), milliseconds{100});
}

}  // namespace
}  // namespace fleetsim::sim
