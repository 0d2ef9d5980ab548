// Clocks and power of devices, and what the platform is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "platform-mock/core/misbehaviour/rule_check.hpp"
#include "tests/sim/faults/fault_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr DevicePlace a_meter{.who = 1, .group = 0};

TEST(ClockSkewFault, GainsSoManyMicrosecondsASecondAndKeepsThem) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", 200}}, .from = seconds{10}, .until = seconds{110}});
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{5})), at(seconds{5}));
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{60})), at(seconds{60} + milliseconds{10}));
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{200})), at(seconds{200} + milliseconds{20}));
}

TEST(ClockSkewFault, NeverGoesBackNotEvenWhenItIsHealed) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", -100'000}, {"spread", 100'000}}});
  Instant before{};
  for (int step = 0; step < 2000; ++step) {
    const Instant now = at(milliseconds{step} * 7 + microseconds{step % 13});
    if (step == 1000) world.faults.remove("clock_skew", now);
    const Instant believed = world.faults.clock(a_meter, now);
    ASSERT_GE(believed, before) << step;
    before = believed;
  }
  EXPECT_LT(before, at(milliseconds{1999 * 7}));
}

TEST(ClockSkewFault, SpreadsOverTheDevices) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", 0}, {"spread", 100}}});
  std::set<Instant> clocks;
  for (std::uint32_t one = 0; one < 50; ++one) clocks.insert(world.faults.clock({.who = one}, at(seconds{1000})));
  EXPECT_GT(clocks.size(), 30u);
  EXPECT_GE(*clocks.begin(), at(seconds{1000} - milliseconds{100}));
  EXPECT_LE(*clocks.rbegin(), at(seconds{1000} + milliseconds{100}));
}

TEST(ClockJumpFault, SetsTheClockForwardOrBackAndRightAgain) {
  FaultWorld world;
  world.with({.name = "ahead", .kind = "clock_jump", .arguments = {{"by", 3'600'000'000}}, .from = seconds{10}, .until = seconds{20}});
  world.with({.name = "back", .kind = "clock_jump", .arguments = {{"by", -5'000'000}}, .from = seconds{30}});
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{10})), at(hours{1} + seconds{10}));
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{20})), at(seconds{20}));
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{31})), at(seconds{26}));
}

TEST(ClockJumpFault, NeverSetsAClockBeforeItsBeginning) {
  FaultWorld world;
  world.with({.kind = "clock_jump", .arguments = {{"by", -60'000'000}}});
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{3})), Instant{});
}

TEST(ClockFaults, TellWhenADeadlineOfTheDeviceComes) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", -50'000}}, .from = seconds{10}, .until = seconds{50}});
  world.with({.name = "ahead", .kind = "clock_jump", .arguments = {{"by", 100'000'000}}, .from = seconds{60}, .until = seconds{70}});
  world.with({.name = "back", .kind = "clock_jump", .arguments = {{"by", -30'000'000}}, .from = seconds{80}});
  for (const Duration deadline :
       {seconds{5}, seconds{12}, seconds{30}, seconds{55}, seconds{100}, seconds{165}, seconds{300}, seconds{5000}}) {
    const Instant when = world.faults.clock_reaches(a_meter, at(deadline), at(seconds{1}));
    EXPECT_GE(world.faults.clock(a_meter, when), at(deadline)) << deadline.count();
    for (Instant before = at(seconds{1}); before < when; before += milliseconds{100})
      ASSERT_LT(world.faults.clock(a_meter, before), at(deadline)) << before.time_since_epoch().count();
    EXPECT_LT(world.faults.clock(a_meter, when - microseconds{1}), at(deadline)) << deadline.count();
  }
}

TEST(ClockFaults, LeaveADeadlineAsItIsWhenThereIsNoneOfThem) {
  FaultWorld world;
  EXPECT_FALSE(world.faults.bends_clocks());
  EXPECT_EQ(world.faults.clock_reaches(a_meter, at(seconds{9}), at(seconds{1})), at(seconds{9}));
  world.with({.kind = "clock_skew", .arguments = {{"ppm", 10}}});
  EXPECT_TRUE(world.faults.bends_clocks());
  EXPECT_EQ(world.faults.clock_reaches(a_meter, kNever, at(seconds{1})), kNever);
}

TEST(ClockFaults, BefallTheirGroupAlone) {
  FaultWorld world;
  world.with({.kind = "clock_jump", .arguments = {{"by", 1'000'000}}, .groups = {"valves"}});
  EXPECT_EQ(world.faults.clock(a_meter, at(seconds{3})), at(seconds{3}));
  EXPECT_EQ(world.faults.clock({.who = 1, .group = 1}, at(seconds{3})), at(seconds{4}));
}

TEST(PowerCutFault, CutsBetweenAnyTwoActionsOfAStep) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(1)}, {"off", 2'000'000}}});
  std::set<std::size_t> done;
  for (int i = 0; i < 300; ++i) {
    const auto cut = world.faults.cut_in_step(a_meter, at(seconds{1}), 4, world.random);
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->off, seconds{2});
    done.insert(cut->done);
  }
  EXPECT_THAT(done, ElementsAre(0u, 1u, 2u, 3u, 4u));
  EXPECT_FALSE(world.faults.cut_in_write(a_meter, at(seconds{1}), 64, world.random));
}

TEST(PowerCutFault, TearsAWriteAtAnyByte) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(1)}, {"at", 1}}});
  std::set<std::size_t> done;
  for (int i = 0; i < 3000; ++i) done.insert(world.faults.cut_in_write(a_meter, at(seconds{1}), 64, world.random)->done);
  EXPECT_EQ(done.size(), 65u);
  EXPECT_EQ(*done.rbegin(), 64u);
  EXPECT_FALSE(world.faults.cut_in_step(a_meter, at(seconds{1}), 4, world.random));
}

TEST(PowerCutFault, OfWholeWritesLeavesAllOrNothing) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(1)}, {"at", 2}, {"writes", 1}}});
  std::set<std::size_t> done;
  for (int i = 0; i < 200; ++i) done.insert(world.faults.cut_in_write(a_meter, at(seconds{1}), 64, world.random)->done);
  EXPECT_THAT(done, ElementsAre(0u, 64u));
}

TEST(PowerCutFault, ComesWhereTheDeviceHasBeenToldToGo) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(1)}}, .regions = {"singapore"}});
  DevicePlace place = a_meter;
  for (const auto& [region, is_cut] : {std::pair{0, false}, std::pair{1, false}, std::pair{2, true}}) {
    place.region = static_cast<std::uint16_t>(region);
    EXPECT_EQ(world.faults.cut_in_step(place, at(seconds{1}), 4, world.random).has_value(), is_cut) << region;
  }
}

TEST(PowerCutFault, ComesAtItsShareOfSteps) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(0.02)}}});
  int cuts = 0;
  constexpr int steps = 50'000;
  for (int i = 0; i < steps; ++i) cuts += world.faults.cut_in_step(a_meter, at(seconds{1}), 1, world.random) ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(cuts) / steps, 0.02, 0.0025);  // four standard errors
  EXPECT_EQ(world.acted("power_cut"), static_cast<std::uint64_t>(cuts));
}

TEST(PlatformFaults, BecomeRulesThatThePlatformTakes) {
  FaultWorld world;
  world.with({.kind = "duplicate_notify", .arguments = {{"copies", 3}}, .groups = {"valves"}, .toxicity = share_whole / 4});
  world.with({.kind = "late_notify", .arguments = {{"delay", 5'000'000}}});
  world.with({.kind = "stale_endpoint"});
  const auto changes = world.faults.take_platform_changes(Instant{});
  ASSERT_EQ(changes.size(), 3u);
  for (const PlatformChange& change : changes) {
    EXPECT_EQ(change.kind, PlatformChange::Kind::set_rule);
    EXPECT_FALSE(platform::misbehaviour::problem_of(change.rule)) << change.rule.kind;
  }
  EXPECT_EQ(changes[0].rule.name, "duplicate_notify");
  EXPECT_EQ(changes[0].rule.kind, "notify_duplicate");
  EXPECT_EQ(changes[0].rule.share, 0.25);
  EXPECT_THAT(changes[0].rule.devices, ElementsAre("pk/v-*"));
  using platform::misbehaviour::Argument;
  EXPECT_THAT(changes[0].rule.arguments, ElementsAre(Argument{"copies", std::int64_t{3}}));
  EXPECT_EQ(changes[1].rule.kind, "mqtt_late");
  EXPECT_THAT(changes[1].rule.arguments, ElementsAre(Argument{"packet", std::string{"notify"}}, Argument{"delay", Duration{5'000'000}}));
  EXPECT_THAT(changes[1].rule.devices, ElementsAre());
  EXPECT_EQ(changes[2].rule.kind, "bootstrap_same_host");
}

TEST(PlatformFaults, OfRegionsAreARuleForEachInstanceThere) {
  FaultWorld world;
  world.with({.name = "late", .kind = "late_notify", .arguments = {{"delay", 5'000'000}}, .regions = {"shanghai"}, .until = seconds{9}});
  auto changes = world.faults.take_platform_changes(Instant{});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].rule.name, "late.iot-1");
  EXPECT_EQ(changes[0].rule.endpoint, "iot-1");
  EXPECT_EQ(changes[1].rule.name, "late.iot-3");
  EXPECT_EQ(changes[1].rule.endpoint, "iot-3");
  for (const PlatformChange& change : changes) {
    EXPECT_EQ(change.fault, "late") << "what fired is counted as the fault's";
    EXPECT_FALSE(platform::misbehaviour::problem_of(change.rule)) << change.rule.name;
  }
  EXPECT_TRUE(world.faults.remove("late", at(seconds{4})));
  changes = world.faults.take_platform_changes(at(seconds{100}));
  ASSERT_EQ(changes.size(), 2u) << "each is taken back, once";
  EXPECT_EQ(changes[0].rule.name, "late.iot-1");
  EXPECT_EQ(changes[1].rule.name, "late.iot-3");
  EXPECT_EQ(changes[1].at, at(seconds{4}));
}

TEST(MisbehaviourFault, IsTheRuleWithThePlaceAndTheTimeOfTheFault) {
  FaultWorld world;
  platform::misbehaviour::Rule rule{.kind = "mqtt_kick", .calls = platform::misbehaviour::first_calls(2), .times = 7};
  world.with({.name = "kicks",
              .kind = "misbehaviour",
              .rule = rule,
              .groups = {"valves"},
              .toxicity = half,
              .from = seconds{5},
              .until = seconds{9}});
  auto changes = world.faults.take_platform_changes(at(seconds{5}));
  ASSERT_EQ(changes.size(), 1u);
  rule.name = "kicks";
  rule.devices = {"pk/v-*"};
  rule.share = 0.5;
  EXPECT_EQ(changes[0].rule, rule);
  changes = world.faults.take_platform_changes(at(seconds{9}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, PlatformChange::Kind::remove_rule);
}

TEST(PlatformFaults, AreSetAndTakenBackWhenTheirWindowSays) {
  FaultWorld world;
  world.with({.kind = "stale_endpoint", .from = seconds{5}, .until = seconds{9}});
  EXPECT_EQ(world.faults.next_platform_change(), at(seconds{5}));
  EXPECT_TRUE(world.faults.take_platform_changes(at(seconds{5} - microseconds{1})).empty());
  ASSERT_EQ(world.faults.take_platform_changes(at(seconds{5})).size(), 1u);
  EXPECT_EQ(world.faults.next_platform_change(), at(seconds{9}));
  const auto changes = world.faults.take_platform_changes(at(seconds{60}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, PlatformChange::Kind::remove_rule);
  EXPECT_EQ(changes[0].rule.name, "stale_endpoint");
  EXPECT_EQ(world.faults.next_platform_change(), kNever);
}

TEST(PlatformFaults, ThatAreHealedAreTakenBackAtOnceAndOnlyOnce) {
  FaultWorld world;
  world.with({.name = "endless", .kind = "stale_endpoint"});
  world.with({.name = "later", .kind = "stale_endpoint", .from = seconds{50}});
  world.with({.name = "over", .kind = "stale_endpoint", .until = seconds{2}});
  world.faults.take_platform_changes(at(seconds{3}));
  for (const char* const name : {"endless", "later", "over"}) EXPECT_TRUE(world.faults.remove(name, at(seconds{4})));
  const auto changes = world.faults.take_platform_changes(at(seconds{100}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, PlatformChange::Kind::remove_rule);
  EXPECT_EQ(changes[0].rule.name, "endless");
  EXPECT_EQ(changes[0].at, at(seconds{4}));
}

TEST(PlatformCrashFault, CrashesAndComesBackAfterItsDowntimeOrWhenItIsHealed) {
  FaultWorld world;
  world.with({.name = "a", .kind = "platform_crash", .arguments = {{"downtime", 3'000'000}}, .from = seconds{5}});
  world.with({.name = "b", .kind = "platform_crash", .arguments = {{"downtime", 30'000'000}}, .from = seconds{10}});
  auto changes = world.faults.take_platform_changes(at(seconds{12}));
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].kind, PlatformChange::Kind::crash);
  EXPECT_EQ(changes[1].kind, PlatformChange::Kind::come_back);
  EXPECT_EQ(changes[1].at, at(seconds{8}));
  EXPECT_EQ(changes[2].kind, PlatformChange::Kind::crash);
  EXPECT_EQ(world.acted("b"), 1u);
  world.faults.remove("b", at(seconds{12}));
  changes = world.faults.take_platform_changes(at(seconds{12}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, PlatformChange::Kind::come_back);
}

}  // namespace
}  // namespace fleetsim::sim
