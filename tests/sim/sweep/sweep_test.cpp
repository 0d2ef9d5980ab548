// Sweeps and shrinking over a scripted runner: which seeds are run and told of, whatever the number of threads, and what is left of a case.
#include "sim/sweep/sweep.hpp"

#include <algorithm>
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>

#include "sim/sweep/shrink.hpp"
#include "sim/sweep/sweep_report.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

SweepCase case_of(std::uint64_t seed) {
  SweepCase one{.seed = seed, .end = seconds{600}};
  one.faults = {0, 1, 2, 3, 4, 5};
  one.devices = {{.first = 0, .count = 40}, {.first = 0, .count = 10}};
  return one;
}

CaseOutcome good() {
  CaseOutcome outcome;
  outcome.exercised.assign(10, 1);
  outcome.simulated = seconds{600};
  return outcome;
}
CaseOutcome bad(std::string invariant = "backoff_respected") {
  CaseOutcome outcome = good();
  outcome.violations_total = 2;
  outcome.violations = {
      {.invariant = std::move(invariant), .device = "a1TestPK001/meter-3", .at = Instant{seconds{83}}, .words = "too soon"}};
  return outcome;
}
/// Every seventh seed fails.
CaseOutcome run_sevens(const SweepCase& one) { return one.seed % 7 == 0 ? bad() : good(); }

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
  EXPECT_EQ(result.error, "no memory");
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

TEST(Sweep, AStopThatComesWithTheLastSeedStopsNothing) {
  std::atomic<bool> stop{false};
  const auto run = [&](const SweepCase& one) {
    if (one.seed == 3) stop = true;
    return good();
  };
  EXPECT_FALSE(sweep({.first = 1, .last = 3, .stop = &stop}, case_of, run).was_stopped);
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

SweepResult sweep_that_met(Sometimes which, std::uint8_t gave, std::uint64_t seeds) {
  return sweep({.first = 1, .last = seeds, .sometimes_after = 10}, case_of, [=](const SweepCase&) {
    CaseOutcome outcome = good();
    outcome.gave = gave;
    ++outcome.sometimes[static_cast<std::size_t>(which)];
    return outcome;
  });
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

/// Fails while all of these are in the case.
struct Needs {
  std::vector<std::uint16_t> faults;
  std::uint64_t device = 0;  // of the first group, by index
  Duration at{0};
};
CaseRunner runner_of(const Needs& needs, std::uint32_t* runs = nullptr) {
  return [needs, runs](const SweepCase& one) {
    if (runs != nullptr) ++*runs;
    const bool has_faults = std::all_of(needs.faults.begin(), needs.faults.end(), [&](std::uint16_t fault) {
      return std::find(one.faults.begin(), one.faults.end(), fault) != one.faults.end();
    });
    const DevicePart& part = one.devices.front();
    const bool has_device = needs.device >= part.first && needs.device < part.first + part.count;
    if (!has_faults || !has_device || one.end <= needs.at) return bad("another_one");
    CaseOutcome outcome = bad();
    outcome.violations.front().at = Instant{needs.at};
    return outcome;
  };
}

ShrinkResult shrunk(const Needs& needs, const ShrinkOptions& options = {}) {
  const CaseRunner run = runner_of(needs);
  return shrink(case_of(17), run(case_of(17)), "backoff_respected", run, options);
}

TEST(Shrink, KeepsTheOneFaultTheOneDeviceAndTheTimeThatAreNeeded) {
  const ShrinkResult small = shrunk({.faults = {4}, .device = 29, .at = seconds{83}});
  EXPECT_THAT(small.smallest.faults, ElementsAre(4));
  EXPECT_THAT(small.smallest.devices, ElementsAre(DevicePart{.first = 29, .count = 1}, DevicePart{.first = 0, .count = 1}));
  EXPECT_EQ(small.smallest.end, seconds{84});
  EXPECT_EQ(small.smallest.seed, 17u);
  EXPECT_FALSE(small.was_cut_short);
  EXPECT_TRUE(small.outcome.fails("backoff_respected"));
  EXPECT_LT(small.runs, 40u);
}

TEST(Shrink, KeepsSeveralFaultsThatOnlyTogetherBreakIt) {
  EXPECT_THAT(shrunk({.faults = {0, 5}, .at = seconds{1}}).smallest.faults, ElementsAre(0, 5));
  EXPECT_THAT(shrunk({.faults = {0, 1, 2, 3, 4, 5}}).smallest.faults, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(shrunk({.faults = {}}).smallest.faults, ElementsAre());
}

TEST(Shrink, AnotherInvariantsViolationIsNotTheSame) {
  const ShrinkResult small = shrunk({.faults = {2}, .device = 5, .at = seconds{10}});
  EXPECT_TRUE(small.outcome.fails("backoff_respected"));
  EXPECT_FALSE(small.outcome.fails("another_one"));
}

TEST(Shrink, LeavesAListOfDevicesAlone) {
  SweepCase listed = case_of(1);
  listed.devices[0].may_shrink = false;
  const CaseRunner run = runner_of({.faults = {1}, .at = seconds{1}});
  EXPECT_EQ(shrink(listed, run(listed), "backoff_respected", run, {}).smallest.devices[0].count, 40u);
}

TEST(Shrink, TellsTheOutcomeOfTheSmallestAndTakesNoCaseThatCouldNotBeRun) {
  const auto run = [](const SweepCase& one) {
    CaseOutcome outcome = bad();
    outcome.trace_hash = std::to_string(one.faults.size()) + "/" + std::to_string(one.device_count());
    if (one.faults.size() < 3) outcome.error = "no memory";
    return outcome;
  };
  const ShrinkResult small = shrink(case_of(17), run(case_of(17)), "backoff_respected", run, {});
  EXPECT_EQ(small.outcome.trace_hash, run(small.smallest).trace_hash);
  EXPECT_EQ(small.smallest.faults.size(), 3u);
}

TEST(Shrink, HasItsLimitAndSaysSo) {
  const ShrinkResult small = shrunk({.faults = {4}, .device = 29, .at = seconds{83}}, {.runs_max = 3});
  EXPECT_EQ(small.runs, 3u);
  EXPECT_TRUE(small.was_cut_short);
  EXPECT_TRUE(small.outcome.fails("backoff_respected"));
}

TEST(Shrink, StopsWhenToldTo) {
  const std::atomic<bool> stop{true};
  const ShrinkResult small = shrunk({.faults = {4}}, {.stop = &stop});
  EXPECT_EQ(small.runs, 0u);
  EXPECT_TRUE(small.was_cut_short);
}

TEST(SweepReport, EachViolationHasTheLineThatReplaysIt) {
  const SweepResult result = sweep({.first = 7, .last = 7}, case_of, run_sevens);
  const SweepFacts facts{.scenario = "scenarios/chaos.yaml", .settings = " --set devices=9"};
  EXPECT_EQ(failure_text(result.failures.front(), facts),
            "seed 7: backoff_respected: a1TestPK001/meter-3 at 83.000 s: too soon\n"
            "  fleetsim replay scenarios/chaos.yaml --set devices=9 --seed 7 --device a1TestPK001/meter-3\n"
            "  and 1 more of this seed\n");
}

TEST(SweepReport, TheSummaryHasWhatWasRunFoundExercisedAndMet) {
  const SweepResult result = sweep_that_met(Sometimes::cut_while_storing, sometimes_needs::cuts, 10);
  const std::string text = sweep_text(result, {.scenario = "s.yaml", .seconds = 2, .threads = 2});
  EXPECT_THAT(text, HasSubstr("10 of 10 seeds in 2s on 2 threads, 100m00s simulated"));
  EXPECT_THAT(text, HasSubstr("0 violations in 0 seeds\n"));
  EXPECT_THAT(text, HasSubstr("  backoff_respected                               10\n"));
  EXPECT_THAT(text, HasSubstr("  cut_while_storing                               10\n"));
  EXPECT_THAT(text, HasSubstr("never met, though it could have been: cut_while_connecting woke_with_its_endpoint\n"));
  EXPECT_THAT(text, HasSubstr("  came_home                                        0   not in this scenario\n"));
}

TEST(SweepReport, WhatWasShrunkSaysFromWhatToWhat) {
  ShrunkFailure small{
      .seed = 17, .result = shrunk({.faults = {4}, .device = 29, .at = seconds{83}}), .devices_before = 50, .faults_before = 6};
  small.end_before = seconds{600};
  small.invariant = "backoff_respected";
  small.file = "chaos-17.yaml";
  const std::string text = shrunk_text(small);
  EXPECT_THAT(text, HasSubstr("seed 17: backoff_respected needs 1 of 6 faults, 2 of 50 devices, 84.0 of 600 s ("));
  EXPECT_THAT(text, HasSubstr("\n  fleetsim replay chaos-17.yaml --seed 17 --device a1TestPK001/meter-3\n"));
}

}  // namespace
}  // namespace fleetsim::sim
