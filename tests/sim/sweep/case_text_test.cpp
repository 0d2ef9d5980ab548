// A case as a scenario of its own, and a sweep's words: what must stand there, and what must not.
#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>

#include "sim/config/yaml_document.hpp"
#include "sim/faults/list.hpp"
#include "sim/scenario/scenario_reader.hpp"
#include "sim/sweep/case_needs.hpp"
#include "sim/sweep/case_scenario.hpp"
#include "sim/sweep/fault_node.hpp"
#include "sim/sweep/random_faults.hpp"
#include "sim/sweep/shrink.hpp"
#include "sim/sweep/sweep_report.hpp"
#include "sim/sweep/yaml_text.hpp"

namespace fleetsim::sim::case_text_test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view text = R"(schema_version: 1
name: small
platform:
  regions: [cn-shanghai, ap-southeast-1]
  products: [{key: a1TestPK001}]
  limits: unlimited
random_faults: {over: 1m, at_most: 8}
groups:
  meters: {product: a1TestPK001, devices: {count: 20, prefix: meter-}}
  lamps: {product: a1TestPK001, devices: 8, load: {qos: 1, topic: "/{pk}/{dn}/user/up", rate: 1}}
steps:
  - bring_online
)";

Scenario read(std::string_view yaml) {
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = read_scenario(yaml, "tests/small.yaml", {}, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text() << yaml;
  return scenario ? *scenario : Scenario{};
}

TEST(CaseScenario, AListOfDevicesKeepsItsIndexesAndNeverShrinks) {
  Scenario scenario = read(text);
  scenario.groups[0].listed = std::make_shared<const std::vector<DeviceRow>>();
  scenario.groups[0].first_index = 5;
  scenario.groups[1].behind = "meters";
  SweepCase one = first_case(scenario, 1);
  EXPECT_FALSE(one.devices[0].may_shrink);
  EXPECT_FALSE(one.devices[1].may_shrink) << "behind a gateway";
  one.devices[0].first = 9;
  EXPECT_EQ(apply_case(scenario, one).groups[0].first_index, 5u);
}

TEST(CaseScenario, NeverRunsLongerThanTheScenarioNorWithFaultsThatNobodyDrew) {
  const Scenario scenario = read(text);
  SweepCase one = first_case(scenario, 1);
  one.end = scenario.duration_max + seconds{9};
  one.faults.push_back({.position = 99});
  const Scenario applied = apply_case(scenario, one);
  EXPECT_EQ(applied.duration_max, scenario.duration_max);
  EXPECT_EQ(applied.faults.size() + 1, one.faults.size());
}

TEST(CaseScenario, OnlyPublishesWithQosOneOnATopicOfTheirOwnCanBeSentAgain) {
  Scenario scenario = read(text);
  scenario.random_faults.reset();
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::publishes);
  scenario.groups[1].load->qos = 0;
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::nothing);
  scenario.groups[1].load->qos = 1;
  scenario.groups[1].load->topic.clear();
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::nothing);
  scenario.steps.push_back({});
  PublishStep publish;
  publish.qos = 0;
  scenario.steps.back().action = publish;
  EXPECT_EQ(needs_met_by(scenario), sometimes_needs::nothing);
}

TEST(CaseScenario, AFaultThatAStepInjectsCountsToo) {
  Scenario scenario = read(text);
  scenario.random_faults.reset();
  scenario.steps.push_back({});
  scenario.steps.back().action = InjectStep{.fault = {.kind = "power_cut"}};
  EXPECT_EQ(needs_met_by(scenario) & sometimes_needs::cuts, sometimes_needs::cuts);
}

TEST(CaseScenario, IsWrittenForTheVirtualWorldWithItsPartOfEachGroup) {
  const Scenario scenario = read(text);
  SweepCase one = first_case(scenario, 1);
  one.devices[0].first = 1;
  one.devices[1].count = 3;
  const std::string written = reduced_scenario_text(text, scenario, one);
  EXPECT_THAT(written, HasSubstr("world: virtual\n"));
  EXPECT_THAT(written, HasSubstr("\n  regions: [cn-shanghai, ap-southeast-1]\n")) << "a list in a block is on its line";
  const Scenario again = read(written);
  EXPECT_EQ(again.groups[0].first_index, 1u);
  EXPECT_EQ(again.groups[1].count, 3u);
  EXPECT_THAT(written, Not(HasSubstr("first_index: 0")));
  one.devices[1].may_shrink = false;
  EXPECT_THAT(reduced_scenario_text(text, scenario, one), HasSubstr("devices: 8"));
}

TEST(CaseScenario, NamesFilesByTheirWholePath) {
  std::string listed{text};
  listed.replace(listed.find("{count: 20, prefix: meter-}"), 27, "{from: meters.csv}");
  Scenario scenario = read(text);
  scenario.file = "/somewhere/small.yaml";
  EXPECT_THAT(reduced_scenario_text(listed, scenario, first_case(scenario, 1)), HasSubstr("/somewhere/meters.csv"));
}

std::string written(const FaultSpec& fault) { return yaml_text(fault_node(fault)); }

TEST(FaultNode, SaysEverythingThatASpecSays) {
  const std::string all = written({.name = "n",
                                   .kind = "latency",
                                   .groups = {"meters"},
                                   .regions = {"cn-shanghai"},
                                   .leg = FaultLeg::mqtt,
                                   .direction = FaultDirection::up,
                                   .per = FaultDraw::link,
                                   .from = seconds{1},
                                   .until = seconds{2}});
  for (const char* const part : {"name: n", "leg: mqtt", "direction: up", "per: link", "from: 1s", "until: 2s", "meters", "cn-shanghai"})
    EXPECT_THAT(all, HasSubstr(part));
  EXPECT_THAT(written({.kind = "latency", .per = FaultDraw::device}), HasSubstr("per: device"));
}

TEST(FaultNode, AShareKeepsEachOfItsParts) {
  constexpr std::uint64_t odd = share_whole / 3;
  const std::string digits = written({.kind = "latency", .toxicity = odd});
  const std::string share = digits.substr(digits.find("toxicity: ") + 10);
  EXPECT_EQ(parts_of_share(std::stod(share)), odd);
  EXPECT_THAT(written({.kind = "latency", .toxicity = parts_of_share(0.1234)}), HasSubstr("toxicity: 0.1234\n"));
}

Node scalar(std::string_view key, std::string_view value, bool quoted = false) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.key = key;
  node.text = value;
  node.quoted = quoted;
  return node;
}
Node map_of(std::vector<Node> children, std::string_view key = {}) {
  Node node;
  node.kind = Node::Kind::map;
  node.key = key;
  node.children = std::move(children);
  return node;
}

TEST(YamlText, QuotesWhatWouldBeTakenForSomethingElse) {
  EXPECT_EQ(yaml_text(map_of({scalar("a", "%x"), scalar("b", "-"), scalar("c", ""), scalar("d", "50%")})),
            "a: \"%x\"\nb: \"-\"\nc: \"\"\nd: 50%\n");
}

TEST(YamlText, HasBlocksAsFarDownAsAGroupAndOneLineBelow) {
  Node list;
  list.kind = Node::Kind::sequence;
  list.key = "list";
  list.children = {scalar("", "x")};
  Node inner_list = list;
  const Node deep = map_of({map_of({map_of({scalar("count", "1")}, "devices"), inner_list}, "meters")}, "groups");
  EXPECT_EQ(yaml_text(map_of({deep, list})), "groups:\n  meters: {devices: {count: 1}, list: [x]}\nlist:\n  - x\n");
}

TEST(YamlText, WhatIsEmptySaysSo) {
  Node nothing;
  nothing.kind = Node::Kind::sequence;
  nothing.key = "list";
  EXPECT_EQ(yaml_text(map_of({map_of({}, "map"), nothing})), "map: {}\nlist: []\n");
  EXPECT_EQ(yaml_text(map_of({})), "{}\n");
}

SweepResult found() {
  SweepResult result;
  result.seeds_asked = result.seeds_run = 5;
  result.exercised.assign(10, 1);
  result.exercised[1] = 0;
  result.gave = sometimes_needs::cuts;
  result.error = "no memory";
  result.was_stopped = true;
  SweepFailure failure;
  failure.of.seed = 7;
  failure.outcome.trace_hash = "ab12";
  failure.outcome.violations = {{.invariant = "backoff_respected", .device = "pk/dn"}};
  result.failures = {failure};
  return result;
}

TEST(SweepReport, SaysHowItEnded) {
  const std::string words = sweep_text(found(), {.threads = 1});
  EXPECT_THAT(words, HasSubstr("on 1 thread,"));
  EXPECT_THAT(words, HasSubstr("\nended: no memory\n"));
  EXPECT_THAT(words, HasSubstr("\ninterrupted\n"));
}

TEST(SweepReport, ShrinkingThatWasCutShortSaysSo) {
  ShrunkFailure small{.seed = 7};
  small.result.was_cut_short = true;
  EXPECT_THAT(shrunk_text(small), HasSubstr("(0 runs, cut short)"));
}

TEST(SweepReport, ItsJsonHasWhatItsSchemaPromises) {
  ShrunkFailure small{.seed = 7, .file = "small-7.yaml"};
  small.result.was_cut_short = true;
  const std::string json = sweep_json(found(), {.scenario = "s.yaml", .settings = " --set a=b", .seconds = 2.5, .shrunk = {small}});
  for (const char* const part :
       {R"("trace_hash": "ab12")", R"("was_cut_short": true)", R"("file": "small-7.yaml")", R"("error": "no memory")",
        R"("was_stopped": true)", R"("seconds": 2.5)", R"("never_exercised": [)", R"("probed_at_exactly_one")", R"("never_reached": [)",
        R"("cut_while_moving)", "s.yaml --set a=b --seed 7"})
    EXPECT_THAT(json, HasSubstr(part));
}

}  // namespace
}  // namespace fleetsim::sim::case_text_test
