// Sweeps over a scripted runner: which seeds are run and told of, whatever the number of threads.
#include "sim/sweep/sweep.hpp"

#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>

#include "sim/invariants/list.hpp"
#include "tests/sim/sweep/scripted_case.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

std::vector<std::uint64_t> seeds_of(const SweepResult& result) {
  std::vector<std::uint64_t> seeds;
  for (const SweepFailure& failure : result.failures) seeds.push_back(failure.of.seed);
  return seeds;
}

TEST(Sweep, RunsEverySeedOnceWhateverTheNumberOfThreads) {
  for (const std::uint32_t threads : {1U, 3U}) {
    std::mutex mutex;
    std::multiset<std::uint64_t> run;
    const SweepResult result = sweep({.first = 1, .last = 50, .threads = threads}, case_of, [&](const SweepCase& one) {
      const std::lock_guard lock(mutex);
      run.insert(one.seed);
      return good();
    });
    EXPECT_EQ(run.size(), 50u);
    EXPECT_EQ(std::set<std::uint64_t>(run.begin(), run.end()).size(), 50u);
    EXPECT_EQ(result.seeds_run, 50u);
    EXPECT_EQ(result.exercised.front(), 50u);
    EXPECT_EQ(result.simulated, seconds{30'000});
    EXPECT_TRUE(result.passed());
  }
}

TEST(Sweep, StopsAtTheFirstSeedThatFailsAndTellsOfNoLaterOne) {
  for (const std::uint32_t threads : {1U, 4U}) {
    const SweepResult result = sweep({.first = 2, .last = 1000, .threads = threads}, case_of, run_sevens);
    EXPECT_THAT(seeds_of(result), ElementsAre(7));
    EXPECT_EQ(result.seeds_run, 6u) << "2 to 7";
    EXPECT_EQ(result.violations, 2u);
    EXPECT_FALSE(result.passed());
  }
}

TEST(Sweep, CollectsThemAllInTheirOrder) {
  const SweepResult result =
      sweep({.first = 1, .last = 30, .threads = 3, .mode = SweepMode::collect, .failures_max = 3}, case_of, run_sevens);
  EXPECT_THAT(seeds_of(result), ElementsAre(7, 14, 21));
  EXPECT_EQ(result.seeds_failed, 4u);
  EXPECT_EQ(result.seeds_run, 30u);
  EXPECT_EQ(result.violations, 8u);
}

TEST(Sweep, EndsWhereARunIsNotPossible) {
  const auto run = [](const SweepCase& one) {
    CaseOutcome outcome = good();
    if (one.seed == 5) outcome.error = "no memory";
    return outcome;
  };
  const SweepResult result = sweep({.first = 1, .last = 1000, .threads = 2, .mode = SweepMode::collect}, case_of, run);
  EXPECT_EQ(result.error, "seed 5: no memory");
  EXPECT_EQ(result.seeds_run, 5u);
  EXPECT_FALSE(result.passed());
}

TEST(Sweep, StopsWhenToldTo) {
  std::atomic<bool> stop{false};
  const auto run = [&](const SweepCase& one) {
    if (one.seed == 3) stop = true;
    return good();
  };
  const SweepResult result = sweep({.first = 1, .last = 1000, .stop = &stop}, case_of, run);
  EXPECT_TRUE(result.was_stopped);
  EXPECT_EQ(result.seeds_run, 3u);
  EXPECT_FALSE(result.passed());
}

/// Seeds 1 and 2 run side by side, and 2 fails when 1 has been told of.
TEST(Sweep, ALaterSeedThatFailsLaterIsNotToldOf) {
  std::mutex mutex;
  std::condition_variable changed;
  bool second_runs = false;
  bool first_is_done = false;
  const auto run = [&](const SweepCase& one) {
    std::unique_lock lock(mutex);
    if (one.seed == 2) second_runs = true;
    changed.notify_all();
    const bool came = changed.wait_for(lock, seconds{10}, [&] { return one.seed == 1 ? second_runs : first_is_done; });
    EXPECT_TRUE(came) << "on two threads";
    return bad();
  };
  const auto progress = [&](const SweepProgress&) {
    const std::lock_guard lock(mutex);
    first_is_done = true;
    changed.notify_all();
  };
  const SweepResult result = sweep({.first = 1, .last = 2, .threads = 2, .progress = progress}, case_of, run);
  EXPECT_THAT(seeds_of(result), ElementsAre(1));
  EXPECT_EQ(result.seeds_run, 1u);
}

TEST(Sweep, ARunThatIsCutShortIsNoCleanSeedNotEvenTheLast) {
  for (const std::uint32_t threads : {1U, 3U}) {
    std::atomic<bool> stop{false};
    const auto run = [&](const SweepCase& one) {
      CaseOutcome outcome = good();
      if (one.seed == 8) stop = outcome.was_interrupted = true;
      return outcome;
    };
    const SweepResult result = sweep({.first = 1, .last = 8, .threads = threads, .stop = &stop}, case_of, run);
    EXPECT_TRUE(result.was_stopped);
    EXPECT_EQ(result.seeds_run, 7u);
    EXPECT_EQ(result.exercised.front(), 7u);
    EXPECT_FALSE(result.passed());
  }
}

TEST(Sweep, WhatAnInterruptedRunFoundIsAnotherRuns) {
  const SweepResult result = sweep({.first = 7, .last = 7}, case_of, [](const SweepCase&) {
    CaseOutcome outcome = bad();
    outcome.was_interrupted = true;
    return outcome;
  });
  EXPECT_TRUE(result.was_stopped);
  EXPECT_EQ(result.seeds_failed, 0u);
}

TEST(Sweep, WhoseLastSeedIsThroughWasNotStopped) {
  std::atomic<bool> stop{false};
  const auto run = [&](const SweepCase& one) {
    if (one.seed == 8) stop = true;
    return good();
  };
  EXPECT_TRUE(sweep({.first = 1, .last = 8, .stop = &stop}, case_of, run).passed());
}

TEST(Sweep, TellsOfItsProgress) {
  std::vector<std::uint64_t> done;
  sweep({.first = 5,
         .last = 8,
         .progress =
             [&](const SweepProgress& progress) {
               done.push_back(progress.done);
               EXPECT_EQ(progress.seeds, 4u);
             }},
        case_of, run_sevens);
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
}

TEST(Sweep, TheLargestSeedIsNoTrap) {
  const std::uint64_t last = ~std::uint64_t{0};
  const SweepResult result = sweep({.first = last - 1, .last = last}, case_of, [](const SweepCase&) { return good(); });
  EXPECT_EQ(result.seeds_run, 2u);
}

TEST(Sweep, FailsWhenASituationThatCouldHaveComeUpNeverDid) {
  const SweepResult result = sweep_that_met(Sometimes::cut_while_storing, sometimes_needs::cuts, 10);
  EXPECT_THAT(result.never_reached(), ElementsAre("cut_while_connecting", "woke_with_its_endpoint"));
  EXPECT_FALSE(result.passed());
}

TEST(Sweep, ButNotOfSituationsThatItsScenarioCannotBringAbout) {
  EXPECT_TRUE(sweep_that_met(Sometimes::cut_while_storing, sometimes_needs::nothing, 10).passed());
  EXPECT_TRUE(sweep_that_met(Sometimes::name_was_unknown, sometimes_needs::lost_names, 10).passed());
}

TEST(Sweep, AndNotOfSoFewSeeds) { EXPECT_TRUE(sweep_that_met(Sometimes::cut_while_storing, sometimes_needs::cuts, 9).passed()); }

TEST(Sweep, NamesInvariantsThatHadNothingToJudge) {
  const SweepResult result = sweep({.first = 1, .last = 1}, case_of, [](const SweepCase&) {
    CaseOutcome outcome = good();
    outcome.exercised[1] = 0;
    return outcome;
  });
  EXPECT_THAT(result.never_exercised(), ElementsAre("probed_at_exactly_one"));
}

SweepResult sweep_without_probes(std::uint8_t gave_invariants, std::uint64_t seeds) {
  return sweep({.first = 1, .last = seeds, .sometimes_after = 10}, case_of, [=](const SweepCase&) {
    CaseOutcome outcome = good();
    outcome.exercised[1] = 0;
    outcome.gave_invariants = gave_invariants;
    for (std::uint64_t& count : outcome.sometimes) ++count;
    return outcome;
  });
}

TEST(Sweep, FailsWhenAnInvariantThatCouldHaveJudgedNeverDid) {
  const SweepResult result = sweep_without_probes(invariant_needs::probes, 10);
  EXPECT_THAT(result.wrongly_idle(), ElementsAre("probed_at_exactly_one"));
  EXPECT_FALSE(result.passed());
  EXPECT_TRUE(sweep_without_probes(invariant_needs::probes, 9).passed());
  EXPECT_TRUE(sweep_without_probes(invariant_needs::posts, 10).passed());
}

}  // namespace
}  // namespace fleetsim::sim
