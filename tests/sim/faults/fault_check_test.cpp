// Everything that is wrong with a fault is said at once, with its field.
#include "sim/faults/fault_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/scenario.hpp"
#include "tests/sim/faults/fault_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> mistakes(const FaultSpec& spec, const FaultPlaces& places = two_groups()) {
  std::vector<std::string> out;
  for (const FaultProblem& problem : problems_of(spec, places)) out.push_back(problem.field + ": " + problem.message);
  return out;
}

TEST(FaultCheck, FindsNothingWrongWithAGoodFault) {
  EXPECT_THAT(mistakes({.name = "slow-1",
                        .kind = "latency",
                        .arguments = {{"latency", 5}},
                        .groups = {"meters"},
                        .regions = {"shanghai"},
                        .leg = FaultLeg::mqtt,
                        .direction = FaultDirection::up,
                        .toxicity = 7,
                        .per = FaultDraw::device,
                        .from = seconds{1},
                        .until = seconds{2}}),
              IsEmpty());
  EXPECT_THAT(mistakes({.kind = "platform_crash", .from = seconds{1}}), IsEmpty());
}

TEST(FaultCheck, FindsEverythingAtOnce) {
  EXPECT_THAT(mistakes({.name = "a b",
                        .kind = "slicer",
                        .arguments = {{"size_variation", -1}, {"colour", 1}},
                        .groups = {"meter", "valves", "valves"},
                        .regions = {"shangai"},
                        .toxicity = share_whole + 1,
                        .from = seconds{5},
                        .until = seconds{5}}),
              ElementsAre("name: expected 1 to 64 of A-Z a-z 0-9 - _ .", "until: must be after from, which is 5s",
                          "toxicity: expected a share from 0 to 1", "groups: no group \"meter\" (did you mean \"meters\"?)",
                          "groups: \"valves\" stands here twice", "regions: no region \"shangai\" (did you mean \"shanghai\"?)",
                          "size_variation: expected 0 to 1000000, found -1", "colour: slicer takes no colour", "average_size: missing"));
}

TEST(FaultCheck, WantsARuleOfMisbehaviourAndOfNothingElse) {
  const platform::misbehaviour::Rule kick{.kind = "mqtt_kick"};
  EXPECT_THAT(mistakes({.kind = "misbehaviour", .rule = kick, .groups = {"meters"}, .regions = {"shanghai"}}), IsEmpty());
  EXPECT_THAT(mistakes({.kind = "misbehaviour"}), ElementsAre("rule: missing: what the platform does wrong"));
  EXPECT_THAT(mistakes({.kind = "partition", .rule = kick}), ElementsAre("rule: partition takes no rule: misbehaviour does"));
}

TEST(FaultCheck, RefusesARuleThatSaysWhatTheFaultIsToSay) {
  const platform::misbehaviour::Rule rule{
      .name = "a", .kind = "mqtt_kick", .devices = {"a/b"}, .share = 0.5, .endpoint = "iot-1", .lasts = seconds{1}};
  EXPECT_THAT(mistakes({.kind = "misbehaviour", .rule = rule}),
              ElementsAre("rule: name: say name of the fault instead", "rule: devices: say groups of the fault instead",
                          "rule: share: say toxicity of the fault instead", "rule: endpoint: say regions of the fault instead",
                          "rule: lasts: say duration of the fault instead"));
}

TEST(FaultCheck, KnowsThatThePlatformsRulesHaveShortNames) {
  FaultSpec late{.name = std::string(60, 'a'), .kind = "late_notify", .arguments = {{"delay", 5000}}, .regions = {"shanghai"}};
  EXPECT_THAT(mistakes(late),
              ElementsAre("name: with regions at most 58 characters, for the platform is told of \"" + std::string(60, 'a') + ".iot-1\""));
  late.regions.clear();
  EXPECT_THAT(mistakes(late), IsEmpty());
}

TEST(FaultCheck, SuggestsAKind) {
  EXPECT_THAT(mistakes({.kind = "latancy"}), ElementsAre("kind: no kind \"latancy\" (did you mean \"latency\"?)"));
}

TEST(FaultCheck, RefusesWhatWouldBeWithoutEffect) {
  EXPECT_THAT(mistakes({.kind = "clock_jump",
                        .arguments = {{"by", 1}},
                        .regions = {"shanghai"},
                        .leg = FaultLeg::mqtt,
                        .direction = FaultDirection::up,
                        .per = FaultDraw::link}),
              ElementsAre("leg: clock_jump takes no leg: it befalls devices, not links",
                          "per: clock_jump takes no per: it befalls devices, not links",
                          "regions: clock_jump takes no regions: a clock stays wrong wherever its device goes",
                          "direction: clock_jump takes no direction: it has none"));
  EXPECT_THAT(mistakes({.kind = "platform_crash", .groups = {"meters"}, .toxicity = 5, .until = seconds{3}}),
              ElementsAre("groups: platform_crash takes no groups: all devices see it",
                          "toxicity: platform_crash takes no toxicity: all devices see it",
                          "until: platform_crash takes no until: it is back after its downtime"));
  EXPECT_THAT(mistakes({.kind = "bootstrap_outage", .regions = {"shanghai"}, .leg = FaultLeg::mqtt}),
              ElementsAre("leg: bootstrap_outage is about the bootstrap leg",
                          "regions: bootstrap_outage takes no regions: the bootstrap endpoint is in none"));
  EXPECT_THAT(mistakes({.kind = "partition", .regions = {"shanghai"}, .leg = FaultLeg::bootstrap}),
              ElementsAre("leg: the bootstrap endpoint is in no region: with regions, leg is mqtt or both"));
}

TEST(FaultCheck, WantsRegionsForARegionThatIsDown) {
  EXPECT_THAT(mistakes({.kind = "region_down"}), ElementsAre("regions: missing: which"));
}

TEST(FaultCheck, TellsThatRegionsAreNotKnownHere) {
  EXPECT_THAT(mistakes({.kind = "partition", .regions = {"moon"}}, {.groups = {"meters"}, .regions = {""}, .devices = {{}}}),
              ElementsAre("regions: no region \"moon\": here none is known"));
}

TEST(FaultCheck, KnowsTheTwoModelsOfLossApart) {
  const std::string either = "loss: expected either loss, a share, or p, for the Gilbert-Elliott model";
  EXPECT_THAT(mistakes({.kind = "loss"}), ElementsAre(either));
  EXPECT_THAT(mistakes({.kind = "loss", .arguments = {{"loss", 1}, {"p", 1}}}), ElementsAre(either));
  EXPECT_THAT(mistakes({.kind = "loss", .arguments = {{"loss", 1}, {"1-h", 1}}}),
              ElementsAre("1-h: is of the Gilbert-Elliott model: it goes with p"));
  EXPECT_THAT(mistakes({.kind = "slicer", .arguments = {{"average_size", 5}, {"size_variation", 5}}}),
              ElementsAre("size_variation: must be less than average_size: a slice has a byte at least"));
}

TEST(FaultCheck, RefusesGroupsThatThePlatformCannotTellApart) {
  const FaultPlaces places{.groups = {"a", "b", "c"}, .regions = {""}, .devices = {{"pk/m-*"}, {"pk/m-x*"}, {"pk2/m-*"}}};
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"a"}}, places),
              ElementsAre("groups: the names of b's devices begin as those of a's do: the platform cannot tell them apart"));
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"a", "b"}}, places), IsEmpty());
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"b"}}, places), IsEmpty());
}

TEST(FaultCheck, TakesBothEndsOfARangeAndTheLongestName) {
  for (const std::int64_t copies : {2, 16})
    EXPECT_THAT(mistakes({.name = std::string(64, 'n'), .kind = "duplicate_notify", .arguments = {{"copies", copies}}}), IsEmpty());
  EXPECT_THAT(mistakes({.name = std::string(65, 'n'), .kind = "stale_endpoint"}),
              ElementsAre("name: expected 1 to 64 of A-Z a-z 0-9 - _ ."));
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .from = seconds{-1}}), ElementsAre("from: must not be negative"));
}

TEST(FaultCheck, TellsDevicesOfAListApartByTheirWholeNames) {
  const FaultPlaces places{.groups = {"a", "b"}, .regions = {""}, .devices = {{"pk/m1"}, {"pk/m2", "pk/m10"}}};
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"a"}}, places), IsEmpty());
}

TEST(FaultCheck, TakesAsManyNamesAsThePlatformDoes) {
  FaultPlaces places{.groups = {"a"}, .regions = {""}, .devices = {{}}};
  for (std::size_t n = 0; n < platform::misbehaviour::device_patterns_max; ++n) places.devices[0].push_back("pk/" + std::to_string(n));
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"a"}}, places), IsEmpty());
  places.devices[0].emplace_back("pk/one more");
  EXPECT_THAT(mistakes({.kind = "stale_endpoint", .groups = {"a"}}, places),
              ElementsAre("groups: the platform can be told of 1000 devices by name, here are 1001"));
}

TEST(FaultPlaces, AreThoseOfTheScenarioBehindTheEndpointThatIsInNoRegion) {
  Scenario scenario;
  scenario.groups.resize(2);
  scenario.groups[0].name = "counted";
  scenario.groups[0].product = "pk";
  scenario.groups[0].device_prefix = "m-";
  scenario.groups[1].name = "listed";
  scenario.groups[1].listed = std::make_shared<const std::vector<DeviceRow>>(std::vector<DeviceRow>{{"pk", "d1", ""}, {"pk2", "d2", ""}});
  const FaultPlaces places = fault_places(scenario);
  EXPECT_THAT(places.groups, ElementsAre("counted", "listed"));
  ASSERT_FALSE(places.regions.empty());
  EXPECT_EQ(places.regions[0], "");
  EXPECT_THAT(places.devices, ElementsAre(ElementsAre("pk/m-*"), ElementsAre("pk/d1", "pk2/d2")));
}

}  // namespace
}  // namespace fleetsim::sim
