// `faults:` and the steps inject and heal: what is read, and the texts of mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "sim/faults/fault_check.hpp"
#include "sim/faults/list.hpp"
#include "sim/scenario/scenario_reader.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

const std::string head =
    "platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}]}\n"
    "groups:\n"
    "  meters: {devices: 10}\n";
const std::string external_world =
    "world: external\n"
    "external: {host: 127.0.0.1}\n"
    "groups: {meters: {devices: 10, auth: anonymous}}\n";

std::optional<Scenario> read(const std::string& text, Diagnostics& diagnostics) { return read_scenario(text, "s.yaml", {}, diagnostics); }

Scenario read_good(const std::string& text) {
  Diagnostics diagnostics;
  auto scenario = read(text, diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.text();
  return scenario ? std::move(*scenario) : Scenario{};
}

std::string mistakes_in(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read(text, diagnostics)) << text;
  return diagnostics.text();
}

/// One fault with these settings; they begin at column 11 of line 4.
std::string fault_mistakes(const std::string& settings) { return mistakes_in(head + "faults: [{" + settings + "}]\n"); }

TEST(ScenarioFaults, AreReadWithEverythingThatMayBeSaid) {
  const Scenario scenario =
      read_good(head +
                "faults:\n"
                "  - {kind: latency, name: slow, latency: 100ms, jitter: 20ms, distribution: normal, groups: [meters],\n"
                "     regions: cn-shanghai, leg: mqtt, direction: up, toxicity: 25%, per: device, from: 1m, duration: 30s}\n"
                "  - {kind: loss, p: 1%, r: 30%, 1-h: 50%, until: 10s}\n"
                "  - {kind: clock_jump, by: -1m30s}\n"
                "  - {kind: clock_skew, ppm: -200}\n"
                "  - {kind: bandwidth, rate: 4KiB}\n"
                "  - partition\n"
                "  - partition\n");
  ASSERT_EQ(scenario.faults.size(), 7u);
  EXPECT_EQ(scenario.faults[0], (FaultSpec{.name = "slow",
                                           .kind = "latency",
                                           .arguments = {{"latency", 100'000}, {"jitter", 20'000}, {"distribution", 1}},
                                           .groups = {"meters"},
                                           .regions = {"cn-shanghai"},
                                           .leg = FaultLeg::mqtt,
                                           .direction = FaultDirection::up,
                                           .toxicity = share_whole / 4,
                                           .per = FaultDraw::device,
                                           .from = minutes{1},
                                           .until = seconds{90}}));
  EXPECT_THAT(scenario.faults[1].arguments, ElementsAre(FaultArgument{"p", static_cast<std::int64_t>(parts_of_share(0.01))},
                                                        FaultArgument{"r", static_cast<std::int64_t>(parts_of_share(0.3))},
                                                        FaultArgument{"1-h", static_cast<std::int64_t>(share_whole / 2)}));
  EXPECT_EQ(scenario.faults[1].until, seconds{10});
  EXPECT_THAT(scenario.faults[2].arguments, ElementsAre(FaultArgument{"by", -90'000'000}));
  EXPECT_THAT(scenario.faults[3].arguments, ElementsAre(FaultArgument{"ppm", -200}));
  EXPECT_THAT(scenario.faults[4].arguments, ElementsAre(FaultArgument{"rate", 4096}));
  EXPECT_EQ(scenario.faults[5].name, "partition");
  EXPECT_EQ(scenario.faults[6].name, "partition-2");
}

TEST(ScenarioFaults, AreInjectedAndHealedByName) {
  const Scenario scenario =
      read_good(head +
                "faults: [{kind: partition, name: cut}]\n"
                "steps: [{inject: dns_failure}, {inject: {kind: timeout, timeout: 5s}}, {heal: {names: [cut, dns_failure]}}]\n");
  ASSERT_EQ(scenario.steps.size(), 3u);
  EXPECT_EQ(std::get<InjectStep>(scenario.steps[0].action).fault, (FaultSpec{.name = "dns_failure", .kind = "dns_failure"}));
  EXPECT_EQ(scenario.steps[1].label, "steps[1] inject");
  EXPECT_THAT(std::get<HealStep>(scenario.steps[2].action).names, ElementsAre("cut", "dns_failure"));
}

TEST(ScenarioFaults, NameTheGroupsAndRegionsOfTheirScenario) {
  const Scenario scenario = read_good(head);
  const FaultPlaces places = fault_places(scenario);
  EXPECT_THAT(places.groups, ElementsAre("meters"));
  EXPECT_THAT(places.regions, ElementsAre("", "cn-shanghai", "ap-southeast-1"));
  EXPECT_THAT(places.devices, ElementsAre(ElementsAre("a1TestPK001/meters-*")));
}

TEST(ScenarioFaults, ShowTheirMistakesWhereTheyStand) {
  EXPECT_EQ(fault_mistakes("name: a"), "s.yaml:4:10: error: faults[0].kind: missing\n");
  EXPECT_EQ(fault_mistakes("kind: latancy"), "s.yaml:4:17: error: faults[0].kind: no kind \"latancy\" (did you mean \"latency\"?)\n");
  EXPECT_EQ(fault_mistakes("kind: latency"), "s.yaml:4:10: error: faults[0].latency: missing\n");
  EXPECT_EQ(fault_mistakes("kind: latency, latency: fast"),
            "s.yaml:4:35: error: faults[0].latency: expected a duration such as 300ms, 20s, 1m30s or 1h, found \"fast\"\n");
  EXPECT_EQ(fault_mistakes("kind: partition, regions: [cn-shangai]"),
            "s.yaml:4:37: error: faults[0].regions: no region \"cn-shangai\" (did you mean \"cn-shanghai\"?)\n");
  EXPECT_EQ(fault_mistakes("kind: partition, groups: [metres]"),
            "s.yaml:4:36: error: faults[0].groups: no group \"metres\" (did you mean \"meters\"?)\n");
  EXPECT_EQ(fault_mistakes("kind: partition, toxicity: 2"),
            "s.yaml:4:38: error: faults[0].toxicity: expected a share from 0 to 1, or from 0% to 100%, found \"2\"\n");
  EXPECT_EQ(fault_mistakes("kind: partition, from: 10s, until: 5s"),
            "s.yaml:4:46: error: faults[0].until: must be after from, which is 10s\n");
  EXPECT_EQ(fault_mistakes("kind: partition, until: 5s, duration: 5s"),
            "s.yaml:4:49: error: faults[0].duration: until or duration, not both\n");
  EXPECT_EQ(fault_mistakes("kind: partition, leg: udp"),
            "s.yaml:4:33: error: faults[0].leg: expected both, bootstrap or mqtt, found \"udp\"\n");
  EXPECT_EQ(fault_mistakes("kind: partition, lag: mqtt"), "s.yaml:4:28: error: faults[0].lag: unknown key (did you mean \"leg\"?)\n");
  EXPECT_EQ(fault_mistakes("kind: region_down, regions: cn-shanghai, how: refusd"),
            "s.yaml:4:57: error: faults[0].how: expected refused or unanswered, found \"refusd\" (did you mean \"refused\"?)\n");
  EXPECT_EQ(fault_mistakes("kind: clock_jump, by: soon"),
            "s.yaml:4:33: error: faults[0].by: expected a duration such as 300ms, 1h or -20s, found \"soon\"\n");
  EXPECT_EQ(fault_mistakes("kind: power_cut, probability: 5"),
            "s.yaml:4:41: error: faults[0].probability: expected a share from 0 to 1, or from 0% to 100%, found \"5\"\n");
  EXPECT_EQ(mistakes_in(head + "faults: partition\n"),
            "s.yaml:4:9: error: faults: expected a list of at most 256 faults, found \"partition\"\n");
}

TEST(ScenarioFaults, ShowSeveralMistakesAtOnce) {
  EXPECT_EQ(fault_mistakes("kind: clock_skew, ppm: fast, leg: mqtt, groups: nobody"),
            "s.yaml:4:34: error: faults[0].ppm: expected a whole number from -100000 to 100000, found \"fast\"\n"
            "s.yaml:4:45: error: faults[0].leg: clock_skew takes no leg: it befalls devices, not links\n"
            "s.yaml:4:59: error: faults[0].groups: no group \"nobody\"; there is meters\n");
}

TEST(ScenarioFaults, HaveNamesOfTheirOwn) {
  EXPECT_EQ(mistakes_in(head + "faults: [{kind: partition, name: a}, {kind: latency, latency: 1ms, name: a}]\n"),
            "s.yaml:4:74: error: faults[1].name: a fault \"a\" is there already\n");
  EXPECT_EQ(mistakes_in(head + "faults: [partition]\nsteps: [{inject: {kind: timeout, name: partition}}]\n"),
            "s.yaml:5:40: error: steps[0].inject.name: a fault \"partition\" is there already\n");
  EXPECT_EQ(mistakes_in(head + "steps: [{heal: cut}, {inject: {kind: partition, name: cut}}]\n"),
            "s.yaml:4:16: error: steps[0].heal.names: no rule and no fault \"cut\" before this step\n");
}

TEST(ScenarioFaults, OfAPlatformElsewhereAreThoseOfLinksAndDevices) {
  EXPECT_EQ(read_good(external_world + "faults: [{kind: latency, latency: 1ms}]\nsteps: [{heal: latency}, heal]\n").faults.size(), 1u);
  EXPECT_EQ(mistakes_in(external_world + "faults: [platform_crash]\n"),
            "s.yaml:4:10: error: faults[0].kind: the platform of world external is not ours to crash\n");
  EXPECT_EQ(mistakes_in(external_world + "faults: [stale_endpoint]\n"),
            "s.yaml:4:10: error: faults[0].kind: this fault goes through the platform's console: describe its endpoint in "
            "external.management\n");
  EXPECT_EQ(mistakes_in(external_world + "faults: [{kind: partition, regions: moon}]\n"),
            "s.yaml:4:37: error: faults[0].regions: no region \"moon\": here none is known\n");
}

TEST(ScenarioFaults, MayBeAnyMisbehaviourWithThePlaceAndTimeOfAFault) {
  const Scenario scenario = read_good(head +
                                      "faults: [{kind: misbehaviour, rule: {kind: bootstrap_status, status: 503, calls: {first: 2}}, "
                                      "groups: [meters], toxicity: 50%, from: 1s, duration: 5s}]\n");
  const FaultSpec& fault = scenario.faults.at(0);
  ASSERT_TRUE(fault.rule);
  EXPECT_EQ(fault.rule->kind, "bootstrap_status");
  EXPECT_EQ(fault.rule->calls, platform::misbehaviour::first_calls(2));
  EXPECT_EQ(fault.name, "misbehaviour");
  EXPECT_EQ(fault.until, std::chrono::seconds{6});
}

TEST(ScenarioFaults, TellWhatIsWrongWithARule) {
  EXPECT_EQ(mistakes_in(head + "faults: [misbehaviour]\n"), "s.yaml:4:10: error: faults[0].rule: missing: what the platform does wrong\n");
  EXPECT_EQ(mistakes_in(head + "faults: [{kind: misbehaviour, rule: {kind: bootstrap_status, status: 42}}]\n"),
            "s.yaml:4:70: error: faults[0].rule.status: expected a whole number from 400 to 599, found \"42\"\n");
  EXPECT_EQ(mistakes_in(head + "faults: [{kind: misbehaviour, rule: {kind: bootstrap_close}, regions: cn-shanghai}]\n"),
            "s.yaml:4:71: error: faults[0].regions: endpoint: bootstrap_close happens at the bootstrap endpoint only\n");
  EXPECT_EQ(mistakes_in(head + "faults: [{kind: misbehaviour, rule: {kind: tls_expired}, groups: meters}]\n"),
            "s.yaml:4:66: error: faults[0].groups: devices cannot be chosen for tls_expired: nobody knows yet whose handshake it is\n");
}

TEST(ScenarioFaults, DoNotReachGroupsOfPaho) {
  const std::string with_paho =
      "platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}], names: loopback}\n"
      "groups: {meters: {devices: 10}, gateways: {devices: 2, transport: paho}}\n";
  EXPECT_EQ(mistakes_in(with_paho + "faults: [{kind: partition, groups: [gateways]}]\n"),
            "s.yaml:3:36: error: faults[0].groups: gateways has transport: paho, which such a fault does not reach\n");
  Diagnostics diagnostics;
  EXPECT_TRUE(read(with_paho + "faults: [partition, stale_endpoint]\n", diagnostics)) << diagnostics.text();
  EXPECT_EQ(diagnostics.text(), "s.yaml:3:10: warning: faults[0].kind: it does not reach gateways, which has transport: paho\n");
}

/// What people are told of a kind is what the reader takes.
TEST(ScenarioFaults, TakeEachParameterThatTheirKindsName) {
  for (const FaultKind& kind : fault_kinds()) {
    std::string settings = "kind: " + std::string{kind.name};
    if (kind.needs_regions) settings += ", regions: cn-shanghai";
    if (kind.takes_rule) settings += ", rule: {kind: mqtt_kick}";
    for (const FaultParameter& parameter : kind.parameters) {
      if (parameter.name == "loss") continue;  // or p, which is read here
      settings += ", " + std::string{parameter.name} + ": ";
      switch (parameter.type) {
        case FaultValue::duration:
          settings += "2s";
          break;
        case FaultValue::size:
          settings += parameter.name == "size_variation" ? "1" : "2KiB";
          break;
        case FaultValue::share:
          settings += "50%";
          break;
        case FaultValue::whole:
          settings += "3";
          break;
        case FaultValue::choice:
          settings += parameter.choices.back();
          break;
      }
    }
    const Scenario scenario = read_good(head + "faults: [{" + settings + "}]\n");
    ASSERT_EQ(scenario.faults.size(), 1u) << settings;
    EXPECT_EQ(scenario.faults[0].arguments.size() + (kind.name == "loss" ? 1 : 0), kind.parameters.size()) << settings;
  }
}

}  // namespace
}  // namespace fleetsim::sim
