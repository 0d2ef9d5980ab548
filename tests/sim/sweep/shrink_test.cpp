// Making a case small, over a scripted runner: what is left of it, and in how many runs.
#include "sim/sweep/shrink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/sweep/scripted_case.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

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
