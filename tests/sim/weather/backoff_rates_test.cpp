// How often the classifier errs, over 1,000 seeds of each policy: as a table for README.md, and as limits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/sim/weather/backoff_policies.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint64_t seeds = 1000;

struct Rates {
  double another_shape = 0;  // shares of all seeds
  double undecided = 0;
  double jitter_wrong = 0;  // of those whose shape was right
  double cap_wrong = 0;     // likewise; only asked where the cap was reached three times, or is far
};

/// Whether the row shows a cap: gaps that it cut, three at least, or none at all.
enum class CapSeen : std::uint8_t { no, hardly, yes };

CapSeen cap_seen(const BackoffPolicy& policy, std::size_t gaps) {
  if (policy.cap == 0) return CapSeen::no;
  RandomStream random(1);
  BackoffPolicy without =
      policy.shape == BackoffShape::linear ? linear_policy(2, 0, jitter_shares[0]) : exponential_policy(2, 0, jitter_shares[0]);
  const std::vector<double> ceilings = gaps_of(without, random, gaps);
  const auto cut = std::count_if(ceilings.begin(), ceilings.end(), [&](double ceiling) { return ceiling > policy.cap; });
  return cut >= 3 ? CapSeen::yes : cut == 0 ? CapSeen::no : CapSeen::hardly;
}

Rates rates_of(const BackoffPolicy& policy, std::size_t gaps) {
  Rates rates;
  std::uint64_t right = 0;
  const CapSeen cap = cap_seen(policy, gaps);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    RandomStream random = RandomStream::fork(seed, policy.name, gaps);
    const BackoffClass found = classify_backoff(gaps_of(policy, random, gaps));
    if (found.shape == BackoffShape::too_few) {
      rates.undecided += 1;
    } else if (found.shape != policy.shape) {
      rates.another_shape += 1;
    } else {
      ++right;
      rates.jitter_wrong += found.jitter != policy.jitter ? 1 : 0;
      rates.cap_wrong += cap != CapSeen::hardly && found.capped != (cap == CapSeen::yes) ? 1 : 0;
    }
  }
  rates.another_shape /= seeds;
  rates.undecided /= seeds;
  rates.jitter_wrong /= std::max<double>(1, static_cast<double>(right));
  rates.cap_wrong /= std::max<double>(1, static_cast<double>(right));
  fmt::print("| {} | {} | {:.1f} % | {:.1f} % | {:.1f} % |\n", policy.name, gaps, 100 * rates.another_shape, 100 * rates.undecided,
             100 * rates.cap_wrong);
  return rates;
}

TEST(BackoffRates, WithoutJitterEachClassIsToldFromSixGapsWithoutError) {
  std::vector<BackoffPolicy> policies;
  for (const double seconds : {0.2, 1.0, 5.0, 60.0}) policies.push_back(constant_policy(seconds, jitter_shares[0]));
  for (const double step : {0.5, 2.0, 10.0}) {
    policies.push_back(linear_policy(step, 0, jitter_shares[0]));
    policies.push_back(linear_policy(step, 4.5 * step, jitter_shares[0]));
  }
  for (const double factor : {1.5, 1.6, 2.0, 3.0, 10.0}) {
    policies.push_back(exponential_policy(factor, 0, jitter_shares[0]));
    policies.push_back(exponential_policy(factor, std::pow(factor, 3.5), jitter_shares[0]));
  }
  for (const BackoffPolicy& policy : policies) {
    for (std::size_t gaps = 6; gaps <= gaps_kept_max; ++gaps) {
      RandomStream lateness = RandomStream::fork(7, policy.name, gaps);
      std::vector<double> seen = gaps_of(policy, lateness, gaps);
      for (double& gap : seen) gap += uniform(lateness, 0, 0.01);  // of the loop
      EXPECT_EQ(classify_backoff(seen), (BackoffClass{policy.shape, false, policy.cap > 0}))
          << policy.name << ", " << gaps << " gaps: " << backoff_class_text(classify_backoff(seen));
    }
  }
}

TEST(BackoffRates, ADeviceWithoutWaitsIsNeverTakenForOneThatWaits) {
  const BackoffPolicy at_once{"none", BackoffShape::none, false,
                              [](RandomStream& random, int, double) { return uniform(random, 0, 0.08); }};
  for (const std::size_t gaps : {6U, 16U}) {
    const Rates rates = rates_of(at_once, gaps);
    EXPECT_EQ(rates.another_shape + rates.undecided, 0);
  }
}

TEST(BackoffRates, ConstantWithJitterIsRarelyTakenForGrowth) {
  for (const JitterShare& jitter : jitter_shares) {
    if (jitter.none()) continue;
    for (const std::size_t gaps : {8U, 16U}) {
      const Rates rates = rates_of(constant_policy(10, jitter), gaps);
      EXPECT_LE(rates.another_shape, 0.03);
      EXPECT_LE(rates.undecided, 0.15);
      EXPECT_LE(rates.jitter_wrong, 0.01);
    }
  }
}

TEST(BackoffRates, ExponentialWithJitterIsToldWhateverTheJitter) {
  std::vector<BackoffPolicy> policies;
  for (const JitterShare& jitter : jitter_shares) {
    if (jitter.none()) continue;
    policies.push_back(exponential_policy(2, 0, jitter));
    policies.push_back(exponential_policy(2, 60, jitter));
    policies.push_back(exponential_policy(3, 0, jitter));
  }
  policies.push_back(exponential_policy(1.6, 0, jitter_shares[3]));  // as gRPC has it
  for (const double cap : {60.0, 300.0}) policies.push_back(device_core_policy(cap));
  for (const BackoffPolicy& policy : policies) {
    for (const std::size_t gaps : {8U, 16U}) {
      const Rates rates = rates_of(policy, gaps);
      EXPECT_LE(rates.another_shape, 0.02) << policy.name;
      EXPECT_LE(rates.undecided, 0.08) << policy.name;
      EXPECT_LE(rates.jitter_wrong, 0.01) << policy.name;
      EXPECT_LE(rates.cap_wrong, 0.15) << policy.name;
    }
  }
}

TEST(BackoffRates, DecorrelatedJitterIsExponentialAndSeldomAnythingElse) {
  for (const double cap : {20.0, 60.0}) {
    const Rates rates = rates_of(decorrelated_policy(cap), 16);
    EXPECT_LE(rates.another_shape, 0.03);
    EXPECT_LE(rates.undecided, 0.08);
    EXPECT_LE(rates_of(decorrelated_policy(cap), 10).another_shape, 0.08);
  }
}

TEST(BackoffRates, LinearIsToldWithLittleJitterAndLeftUndecidedWithMuch) {
  for (const double cap : {0.0, 16.0}) {
    const Rates little = rates_of(linear_policy(2, cap, jitter_shares[3]), 16);
    EXPECT_LE(little.another_shape, 0.02);
    EXPECT_LE(little.undecided, 0.08);
    const Rates equal = rates_of(linear_policy(2, cap, jitter_shares[2]), 16);
    EXPECT_LE(equal.another_shape, 0.06);
    EXPECT_LE(equal.undecided, 0.35);
    // A ceiling that grows by steps and jitter down to zero look like doublings up to a cap: mostly undecided, at times wrong.
    const Rates full = rates_of(linear_policy(2, cap, jitter_shares[1]), 16);
    EXPECT_LE(full.another_shape, 0.30);
  }
}

TEST(BackoffRates, ALowCapIsReachedTooSoonToTellMuchOfTheGrowth) {
  const Rates rates = rates_of(device_core_policy(30), 16);
  EXPECT_LE(rates.another_shape, 0.04);
  EXPECT_LE(rates.undecided, 0.20);
}

}  // namespace
}  // namespace fleetsim::sim
