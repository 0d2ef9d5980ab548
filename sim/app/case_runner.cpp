#include "sim/app/case_runner.hpp"

#include <algorithm>
#include <utility>

#include "sim/app/case_verdict.hpp"
#include "sim/fleet.hpp"
#include "sim/sweep/case_needs.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/world/run_oracles.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t violations_told_max = 8;  // of one run: the first ones say what the others follow from

/// Beside what the invariants found; both in the order of time.
void add_verdict(CaseOutcome& outcome, const RunResult& result) {
  outcome.verdict_counts = true;
  std::vector<CaseViolation> found = verdict_findings(result);
  outcome.violations_total += found.size();
  for (CaseViolation& one : found) outcome.violations.push_back(std::move(one));
  std::stable_sort(outcome.violations.begin(), outcome.violations.end(),
                   [](const CaseViolation& a, const CaseViolation& b) { return a.at < b.at; });
}

CaseOutcome run_case(const Scenario& whole, const SweepCase& of, const std::atomic<bool>* stop, VerdictUse verdict) {
  CaseOutcome outcome;
  outcome.error = why_not_whole(whole, of);
  if (!outcome.error.empty()) return outcome;
  Scenario scenario = apply_case(whole, of);
  scenario.world = WorldKind::virtual_time;
  scenario.threads = 1;
  RunOracles oracles(scenario);
  RunOptions options;
  options.taps = &oracles;
  options.stop = stop;
  const Result<RunResult, RunError> result = run_scenario(scenario, options);
  if (!result) {
    outcome.error = result.error().what;
    if (!result.error().hint.empty()) outcome.error += " (" + result.error().hint + ")";
    return outcome;
  }
  if (result->verdict == Verdict::interrupted) {
    outcome.was_interrupted = true;
    return outcome;
  }
  Findings found = oracles.findings();
  outcome.violations_total = found.violations.total();
  for (const Violation& violation : found.violations.kept()) {
    if (outcome.violations.size() == violations_told_max) break;
    outcome.violations.push_back({.invariant = std::string{violation.invariant},
                                  .device = oracles.device_name(violation.device),
                                  .at = violation.at,
                                  .words = violation.words});
  }
  if (verdict == VerdictUse::counts) add_verdict(outcome, *result);
  outcome.exercised = std::move(found.exercised);
  outcome.sometimes = found.sometimes;
  outcome.gave = needs_met_by(scenario);
  outcome.gave_invariants = invariant_needs_met_by(scenario);
  outcome.simulated = Duration{static_cast<std::int64_t>(result->elapsed_seconds * microseconds_per_second)};
  outcome.trace_hash = result->trace_hash;
  return outcome;
}

}  // namespace

CaseRunner make_case_runner(const Scenario& scenario, const std::atomic<bool>* stop, VerdictUse verdict) {
  return [&scenario, stop, verdict](const SweepCase& of) { return run_case(scenario, of, stop, verdict); };
}

}  // namespace fleetsim::sim
