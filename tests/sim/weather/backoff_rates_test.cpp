// How often the classifier errs, over 1,000 seeds of each policy: as a table for README.md, and as limits.
#include <array>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/weather/backoff_tally.hpp"
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
      EXPECT_LE(rates.another_shape, 0.03) << policy.name;
      EXPECT_LE(rates.undecided, 0.09) << policy.name;
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

TEST(BackoffRates, LinearIsToldFromSixteenGapsWhateverTheJitter) {
  for (const JitterShare& jitter : jitter_shares) {
    const Rates rates = rates_of(linear_policy(2, 0, jitter), 16);
    EXPECT_LE(rates.another_shape, 0.015) << jitter.name;
    EXPECT_LE(rates.undecided, 0.09) << jitter.name;
  }
}

TEST(BackoffRates, LinearUpToACapIsLeftUndecidedWhenItsJitterGoesDownToZero) {
  EXPECT_LE(rates_of(linear_policy(2, 16, jitter_shares[3]), 16).undecided, 0.01);
  EXPECT_LE(rates_of(linear_policy(2, 16, jitter_shares[2]), 16).undecided, 0.06);
  // A ceiling that grows by eight steps and then stays is three doublings to all appearance.
  const Rates full = rates_of(linear_policy(2, 16, jitter_shares[1]), 16);
  EXPECT_LE(full.another_shape, 0.08);
  EXPECT_LE(full.undecided, 0.60);
  EXPECT_GE(full.undecided, 0.20) << "where did that knowledge come from?";
}

/// What each shape is taken for, in the test's output: rows are what was drawn, columns what was said of it.
TEST(BackoffRates, TheConfusionMatrixHasItsWeightOnTheDiagonal) {
  struct Line {
    std::string name;
    BackoffShape shape;
    std::vector<BackoffPolicy> policies;
  };
  constexpr std::uint64_t rows = 500;
  for (const std::size_t gaps : {6U, 8U, 16U}) {
    fmt::print("\n{} gaps {:>28} {:>9} {:>9} {:>9} {:>11}   (of 500 rows)\n", gaps, "undecided", "none", "constant", "linear",
               "exponential");
    std::vector<Line> lines{{"none", BackoffShape::none, {{"none", BackoffShape::none, false, [](RandomStream& random, int, double) {
                                                             return uniform(random, 0, 0.08);
                                                           }}}}};
    for (const JitterShare& jitter : jitter_shares) {
      lines.push_back({"constant, " + jitter.name, BackoffShape::constant, {constant_policy(10, jitter)}});
      lines.push_back({"linear, " + jitter.name, BackoffShape::linear, {linear_policy(2, 0, jitter)}});
      lines.push_back({"exponential, " + jitter.name,
                       BackoffShape::exponential,
                       {exponential_policy(2, 60, jitter), exponential_policy(2, 0, jitter)}});
    }
    for (const Line& line : lines) {
      std::array<std::uint64_t, backoff_shape_count> said{};
      for (const BackoffPolicy& policy : line.policies)
        for (std::uint64_t seed = 0; seed < rows / line.policies.size(); ++seed) {
          RandomStream random = RandomStream::fork(seed, policy.name, gaps);
          ++said[static_cast<std::size_t>(classify_backoff(gaps_of(policy, random, gaps)).shape)];
        }
      fmt::print("{:<26} {:>9} {:>9} {:>9} {:>9} {:>11}\n", line.name, said[0], said[1], said[2], said[3], said[4]);
      const std::uint64_t right = said[static_cast<std::size_t>(line.shape)];
      const std::uint64_t wrong = rows - right - said[static_cast<std::size_t>(BackoffShape::too_few)];
      // Six gaps say little of a line whose jitter goes down to zero: mostly nothing is said of it, and what is said is half wrong.
      EXPECT_LE(wrong, gaps == 16 ? 10U : gaps == 8 ? 50U : 75U) << line.name << ", " << gaps << " gaps";
      EXPECT_GT(right, gaps == 6 ? 40U : wrong) << line.name << ", " << gaps << " gaps";
      EXPECT_GE(right, gaps == 16 ? 450U : 0U) << line.name;
    }
  }
}

/// What one row leaves open, a few rows of the same firmware decide.
TEST(BackoffRates, TenRowsTogetherDecideWhatNoneOfThemDecidesAlone) {
  const std::vector<BackoffPolicy> policies{linear_policy(2, 0, jitter_shares[1]),
                                            linear_policy(2, 16, jitter_shares[1]),
                                            constant_policy(10, jitter_shares[1]),
                                            exponential_policy(2, 60, jitter_shares[1]),
                                            device_core_policy(30),
                                            decorrelated_policy(60)};
  constexpr int fleets = 100;
  for (const BackoffPolicy& policy : policies) {
    for (const std::size_t gaps : {8U, 16U}) {
      int right = 0;
      int wrong = 0;
      for (std::uint64_t seed = 0; seed < fleets; ++seed) {
        RandomStream random = RandomStream::fork(seed, policy.name, gaps);
        BackoffTally tally;
        for (int device = 0; device < 10; ++device) tally.add(gaps_of(policy, random, gaps));
        const BackoffShape shape = tally.together().shape;
        right += shape == policy.shape ? 1 : 0;
        wrong += shape != policy.shape && shape != BackoffShape::too_few ? 1 : 0;
      }
      EXPECT_GE(right, 97) << policy.name << ", " << gaps << " gaps";
      EXPECT_LE(wrong, 1) << policy.name << ", " << gaps << " gaps";
    }
  }
}

TEST(BackoffRates, ALowCapIsReachedTooSoonToTellMuchOfTheGrowth) {
  const Rates rates = rates_of(device_core_policy(30), 16);
  EXPECT_LE(rates.another_shape, 0.05);
  EXPECT_LE(rates.undecided, 0.20);
}

}  // namespace
}  // namespace fleetsim::sim
