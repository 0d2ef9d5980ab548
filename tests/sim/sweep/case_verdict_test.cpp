// A run's own verdict as findings: each part that did not hold is one, with the moment it was known.
#include "sim/app/case_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/case_runner.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/sweep/shrink.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RunResult failed_run() {
  RunResult result;
  result.verdict = Verdict::fail;
  result.elapsed_seconds = 90;
  result.devices_total = 10;
  result.steps = {{.label = "steps[0] bring_online", .outcome = StepResult::Outcome::done, .ended_seconds = 10, .why_failed = {}},
                  {.label = "steps[1] wait_until moved", .outcome = StepResult::Outcome::failed, .ended_seconds = 70, .why_failed = {}}};
  return result;
}

std::vector<std::string> parts_of(const std::vector<CaseViolation>& found) {
  std::vector<std::string> parts;
  for (const CaseViolation& one : found) {
    EXPECT_EQ(one.invariant, scenario_holds);
    EXPECT_EQ(one.device, "");
    parts.push_back(one.part);
  }
  return parts;
}

TEST(CaseVerdict, OfARunThatPassedOrWasInterruptedIsNoFinding) {
  RunResult result = failed_run();
  result.steps_failed = {"steps[1] wait_until moved: 9 of 10 after 60 s"};
  for (const Verdict verdict : {Verdict::pass, Verdict::interrupted}) {
    result.verdict = verdict;
    EXPECT_THAT(verdict_findings(result), IsEmpty());
  }
}

TEST(CaseVerdict, AStepThatFailedIsDatedWhenItEnded) {
  RunResult result = failed_run();
  result.steps_failed = {"steps[1] wait_until moved: 9 of 10 after 60 s"};
  const std::vector<CaseViolation> found = verdict_findings(result);
  ASSERT_THAT(parts_of(found), ElementsAre("steps[1] wait_until moved"));
  EXPECT_EQ(found.front().at, Instant{seconds{70}});
  EXPECT_EQ(found.front().words, "9 of 10 after 60 s");
}

TEST(CaseVerdict, EachPartIsOneOfItsOwn) {
  RunResult result = failed_run();
  result.steps_failed = {"faults: there are 300 of them"};
  result.violations = {"steps[1] wait_until moved: probed twice"};
  result.thresholds = {{"move_seconds: p(95)<2", 3.0, false}, {"moves: count>0", 1.0, true}};
  result.devices_stranded = 2;
  result.devices_stranded_expected = 1;
  result.stranded = {{.device = "pk/dn", .group = "g", .reason = "offline"}};
  const std::vector<CaseViolation> found = verdict_findings(result);
  EXPECT_THAT(parts_of(found), ElementsAre("faults", "steps[1] wait_until moved", "move_seconds: p(95)<2", "stranded"));
  EXPECT_EQ(found.back().words, "2 of 10 devices are stranded, pk/dn: offline");
  EXPECT_EQ(found.back().at, Instant{seconds{90}});
}

TEST(CaseVerdict, ARunOutOfTimeSaysNothingOfWhereItWouldHaveEnded) {
  RunResult result = failed_run();
  result.steps_failed = {"steps[1] wait_until moved: the run's duration_max of 90.0 s is over before its steps are done"};
  result.devices_stranded = 2;
  EXPECT_THAT(parts_of(verdict_findings(result)), ElementsAre("duration_max"));
}

TEST(CaseVerdict, AFailureWithoutAReasonIsOneNevertheless) {
  EXPECT_THAT(parts_of(verdict_findings(failed_run())), ElementsAre("verdict"));
  RunResult invalid = failed_run();
  invalid.verdict = Verdict::invalid;
  EXPECT_THAT(parts_of(verdict_findings(invalid)), ElementsAre("generator"));
}

constexpr std::string_view too_hasty = R"(schema_version: 1
name: too-hasty
world: virtual
platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}], limits: unlimited}
faults: [{kind: bootstrap_outage, name: why, until: 30s}, {kind: latency, name: innocent, latency: 1ms}]
groups:
  meters: {product: a1TestPK001, devices: 8}
steps:
  - wait_until: {what: online, timeout: 5s}
  - sleep: 3m
)";

TEST(CaseVerdict, CountsInASweepUnlessItIsIgnored) {
  Diagnostics diagnostics;
  const auto scenario = read_scenario(too_hasty, "too-hasty.yaml", {}, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.text();
  const SweepCase whole = first_case(*scenario, 3);
  const CaseRunner run = make_case_runner(*scenario, nullptr);
  const CaseOutcome outcome = run(whole);
  EXPECT_TRUE(outcome.verdict_counts);
  ASSERT_EQ(outcome.violations.size(), 1U);
  ASSERT_TRUE(outcome.fails(scenario_holds, "steps[0] wait_until"));
  EXPECT_EQ(make_case_runner(*scenario, nullptr, VerdictUse::is_ignored)(whole).violations_total, 0U);
  // Any scenario fails when it is cut short enough: that is another failure, and none that a case is made small for.
  const ShrinkResult small = shrink(whole, outcome, scenario_holds, run, {.part = "steps[0] wait_until"});
  EXPECT_EQ(small.smallest.end, seconds{6});
  EXPECT_EQ(small.smallest.device_count(), 1U);
}

}  // namespace
}  // namespace fleetsim::sim
