// The projection against a simulation that follows every device by itself and shares nothing with it but the policy.
#include "sim/weather/projection.hpp"

#include <gtest/gtest.h>
#include <map>
#include <queue>

#include "tests/sim/weather/backoff_policies.hpp"

namespace fleetsim::sim {
namespace {

constexpr double failing_seconds = 0.2;

/// As a gap table would have it after an outage that 2,000 devices saw.
BackoffTally observe(const BackoffPolicy& policy, std::size_t gaps) {
  BackoffTally tally;
  for (std::uint64_t device = 0; device < 2000; ++device) {
    RandomStream random = RandomStream::fork(11, policy.name, device);
    const std::vector<double> row = gaps_of(policy, random, gaps);
    for (std::size_t i = 0; i < row.size(); ++i) tally.gaps[i].add(Duration{static_cast<Duration::rep>(row[i] * 1e6)});
    ++tally.failed_tries;
    tally.failed_microseconds += static_cast<std::uint64_t>(failing_seconds * 1e6);
  }
  return tally;
}

struct Simulated {
  double peak_per_second = 0;
  double peak_after_return_per_second = 0;
  double back_99_seconds = 0;
  double tries = 0;
};

/// Device by device, try by try. The endpoint takes `capacity` tries in each second after its return, whoever comes first.
Simulated simulate(const BackoffPolicy& policy, const ProjectionQuestion& question) {
  struct Try {
    double at;
    std::uint32_t device;
    int failures;
    double gap;
    bool operator>(const Try& other) const { return at != other.at ? at > other.at : device > other.device; }
  };
  std::priority_queue<Try, std::vector<Try>, std::greater<>> queue;
  std::vector<RandomStream> random;
  const auto wait = [&](std::uint32_t device, double now, int failures, double before) {
    const double gap = policy.gap(random[device], failures, before);
    queue.push({now + gap, device, failures, gap});
  };
  for (std::uint32_t device = 0; device < question.devices; ++device) {
    random.push_back(RandomStream::fork(23, "direct", device));
    wait(device, 0, 1, 0);
  }
  std::vector<double> moments;
  std::map<std::int64_t, double> taken;
  Simulated seen;
  std::uint64_t back = 0;
  while (!queue.empty()) {
    const Try now = queue.top();
    queue.pop();
    const auto second = static_cast<std::int64_t>(now.at);
    moments.push_back(now.at);
    if (now.at >= question.outage_seconds && taken[second] < question.capacity_per_second) {
      ++taken[second];
      if (++back * 100 >= question.devices * 99) {
        seen.back_99_seconds = now.at - question.outage_seconds;
        break;
      }
      continue;
    }
    wait(now.device, now.at + failing_seconds, now.failures + 1, now.gap);
  }
  seen.tries = static_cast<double>(moments.size());
  for (std::size_t first = 0, last = 0; last < moments.size(); ++last) {  // the second that ends here
    while (moments[first] < moments[last] - 1) ++first;
    const auto tries = static_cast<double>(last - first + 1);
    seen.peak_per_second = std::max(seen.peak_per_second, tries);
    if (moments[first] >= question.outage_seconds) seen.peak_after_return_per_second = std::max(seen.peak_after_return_per_second, tries);
  }
  return seen;
}

void expect_near_share(double projected, double simulated, double share, const std::string& what) {
  EXPECT_NEAR(projected, simulated, share * simulated) << what;
}

void check(const BackoffPolicy& policy, const ProjectionQuestion& question, double share) {
  const auto projected = project(observe(policy, gaps_kept_max), question);
  ASSERT_TRUE(projected);
  const Simulated simulated = simulate(policy, question);
  expect_near_share(projected->peak_per_second, simulated.peak_per_second, share, policy.name + ": peak");
  expect_near_share(projected->peak_after_return_per_second, simulated.peak_after_return_per_second, share,
                    policy.name + ": peak after return");
  ASSERT_TRUE(projected->back_99_seconds);
  expect_near_share(*projected->back_99_seconds, simulated.back_99_seconds, share, policy.name + ": 99 % back");
  expect_near_share(projected->tries, simulated.tries, share, policy.name + ": tries");
}

TEST(Projection, ExponentialWithJitterAgreesWithADirectSimulation) {
  check(device_core_policy(60), {.devices = 10'000, .outage_seconds = 120, .capacity_per_second = 100}, 0.15);
  check(device_core_policy(60), {.devices = 10'000, .outage_seconds = 20, .capacity_per_second = 1000}, 0.15);
  check(exponential_policy(2, 30, jitter_shares[1]), {.devices = 10'000, .outage_seconds = 90, .capacity_per_second = 150}, 0.15);
}

TEST(Projection, ConstantWithJitterAgreesWithADirectSimulation) {
  check(constant_policy(10, jitter_shares[2]), {.devices = 10'000, .outage_seconds = 60, .capacity_per_second = 200}, 0.15);
}

TEST(Projection, LinearWithJitterAgreesWithADirectSimulation) {
  check(linear_policy(2, 20, jitter_shares[3]), {.devices = 10'000, .outage_seconds = 100, .capacity_per_second = 300}, 0.15);
}

TEST(Projection, AHerdWithoutJitterComesAsOne) {
  BackoffPolicy herd = constant_policy(4.8, jitter_shares[0]);  // with the failing try: every five seconds
  const ProjectionQuestion question{.devices = 10'000, .outage_seconds = 60, .capacity_per_second = 500};
  check(herd, question, 0.15);
  EXPECT_NEAR(project(observe(herd, 8), question)->peak_per_second, 10'000, 1);
}

TEST(Projection, ARetryAtOnceTriesManyTimesASecond) {
  BackoffPolicy at_once = constant_policy(0.05, jitter_shares[0]);  // with the failing try: four a second
  const auto projected = project(observe(at_once, 16), {.devices = 1000, .outage_seconds = 30, .capacity_per_second = 100});
  ASSERT_TRUE(projected);
  EXPECT_NEAR(projected->peak_per_second, 4000, 400);
}

TEST(Projection, WithRoomForAllTheLongestWaitsDecideWhenTheyAreBack) {
  const auto projected =
      project(observe(constant_policy(30, jitter_shares[1]), 16), {.devices = 1000, .outage_seconds = 300, .capacity_per_second = 1e9});
  ASSERT_TRUE(projected);
  ASSERT_TRUE(projected->back_99_seconds);
  EXPECT_GT(*projected->back_99_seconds, 20);
  EXPECT_LT(*projected->back_99_seconds, 31);
}

TEST(Projection, ALongDayIsComputedInWiderSteps) {
  const auto projected =
      project(observe(device_core_policy(300), 16), {.devices = 1'000'000, .outage_seconds = 86'400, .capacity_per_second = 5000});
  ASSERT_TRUE(projected);
  EXPECT_GT(projected->step_seconds, projection_step_min_seconds);
  ASSERT_TRUE(projected->back_99_seconds);
  EXPECT_GE(*projected->back_99_seconds, 0.99 * 1'000'000 / 5000);
}

TEST(Projection, AnEndpointThatIsFarTooSmallIsNotWaitedForForEver) {
  const auto projected =
      project(observe(constant_policy(5, jitter_shares[1]), 16), {.devices = 1'000'000, .outage_seconds = 60, .capacity_per_second = 0.5});
  ASSERT_TRUE(projected);
  EXPECT_FALSE(projected->back_99_seconds);
}

TEST(Projection, WithoutAWaitOrAQuestionThereIsNone) {
  EXPECT_FALSE(project({}, {}));
  EXPECT_FALSE(project(observe(device_core_policy(60), 4), {.devices = 0}));
  EXPECT_FALSE(project(observe(device_core_policy(60), 4), {.capacity_per_second = 0}));
}

}  // namespace
}  // namespace fleetsim::sim
