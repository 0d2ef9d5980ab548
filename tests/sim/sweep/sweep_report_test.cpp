// What a sweep says of what it found.
#include "sim/sweep/sweep_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/sweep/scripted_case.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SweepReport, EachViolationHasTheLineThatReplaysIt) {
  const SweepResult result = sweep({.first = 7, .last = 7}, case_of, run_sevens);
  const SweepFacts facts{.scenario = "scenarios/chaos.yaml", .settings = " --set devices=9"};
  EXPECT_EQ(failure_text(result.failures.front(), facts),
            "seed 7: backoff_respected: a1TestPK001/meter-3 at 83.000 s: too soon\n"
            "  fleetsim replay scenarios/chaos.yaml --set devices=9 --seed 7 --device a1TestPK001/meter-3\n"
            "  and 1 more of this seed\n");
}

TEST(SweepReport, TheLineIsOneThatAShellTakesWhateverStandsInIt) {
  EXPECT_EQ(replay_line("my scenarios/it's.yaml", settings_text({{"note", "a b; touch /tmp/x"}, {"n", "5"}}, {}), 3, "a1/meter 3"),
            "fleetsim replay 'my scenarios/it'\\''s.yaml' --set n=5 --set 'note=a b; touch /tmp/x' --seed 3 --device 'a1/meter 3'");
}

TEST(SweepReport, NoSecretStandsInALineNorInTheJson) {
  const std::string settings = settings_text({{"devices", "9"}, {"word", "hush"}}, {"word"});
  EXPECT_EQ(settings, " --set devices=9 --set 'word=***'");
  const SweepResult result = sweep({.first = 7, .last = 7}, case_of, run_sevens);
  EXPECT_THAT(sweep_json(result, {.scenario = "s.yaml", .settings = settings}),
              HasSubstr("s.yaml --set devices=9 --set 'word=***' --seed 7"));
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

TEST(SweepReport, ASituationThatCameUpIsInThisScenarioAndOneThatOtherSeedsWouldBringMayBe) {
  SweepResult result = sweep_that_met(Sometimes::came_home, sometimes_needs::nothing, 1);
  result.could_give = sometimes_needs::cuts;
  const std::string text = sweep_text(result, {.scenario = "s.yaml"});
  EXPECT_THAT(text, HasSubstr("  came_home                                        1\n"));
  EXPECT_THAT(text, HasSubstr("  cut_while_storing                                0   not with these seeds' faults\n"));
  EXPECT_THAT(text, HasSubstr("  name_was_unknown                                 0   not in this scenario\n"));
}

TEST(SweepReport, WhatTheScenarioItselfAskedForIsToldWithTheLineThatRunsIt) {
  const auto run = [](const SweepCase&) {
    CaseOutcome outcome = bad(std::string{scenario_holds});
    outcome.violations_total = 1;
    outcome.violations.front().device.clear();
    outcome.violations.front().part = "steps[4] wait_until online";
    outcome.verdict_counts = true;
    return outcome;
  };
  const SweepResult result = sweep({.first = 7, .last = 7}, case_of, run);
  EXPECT_EQ(failure_text(result.failures.front(), {.scenario = "s.yaml"}),
            "seed 7: scenario_holds: steps[4] wait_until online at 83.000 s: too soon\n"
            "  fleetsim run s.yaml --world virtual --seed 7\n");
  EXPECT_THAT(sweep_text(result, {}), HasSubstr("  scenario_holds                                   1\n"));
}

TEST(SweepReport, WhatWasShrunkSaysFromWhatToWhat) {
  ShrunkFailure small{.seed = 17, .result = shrunk({.faults = {4}, .device = 29, .at = seconds{83}}), .before = case_of(17)};
  small.invariant = "backoff_respected";
  small.file = "chaos-17.yaml";
  const std::string text = shrunk_text(small);
  EXPECT_THAT(text, HasSubstr("seed 17: backoff_respected needs 1 of 6 faults, 2 of 50 devices, 84.0 of 600 s ("));
  EXPECT_THAT(text, HasSubstr("\n  fleetsim replay chaos-17.yaml --seed 17 --device a1TestPK001/meter-3\n"));
}

}  // namespace
}  // namespace fleetsim::sim
