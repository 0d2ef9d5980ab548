// What seeds draw, and scenarios that are written out again: every drawn fault is one that a scenario may have, and reads back as itself.
#include "sim/sweep/random_faults.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "sim/config/yaml_document.hpp"
#include "sim/faults/fault_check.hpp"
#include "sim/faults/list.hpp"
#include "sim/invariants/list.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_needs.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/sweep/drawn_rules.hpp"
#include "sim/sweep/yaml_text.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view chaos = R"(schema_version: 1
name: small chaos
vars: {devices: 20}
platform:
  regions: [cn-shanghai, ap-southeast-1]
  products: [{key: a1TestPK001}]
  limits: unlimited
random_faults: {over: 1m, at_most: 8}
groups:
  meters: {product: a1TestPK001, devices: {count: "${devices}", prefix: meter-}}
  lamps: {product: a1TestPK001, devices: {count: 8, prefix: lamp-}, load: {qos: 1, topic: "/{pk}/{dn}/user/up", rate: 1}}
steps:
  - bring_online
  - {distribute: {source: iotx-oxssharez200, target: iotx-oxssharez400}}
  - sleep: 1m30s
)";

Scenario read(std::string_view text, const Settings& settings = {}) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = read_scenario(text, "tests/small-chaos.yaml", settings, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text() << text;
  return scenario ? *scenario : Scenario{};
}

TEST(RandomFaults, TheSameSeedDrawsTheSameAndAnotherOneOthers) {
  const Scenario scenario = read(chaos);
  EXPECT_EQ(draw_faults(scenario, 7), draw_faults(scenario, 7));
  EXPECT_NE(draw_faults(scenario, 7), draw_faults(scenario, 8));
}

TEST(RandomFaults, EveryKindIsDrawnSomeTimeAndEachIsRightAndOverInTime) {
  const Scenario scenario = read(chaos);
  const FaultPlaces places = fault_places(scenario);
  std::set<std::string> kinds;
  std::set<std::size_t> counts;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const std::vector<FaultSpec> faults = draw_faults(scenario, seed);
    counts.insert(faults.size());
    std::set<std::string> names;
    for (const FaultSpec& fault : faults) {
      kinds.insert(fault.kind);
      names.insert(fault.name);
      for (const FaultProblem& problem : problems_of(fault, places))
        ADD_FAILURE() << seed << ' ' << fault.kind << ' ' << problem.field << ": " << problem.message;
      EXPECT_TRUE(fault.kind == "platform_crash" || fault.until <= seconds{60}) << fault.name;
      EXPECT_LT(fault.from, seconds{60});
    }
    EXPECT_EQ(names.size(), faults.size());
  }
  EXPECT_EQ(kinds.size(), fault_kinds().size());
  EXPECT_EQ(counts, (std::set<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(drawn_fault_kinds().size(), fault_kinds().size());
}

TEST(RandomFaults, AreBadEnoughAndNeverWorseThanTheirRangesSay) {
  Scenario scenario = read(chaos);
  std::set<std::int64_t> shapes;
  std::set<std::vector<std::string>> groups;
  std::uint64_t least_toxicity = share_whole;
  std::uint64_t most_toxicity = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    for (const FaultSpec& fault : draw_faults(scenario, seed)) {
      groups.insert(fault.groups);
      if (fault.kind == "platform_crash") continue;
      least_toxicity = std::min(least_toxicity, fault.toxicity);
      most_toxicity = std::max(most_toxicity, fault.toxicity);
      EXPECT_LT(fault.from, seconds{48}) << "some time is left for it";
      EXPECT_LE(fault.until - fault.from, seconds{30}) << "half of the time at most";
      for (const FaultArgument& argument : fault.arguments) {
        if (argument.name == "how") shapes.insert(argument.value);
        if (argument.name != "loss") continue;
        EXPECT_GE(static_cast<std::uint64_t>(argument.value), parts_of_share(0.05));
        EXPECT_LE(static_cast<std::uint64_t>(argument.value), parts_of_share(0.6));
      }
    }
  }
  EXPECT_EQ(least_toxicity, parts_of_share(0.3));
  EXPECT_EQ(most_toxicity, share_whole);
  EXPECT_EQ(shapes, (std::set<std::int64_t>{0, 1})) << "both ends of a range";
  EXPECT_EQ(groups, (std::set<std::vector<std::string>>{{}, {"lamps"}, {"meters"}}));
}

TEST(RandomFaults, EverythingThatAFaultCanSayIsSaidSomeTime) {
  const Scenario scenario = read(chaos);
  std::set<std::string> said;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    for (const FaultSpec& fault : draw_faults(scenario, seed)) {
      for (const FaultArgument& argument : fault.arguments) {
        said.insert(fault.kind + " " + argument.name);
        if (fault.kind == "slicer" && argument.name == "average_size" && argument.value < 17) said.insert("small slices");
      }
      if (!fault.groups.empty()) said.insert("groups");
      if (!fault.regions.empty() && fault.kind != "region_down") said.insert("regions");
      if (fault.rule) {
        said.insert(fault.rule->kind);
        const auto problem = platform::misbehaviour::problem_of(*fault.rule);
        EXPECT_FALSE(problem) << fault.rule->kind << ' ' << problem->message;
        for (const auto& argument : fault.rule->arguments) said.insert(fault.rule->kind + " " + argument.name);
        EXPECT_FALSE(fault.rule->kind == "mqtt_silent" && std::get<std::string>(fault.rule->arguments.at(0).value) == "notify") << seed;
      }
      if (fault.per) said.insert(*fault.per == FaultDraw::link ? "per link" : "per device");
    }
  }
  for (const FaultKind& kind : fault_kinds()) {
    for (const FaultParameter& parameter : kind.parameters)
      EXPECT_EQ(said.count(fmt::format("{} {}", kind.name, parameter.name)), 1U) << kind.name << ' ' << parameter.name;
  }
  for (const DrawnRules which : {DrawnRules::bootstrap, DrawnRules::session, DrawnRules::notify}) {
    for (const DrawnRule& rule : drawn_rules(which)) {
      EXPECT_EQ(said.count(std::string{rule.kind}), 1U) << rule.kind;
      for (const DrawnRuleSetting& setting : rule.settings)
        EXPECT_TRUE(setting.name.empty() || said.count(fmt::format("{} {}", rule.kind, setting.name)) == 1U) << rule.kind << setting.name;
    }
  }
  EXPECT_THAT(said, ::testing::IsSupersetOf({"small slices", "groups", "regions", "per link", "per device"}));
}

TEST(RandomFaults, OnlyKindsThatAreAskedFor) {
  Scenario scenario = read(chaos);
  scenario.random_faults->kinds = {"latency", "power_cut"};
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    for (const FaultSpec& fault : draw_faults(scenario, seed))
      EXPECT_TRUE(fault.kind == "latency" || fault.kind == "power_cut") << fault.kind;
}

TEST(RandomFaults, AreSettledOnce) {
  Scenario scenario = read(chaos);
  scenario.seed = 9;
  const std::vector<FaultSpec> drawn = draw_faults(scenario, 9);
  settle_random_faults(scenario);
  EXPECT_EQ(scenario.faults, drawn);
  settle_random_faults(scenario);
  EXPECT_EQ(scenario.faults, drawn);
  EXPECT_TRUE(draw_faults(scenario, 9).empty());
}

TEST(RandomFaultsReader, EachMistakeIsToldWithItsPlace) {
  const std::map<std::string, std::string> mistakes = {
      {"{over: 0s}", "random_faults.over"},
      {"{at_least: 5, at_most: 4}", "must not be below at_least, 5"},
      {"{kinds: [latncy]}", "did you mean \"latency\""},
      {"{often: 3}", "often"},
  };
  for (const auto& [value, words] : mistakes) {
    std::string text{chaos};
    text.replace(text.find("{over: 1m, at_most: 8}"), 22, value);
    Diagnostics diagnostics;
    EXPECT_FALSE(read_scenario(text, "chaos.yaml", {}, diagnostics)) << value;
    EXPECT_THAT(diagnostics.text(), HasSubstr(words));
    EXPECT_THAT(diagnostics.text(), HasSubstr("chaos.yaml:8:"));
  }
}

TEST(CaseScenario, TheFirstCaseIsTheScenarioAsItIs) {
  Scenario scenario = read(chaos);
  const SweepCase first = first_case(scenario, 5);
  EXPECT_EQ(first.faults.size(), draw_faults(scenario, 5).size());
  EXPECT_EQ(first.device_count(), 28u);
  EXPECT_EQ(first.end, scenario.duration_max);
  const Scenario applied = apply_case(scenario, first);
  EXPECT_EQ(applied.seed, 5u);
  EXPECT_EQ(applied.faults, draw_faults(scenario, 5));
  EXPECT_FALSE(applied.random_faults);
  EXPECT_EQ(applied.groups[0].count, 20u);
}

SweepCase small_case() {
  SweepCase small = first_case(read(chaos), 11);
  small.faults.erase(small.faults.begin());
  small.devices = {{.first = 13, .count = 1}, {.first = 0, .count = 2}};
  small.end = seconds{84};
  return small;
}

TEST(CaseScenario, AShrunkCaseIsTheScenarioWithLessInIt) {
  const Scenario scenario = read(chaos);
  const Scenario applied = apply_case(scenario, small_case());
  const std::vector<FaultSpec> drawn = draw_faults(scenario, 11);
  EXPECT_EQ(applied.faults, std::vector<FaultSpec>(drawn.begin() + 1, drawn.end()));
  EXPECT_EQ(applied.groups[0].first_index, 13u);
  EXPECT_EQ(applied.groups[0].count, 1u);
  EXPECT_EQ(applied.groups[1].count, 2u);
  EXPECT_EQ(applied.duration_max, seconds{84});
}

TEST(CaseScenario, AShrunkCaseIsWrittenAsAScenarioThatReadsBackAsTheSame) {
  const Scenario scenario = read(chaos, {{"devices", "30"}});
  std::size_t faults = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SweepCase small = first_case(scenario, seed);
    small.devices[0] = {.first = 13, .count = 1};
    small.end = seconds{84};
    const Scenario written = read(reduced_scenario_text(chaos, scenario, small));
    const Scenario applied = apply_case(scenario, small);
    EXPECT_EQ(written.faults, applied.faults) << "seed " << seed;
    EXPECT_EQ(written.seed, seed);
    EXPECT_EQ(written.duration_max, seconds{84});
    EXPECT_EQ(written.groups[0].count, 1u);
    EXPECT_EQ(written.groups[0].first_index, 13u);
    EXPECT_EQ(written.groups[1].count, 8u);
    EXPECT_EQ(written.steps.size(), scenario.steps.size());
    EXPECT_FALSE(written.random_faults);
    faults += written.faults.size();
  }
  EXPECT_GT(faults, 100u);
}

TEST(CaseScenario, VariablesKeepWhatWasUsedButForSecrets) {
  std::string text{chaos};
  text.replace(text.find("vars: {devices: 20}"), 19, "vars: {devices: 20, word: standard}");
  text.replace(text.find("rate: 1}"), 8, "rate: 1}, version: \"${word}\"");
  Diagnostics diagnostics;
  const auto scenario = read_scenario(text, "chaos.yaml", {{"devices", "30"}, {"word", "hush"}}, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.text();
  const SweepCase one = first_case(*scenario, 1);
  EXPECT_THAT(reduced_scenario_text(text, *scenario, one), AllOf(HasSubstr("devices: 30"), HasSubstr("word: hush")));
  Scenario secretive = *scenario;
  secretive.secret_vars.insert("word");
  EXPECT_THAT(reduced_scenario_text(text, secretive, one), Not(HasSubstr("hush")));
}

TEST(CaseScenario, KnowsWhatItsRunsCanBringAbout) {
  Scenario scenario = read(chaos);
  scenario.random_faults.reset();
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::moves | sometimes_needs::publishes);
  scenario.steps.push_back(scenario.steps[1]);
  scenario.faults.push_back({.kind = "power_cut"});
  scenario.faults.push_back({.kind = "duplicate_notify"});
  scenario.faults.push_back({.kind = "clock_jump"});
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::moves | sometimes_needs::several_moves | sometimes_needs::publishes |
                                        sometimes_needs::cuts | sometimes_needs::doubled_notifies);
  scenario.faults.push_back({.kind = "dns_failure"});
  scenario.faults.push_back({.kind = "reset_peer"});
  EXPECT_EQ(needs_met_by(scenario) & (sometimes_needs::lost_names | sometimes_needs::link_faults),
            sometimes_needs::lost_names | sometimes_needs::link_faults);
}

TEST(CaseScenario, KnowsWhichInvariantsItsRunsExercise) {
  Scenario scenario = read(chaos);
  EXPECT_EQ(invariant_needs_met_by(scenario), invariant_needs::bootstraps | invariant_needs::publishes);
  scenario.groups[0].property_post_interval = seconds{5};
  scenario.faults.push_back({.kind = "partition"});
  scenario.steps.push_back({.label = "probe", .action = ProbeStep{}});
  EXPECT_EQ(invariant_needs_met_by(scenario), invariant_needs::bootstraps | invariant_needs::publishes | invariant_needs::posts |
                                                  invariant_needs::breakdowns | invariant_needs::probes);
  for (FleetGroup& group : scenario.groups) group.profile = "legacy";
  EXPECT_EQ(invariant_needs_met_by(scenario) & invariant_needs::bootstraps, 0);
}

TEST(CaseScenario, KnowsWhatItsSeedsCouldDraw) {
  Scenario scenario = read(chaos);
  EXPECT_EQ(needs_within_reach(scenario), sometimes_needs::moves | sometimes_needs::publishes | sometimes_needs::cuts |
                                              sometimes_needs::link_faults | sometimes_needs::lost_names |
                                              sometimes_needs::doubled_notifies);
  scenario.random_faults->kinds = {"power_cut"};
  EXPECT_EQ(needs_within_reach(scenario), sometimes_needs::moves | sometimes_needs::publishes | sometimes_needs::cuts);
  scenario.random_faults->at_most = 0;
  EXPECT_EQ(needs_within_reach(scenario), needs_met_by(scenario));
}

void expect_same(const Node& a, const Node& b) {
  EXPECT_EQ(a.kind, b.kind) << a.key;
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.text, b.text);
  ASSERT_EQ(a.children.size(), b.children.size()) << a.key;
  for (std::size_t i = 0; i < a.children.size(); ++i) expect_same(a.children[i], b.children[i]);
}

TEST(YamlText, ReadsBackAsTheSameTree) {
  constexpr std::string_view text = R"(a: 1
b: "1"
c: {d: [x, "y: z", {e: -5s}, []], f: {}, g: null, h: "it's, so: #1"}
i:
  - one
  - {two: 2.5%, three: "%"}
j: "line\nbreak"
k: 1e5
l: plain words, with a comma
)";
  Diagnostics diagnostics;
  const auto tree = parse_yaml(text, diagnostics.add_file("a.yaml"), diagnostics);
  ASSERT_TRUE(tree);
  const std::string written = yaml_text(*tree);
  const auto again = parse_yaml(written, diagnostics.add_file("b.yaml"), diagnostics);
  ASSERT_TRUE(again) << written << diagnostics.text();
  expect_same(*tree, *again);
  EXPECT_THAT(written, HasSubstr("b: \"1\"\n"));
  EXPECT_THAT(written, HasSubstr("  - one\n"));
}

}  // namespace
}  // namespace fleetsim::sim
