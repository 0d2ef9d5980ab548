// Making a case small, over a scripted runner: what is left of it, and in how many runs.
#include "sim/sweep/shrink.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/sweep/scripted_case.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(Shrink, KeepsTheOneFaultTheOneDeviceAndTheTimeThatAreNeeded) {
  const ShrinkResult small = shrunk({.faults = {4}, .device = 29, .at = seconds{83}});
  EXPECT_THAT(positions_of(small.smallest.faults), ElementsAre(4));
  EXPECT_THAT(small.smallest.devices, ElementsAre(DevicePart{.first = 29, .count = 1}, DevicePart{.first = 0, .count = 1}));
  EXPECT_EQ(small.smallest.end, seconds{84});
  EXPECT_EQ(small.smallest.seed, 17u);
  EXPECT_FALSE(small.was_cut_short);
  EXPECT_TRUE(small.outcome.fails("backoff_respected"));
  EXPECT_LT(small.runs, 40u);
}

TEST(Shrink, KeepsSeveralFaultsThatOnlyTogetherBreakIt) {
  EXPECT_THAT(positions_of(shrunk({.faults = {0, 5}, .at = seconds{1}}).smallest.faults), ElementsAre(0, 5));
  EXPECT_THAT(positions_of(shrunk({.faults = {0, 1, 2, 3, 4, 5}}).smallest.faults), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(positions_of(shrunk({.faults = {}}).smallest.faults), ElementsAre());
}

TEST(Shrink, LeavesOutStepsThatNothingNeeds) {
  SweepCase whole = case_of(17);
  whole.steps = {1, 3, 4, 8};
  const CaseRunner run = [](const SweepCase& one) {
    return std::count(one.steps.begin(), one.steps.end(), 3) == 1 && std::count(one.steps.begin(), one.steps.end(), 8) == 1 ? bad()
                                                                                                                            : good();
  };
  EXPECT_THAT(shrink(whole, bad(), "backoff_respected", run, {}).smallest.steps, ElementsAre(3, 8));
}

TEST(Shrink, CutsDevicesOffOneByOneWhenHalvesAreNeeded) {
  const CaseRunner run = [](const SweepCase& one) {
    const DevicePart& part = one.devices.front();
    return part.first <= 9 && part.first + part.count > 31 ? bad() : good();
  };
  const ShrinkResult small = shrink(case_of(17), bad(), "backoff_respected", run, {});
  EXPECT_EQ(small.smallest.devices.front(), (DevicePart{.first = 9, .count = 23}));
  EXPECT_FALSE(small.was_cut_short);
}

TEST(Shrink, LetsAWholeGroupGoWhenItMay) {
  SweepCase whole = case_of(17);
  whole.devices[1].may_go = true;
  EXPECT_EQ(shrink(whole, bad(), "backoff_respected", runner_of({.faults = {}, .device = 3}), {}).smallest.devices[1].count, 0U);
}

TEST(Shrink, NarrowsTheWindowsOfTheFaultsThatAreLeft) {
  const CaseRunner run = [](const SweepCase& one) {
    const bool acts = std::any_of(one.faults.begin(), one.faults.end(), [](const CaseFault& fault) {
      return fault.position == 2 && fault.from <= seconds{33} && fault.until >= seconds{35};
    });
    return acts ? bad() : good();
  };
  const ShrinkResult small = shrink(case_of(17), bad(), "backoff_respected", run, {});
  ASSERT_EQ(small.smallest.faults.size(), 1U);
  EXPECT_GT(small.smallest.faults[0].from, seconds{32});
  EXPECT_LT(small.smallest.faults[0].until, seconds{36});
  EXPECT_LT(small.runs, 60U);
  SweepCase endless = case_of(17);
  for (CaseFault& fault : endless.faults) fault.has_window = false;
  EXPECT_EQ(shrink(endless, bad(), "backoff_respected", run, {}).smallest.faults[0].until, seconds{90});
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

TEST(Shrink, TakesNoCaseWhoseRunWasInterrupted) {
  const CaseRunner run = [](const SweepCase&) {
    CaseOutcome outcome = bad();
    outcome.was_interrupted = true;
    return outcome;
  };
  const ShrinkResult small = shrink(case_of(17), bad(), "backoff_respected", run, {});
  EXPECT_EQ(small.smallest, case_of(17));
}

TEST(Shrink, StopsWhenToldTo) {
  const std::atomic<bool> stop{true};
  const ShrinkResult small = shrunk({.faults = {4}}, {.stop = &stop});
  EXPECT_EQ(small.runs, 0u);
  EXPECT_TRUE(small.was_cut_short);
}

}  // namespace
}  // namespace fleetsim::sim
