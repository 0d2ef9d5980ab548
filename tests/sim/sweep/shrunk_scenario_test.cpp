// Cases with less in them than the scenario has: its own faults, steps that set or take back faults, windows, whole groups. What is written
// reads back as what was run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_scenario.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view busy = R"(schema_version: 1
name: busy
vars: {delay: 40ms}
platform:
  regions: [cn-shanghai, ap-southeast-1]
  products: [{key: a1TestPK001}]
  limits: unlimited
faults:
  - {kind: latency, latency: "${delay}", groups: [lamps]}
  - {kind: latency, latency: 30ms}
  - {kind: platform_crash, downtime: 2s, from: 40s}
random_faults: {over: 1m, at_least: 2, at_most: 2, kinds: [partition]}
groups:
  meters: {product: a1TestPK001, devices: {count: 20, prefix: meter-}}
  lamps: {product: a1TestPK001, devices: {count: 8, prefix: lamp-}}
steps:
  - bring_online: {groups: [meters]}
  - inject: {kind: loss, name: lossy, loss: 5%}
  - misbehave: {kind: notify_duplicate, name: twice, copies: 2}
  - sleep: 10s
  - heal: {names: [lossy]}
  - sleep: 1m30s
)";

Scenario read_busy(std::string_view text) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = read_scenario(text, "tests/busy.yaml", {}, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text() << text;
  return scenario ? *scenario : Scenario{};
}

/// What is written of the case is what is run of it.
std::string written(const Scenario& scenario, const SweepCase& small) {
  EXPECT_EQ(why_not_whole(scenario, small), "");
  const std::string text = reduced_scenario_text(busy, scenario, small);
  const Scenario back = read_busy(text);
  const Scenario applied = apply_case(scenario, small);
  EXPECT_EQ(back.faults, applied.faults) << text;
  EXPECT_EQ(back.steps.size(), applied.steps.size()) << text;
  EXPECT_EQ(back.groups.size(), applied.groups.size()) << text;
  return text;
}

TEST(ShrunkScenario, HasItsOwnFaultsAndStepsAmongWhatCanGo) {
  const SweepCase whole = first_case(read_busy(busy), 4);
  ASSERT_EQ(whole.faults.size(), 5U) << "three of its own, two that the seed draws";
  EXPECT_TRUE(whole.faults[0].has_window);
  EXPECT_FALSE(whole.faults[2].has_window) << "a crash lasts as long as its downtime";
  EXPECT_EQ(whole.steps, (std::vector<std::uint16_t>{1, 2, 4}));
  EXPECT_FALSE(whole.devices[0].may_go) << "a step names the group";
  EXPECT_TRUE(whole.devices[1].may_go) << "only a fault does";
}

TEST(ShrunkScenario, AsItWasKeepsItsWords) {
  const Scenario scenario = read_busy(busy);
  EXPECT_THAT(written(scenario, first_case(scenario, 4)), HasSubstr("${delay}"));
}

TEST(ShrunkScenario, LosesFaultsOfItsOwnAndTheOthersKeepTheirNames) {
  const Scenario scenario = read_busy(busy);
  SweepCase small = first_case(scenario, 4);
  small.faults.erase(small.faults.begin());
  small.faults.pop_back();
  const std::string text = written(scenario, small);
  EXPECT_THAT(text, HasSubstr("name: latency-2"));
  EXPECT_EQ(apply_case(scenario, small).faults.size(), 3U);
}

TEST(ShrunkScenario, HasNarrowerWindows) {
  const Scenario scenario = read_busy(busy);
  SweepCase small = first_case(scenario, 4);
  small.faults[1].from = seconds{5};
  small.faults[1].until = seconds{9};
  EXPECT_THAT(written(scenario, small), HasSubstr("from: 5s, until: 9s"));
}

TEST(ShrunkScenario, LosesStepsButNoneThatAnotherOneTakesBack) {
  const Scenario scenario = read_busy(busy);
  SweepCase small = first_case(scenario, 4);
  small.steps = {1, 4};
  EXPECT_THAT(written(scenario, small), Not(HasSubstr("misbehave")));
  small.steps = {};
  EXPECT_THAT(written(scenario, small), Not(HasSubstr("lossy")));
  small.steps = {4};
  EXPECT_EQ(why_not_whole(scenario, small), "a step heals what has been left out");
}

TEST(ShrunkScenario, LosesAGroupThatNobodyNames) {
  const Scenario scenario = read_busy(busy);
  SweepCase small = first_case(scenario, 4);
  small.devices[1].count = 0;
  EXPECT_EQ(why_not_whole(scenario, small), "a fault is of a group that has been left out");
  small.faults = {small.faults[1]};
  EXPECT_THAT(written(scenario, small), Not(HasSubstr("lamps:")));
  small.devices[0].count = 0;
  EXPECT_EQ(why_not_whole(scenario, small), "no devices are left");
}

}  // namespace
}  // namespace fleetsim::sim
