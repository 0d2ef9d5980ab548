// Whole runs in simulated time with every invariant watching: a sound fleet on a sound platform breaks none, and each planted bug is found
// by the invariant that is there for it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "sim/app/case_runner.hpp"
#include "sim/invariants/list.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/sweep/shrink.hpp"

namespace fleetsim::sim {
namespace {

struct Planted {
  std::string profile = "reference";
  std::string bug = "{}";
  std::string faults = "[]";  // besides those that the seed draws
};

/// Two groups, two moves, and half a minute of faults; then long enough for the slowest.
Scenario small_chaos(const Planted& planted) {
  const std::string text = fmt::format(R"(schema_version: 1
name: small-chaos
world: virtual
platform:
  regions: [cn-shanghai, ap-southeast-1, eu-central-1]
  products: [{{key: a1TestPK001}}]
  limits: unlimited
  planted_bugs: {}
faults: {}
random_faults: {{over: 40s, at_least: 2, at_most: 4}}
groups:
  meters: {{product: a1TestPK001, profile: {}, devices: {{count: 6, prefix: meter-}}, keep_alive: 60s, backoff: {{floor: 500ms, cap: 4s}}, load: {{rate: 0.2}}}}
  lamps: {{product: a1TestPK001, profile: {}, devices: {{count: 4, prefix: lamp-}}, keep_alive: 60s, backoff: {{floor: 500ms, cap: 4s}}, load: {{topic: "/{{pk}}/{{dn}}/user/update", qos: 1, rate: 0.2}}}}
steps:
  - sleep: 8s
  - distribute: {{source: iotx-oxssharez200, target: iotx-oxssharez400, may_fail: true}}
  - sleep: 8s
  - distribute: {{source: iotx-oxssharez400, target: iotx-oxssharez700, may_fail: true}}
  - sleep: 5m
  - probe
)",
                                       planted.bug, planted.faults, planted.profile, planted.profile);
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = read_scenario(text, "small-chaos.yaml", {}, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text();
  return scenario ? *scenario : Scenario{};
}

std::string told(const CaseOutcome& outcome) {
  std::string text = outcome.error;
  for (const CaseViolation& one : outcome.violations) text += fmt::format("{}: {}: {}\n", one.invariant, one.device, one.words);
  return text;
}

TEST(SoundWorld, BreaksNoInvariantAndExercisesEachOfThem) {
  const Scenario scenario = small_chaos({});
  const CaseRunner run = make_case_runner(scenario, nullptr);
  std::vector<std::uint64_t> exercised(invariant_kinds().size());
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const CaseOutcome outcome = run(first_case(scenario, seed));
    EXPECT_EQ(told(outcome), "") << "seed " << seed;
    for (std::size_t i = 0; i < outcome.exercised.size(); ++i) exercised[i] += outcome.exercised[i];
  }
  for (std::size_t i = 0; i < exercised.size(); ++i) EXPECT_GT(exercised[i], 0u) << invariant_kinds()[i].name;
}

TEST(SoundWorld, TheSameCaseHasTheSameOutcome) {
  const Scenario scenario = small_chaos({});
  const CaseRunner run = make_case_runner(scenario, nullptr);
  const CaseOutcome one = run(first_case(scenario, 3));
  const CaseOutcome other = run(first_case(scenario, 3));
  EXPECT_EQ(one.trace_hash, other.trace_hash);
  EXPECT_EQ(one.exercised, other.exercised);
  EXPECT_EQ(one.sometimes, other.sometimes);
  EXPECT_NE(one.trace_hash, run(first_case(scenario, 4)).trace_hash);
}

/// The first seed that trips it.
std::optional<CaseOutcome> found(const Planted& planted, std::string_view invariant, std::uint64_t seeds = 12) {
  const Scenario scenario = small_chaos(planted);
  const CaseRunner run = make_case_runner(scenario, nullptr);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CaseOutcome outcome = run(first_case(scenario, seed));
    EXPECT_EQ(outcome.error, "");
    if (outcome.fails(invariant)) return outcome;
  }
  return std::nullopt;
}

class PlantedBugs : public testing::TestWithParam<std::pair<Planted, std::string_view>> {};

TEST_P(PlantedBugs, AreFoundByTheInvariantThatIsThereForThem) {
  const auto& [planted, invariant] = GetParam();
  EXPECT_TRUE(found(planted, invariant)) << planted.profile << ' ' << planted.bug << ' ' << invariant;
}

INSTANTIATE_TEST_SUITE_P(
    All, PlantedBugs,
    testing::Values(std::pair{Planted{.bug = "{source_accepts_after_commit: true}"}, std::string_view{"probed_at_exactly_one"}},
                    std::pair{Planted{.bug = "{source_accepts_after_commit: true}",
                                      .faults = "[{kind: region_down, regions: ap-southeast-1, from: 9s, until: 30s}, "
                                                "{kind: stale_endpoint, from: 9s, until: 30s}]"},
                              std::string_view{"accepted_by_exactly_one"}},
                    std::pair{Planted{.bug = "{runtime_data_moves: true}"}, std::string_view{"runtime_data_stays"}},
                    std::pair{Planted{.bug = "{pubacks_forgotten: true}"}, std::string_view{"acknowledged_in_the_end"}},
                    std::pair{Planted{.bug = "{connack_twice: true}"}, std::string_view{"speaks_in_order"}},
                    std::pair{Planted{.profile = "mutant-secret-in-form"}, std::string_view{"secret_never_crosses"}},
                    std::pair{Planted{.profile = "mutant-hot-loop"}, std::string_view{"backoff_respected"}},
                    // Tries that a fault keeps from the network, and nothing else.
                    std::pair{Planted{.profile = "mutant-hot-loop", .faults = "[{kind: bootstrap_outage, from: 0s, until: 5s}]"},
                              std::string_view{"backoff_respected"}},
                    std::pair{Planted{.profile = "mutant-no-backoff-cap"}, std::string_view{"backoff_respected"}},
                    std::pair{Planted{.profile = "mutant-never-falls-back",
                                      .faults = "[{kind: region_down, regions: ap-southeast-1, from: 5s, until: 25s}]"},
                              std::string_view{"recovers_after_heal"}},
                    std::pair{Planted{.profile = "mutant-no-reply"}, std::string_view{"state_machine"}},
                    std::pair{Planted{.profile = "mutant-wrong-port"}, std::string_view{"connects_where_told"}}));

TEST(PlantedBug, OfOneDeviceIsMadeSmallUntilLittleIsLeft) {
  const Scenario scenario = small_chaos({.profile = "mutant-no-backoff-cap"});
  const CaseRunner run = make_case_runner(scenario, nullptr);
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const SweepCase whole = first_case(scenario, seed);
    const CaseOutcome outcome = run(whole);
    if (!outcome.fails("backoff_respected")) continue;
    const ShrinkResult small = shrink(whole, outcome, "backoff_respected", run, {.runs_max = 100});
    EXPECT_LE(small.smallest.device_count(), 2u);
    EXPECT_LE(small.smallest.faults.size(), 2u);
    EXPECT_LT(small.smallest.end, whole.end);
    return;
  }
  FAIL() << "no seed found it";
}

}  // namespace
}  // namespace fleetsim::sim
