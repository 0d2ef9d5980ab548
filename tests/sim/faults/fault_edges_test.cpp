// Faults where they meet: what one leaves to another, both ends of every range, and what is counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "sim/faults/spread_draw.hpp"
#include "tests/sim/faults/fault_world.hpp"

namespace fleetsim::sim::fault_edges_test {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::IsEmpty;
using End = SegmentFate::End;

TEST(SpreadDraw, GoesFromOneEndOfItsRangeToTheOther) {
  EXPECT_EQ(spread_around(10, 3, 0), 7);
  EXPECT_EQ(spread_around(10, 3, ~std::uint64_t{0}), 13);
}

DevicePlace clock_of(std::uint64_t who) { return {.who = who}; }

TEST(ClockJumpFault, SpreadsOverItsDevicesByItsSpreadAndNoMore) {
  FaultWorld world;
  world.with({.kind = "clock_jump", .arguments = {{"by", 20'000 * ms}, {"spread", 10'000 * ms}}});
  std::set<Instant> clocks;
  for (std::uint64_t who = 0; who < 200; ++who) clocks.insert(world.faults.clock(clock_of(who), at(seconds{100})));
  EXPECT_GT(clocks.size(), 100u);
  EXPECT_GE(*clocks.begin(), at(seconds{110}));
  EXPECT_LE(*clocks.rbegin(), at(seconds{130}));
}

TEST(ClockSkewFault, IsATenthAtMostWithItsSpread) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", 100'000}, {"spread", 100'000}}});
  for (std::uint64_t who = 0; who < 200; ++who) EXPECT_LE(world.faults.clock(clock_of(who), at(seconds{1000})), at(seconds{1100}));
}

TEST(ClockSkewFault, ThatIsTakenBackBeforeItBeganBendsNothing) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", 100'000}}, .from = seconds{10}});
  world.faults.remove("clock_skew", at(seconds{5}));
  EXPECT_EQ(world.faults.clock(clock_of(1), at(seconds{20})), at(seconds{20}));
}

TEST(ClockFaults, HowFarAClockIsOffDoesNotFollowFromWhoWasChosen) {
  FaultWorld world;
  world.with({.kind = "clock_jump", .arguments = {{"by", 0}, {"spread", 10'000 * ms}}, .toxicity = half});
  int fast = 0;
  int slow = 0;
  for (std::uint64_t who = 0; who < 400; ++who) {
    const Duration off = world.faults.clock(clock_of(who), at(seconds{100})) - at(seconds{100});
    fast += off > Duration{0} ? 1 : 0;
    slow += off < Duration{0} ? 1 : 0;
  }
  EXPECT_GT(fast, 60);
  EXPECT_GT(slow, 60);
}

TEST(ClockFaults, CountWhatADeviceSawAndNotWhatWasAskedAhead) {
  FaultWorld world;
  world.with({.kind = "clock_jump", .arguments = {{"by", 5'000 * ms}}, .until = seconds{10}});
  world.faults.clock_reaches(clock_of(1), at(seconds{30}), at(seconds{1}));
  EXPECT_EQ(world.acted("clock_jump"), 0u);
  world.faults.clock(clock_of(1), at(seconds{1}));
  world.faults.clock(clock_of(1), at(seconds{11}));  // it is right again
  EXPECT_EQ(world.acted("clock_jump"), 1u);
}

TEST(ClockFaults, WhatComesInMoreThanTenYearsNeverComes) {
  FaultWorld world;
  world.with({.kind = "clock_skew", .arguments = {{"ppm", -1}}});
  EXPECT_EQ(world.faults.clock_reaches(clock_of(1), at(hours{24 * 4000}), at(seconds{1})), kNever);
}

TEST(PowerCutFault, OfWholeWritesStillCutsAStepAnywhere) {
  FaultWorld world;
  world.with({.kind = "power_cut", .arguments = {{"probability", share(1)}, {"at", 0}, {"writes", 1}}});
  std::set<std::size_t> done;
  for (int i = 0; i < 200; ++i) done.insert(world.faults.cut_in_step(clock_of(1), at(seconds{1}), 3, world.random)->done);
  EXPECT_EQ(done, (std::set<std::size_t>{0, 1, 2, 3}));
}

Duration longest_opening(FaultDirection direction) {
  FaultWorld world;
  world.with({.kind = "jitter", .arguments = {{"jitter", 8 * ms}}, .direction = direction});
  Duration most{0};
  for (int i = 0; i < 500; ++i) most = std::max(most, world.open(meter, at(seconds{1})).delay);
  return most;
}

TEST(JitterFault, VariesAnOpeningOnceForEachDirection) {
  EXPECT_GT(longest_opening(FaultDirection::both), milliseconds{8});
  EXPECT_LE(longest_opening(FaultDirection::up), milliseconds{8});
}

double undelayed_openings(FaultSpec loss) {
  FaultWorld world;
  world.with(std::move(loss));
  int undelayed = 0;
  for (int i = 0; i < 4000; ++i) undelayed += world.open(meter, at(seconds{1})) == OpenFate{} ? 1 : 0;
  return undelayed / 4000.0;
}

TEST(LossFault, HitsAnOpeningInEachDirectionThatItHas) {
  const std::vector<FaultArgument> arguments{{"loss", share(0.5)}};
  EXPECT_NEAR(undelayed_openings({.kind = "loss", .arguments = arguments}), 0.25, 0.03);
  EXPECT_NEAR(undelayed_openings({.kind = "loss", .arguments = arguments, .direction = FaultDirection::up}), 0.5, 0.03);
}

TEST(LossFault, OfAnOpeningCountsWhatIsLostWhileGoodToo) {
  EXPECT_NEAR(undelayed_openings({.kind = "loss",
                                  .arguments = {{"p", share(0.5)}, {"r", share(0.5)}, {"1-h", 0}, {"1-k", share(1)}},
                                  .direction = FaultDirection::up}),
              0.5, 0.03);
}

TEST(LossFault, ComesBackFromBadAsOftenAsItDoesNotGoThereUnlessToldOtherwise) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"p", share(0.2)}}});
  int lost = 0;
  for (int i = 0; i < 40'000; ++i) lost += world.segment(meter, at(seconds{1})).lost ? 1 : 0;
  EXPECT_NEAR(lost / 40'000.0, 0.2, 0.01) << "r is 0.8";
}

TEST(LimitDataFault, IsUsedUpWhateverCameInOnePiece) {
  FaultWorld world;
  world.with({.kind = "limit_data", .arguments = {{"bytes", 10}}});
  EXPECT_EQ(world.segment(meter, at(seconds{1}), Direction::up, 25).end_after_bytes, 10u);
  const SegmentFate next = world.segment(meter, at(seconds{1}), Direction::up, 5);
  EXPECT_EQ(next.end, End::close);
  EXPECT_EQ(next.end_after_bytes, 0u);
}

TEST(LimitDataFault, DoesNotCountWhatVanished) {
  FaultWorld world;
  world.with({.kind = "limit_data", .arguments = {{"bytes", 150}}}).with({.kind = "timeout", .until = seconds{5}});
  EXPECT_TRUE(world.segment(meter, at(seconds{1})).held);
  EXPECT_EQ(world.segment(meter, at(seconds{6})).end, End::none);
}

TEST(RegionDownFault, OfOneThatRefusesEndsALinkWhenItOpensAndLosesNothing) {
  FaultWorld world;
  world.with({.kind = "region_down", .regions = {"shanghai"}});
  LinkPlace late = meter;
  late.opened_at = at(seconds{5});
  EXPECT_EQ(world.faults.ending(late).at, at(seconds{5}));
  EXPECT_FALSE(world.segment(meter, at(seconds{6})).lost);
}

TEST(FaultSet, ALinkThatOpensBehindAFaultIsNotEndedByIt) {
  FaultWorld world;
  world.with({.kind = "timeout", .until = seconds{5}});
  LinkPlace late = meter;
  late.opened_at = at(seconds{10});
  EXPECT_EQ(world.faults.ending(late).how, End::none);
}

TEST(FaultSet, TheEarlierEndingCountsAndAtOneMomentAResetWhateverTheirOrder) {
  for (const bool reset_first : {true, false}) {
    FaultWorld world;
    const FaultSpec reset{.kind = "reset_peer", .arguments = {{"timeout", 2'000 * ms}}};
    const FaultSpec close{.kind = "timeout", .arguments = {{"timeout", 2'000 * ms}}};
    world.with(reset_first ? reset : close).with(reset_first ? close : reset);
    world.with({.name = "later", .kind = "timeout", .arguments = {{"timeout", 3'000 * ms}}});
    const LinkEnding ending = world.faults.ending(meter);
    EXPECT_EQ(ending.at, at(seconds{2}));
    EXPECT_EQ(ending.how, End::reset);
    world.faults.ended(ending);
    EXPECT_EQ(world.acted("reset_peer"), 1u);
    EXPECT_EQ(world.acted("timeout"), 0u);
  }
}

class ResetsAfter final : public Fault {
 public:
  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory&, RandomStream&) const override {
    return {.end = End::reset, .end_after_bytes = 10};
  }
};

TEST(FaultSet, AtOneByteAResetIsHarderThanACloseWhateverTheirOrder) {
  for (const bool reset_first : {true, false}) {
    FaultWorld world;
    const auto add_reset = [&] { EXPECT_TRUE(world.faults.add(OwnFault{{.name = "own"}, std::make_unique<ResetsAfter>()}, Instant{})); };
    if (reset_first) add_reset();
    world.with({.kind = "limit_data", .arguments = {{"bytes", 10}}});
    if (!reset_first) add_reset();
    EXPECT_EQ(world.segment(meter, at(seconds{1})).end, End::reset);
  }
}

TEST(FaultSet, ANameThatIsUnknownIsMetBeforeAnyEndpoint) {
  FaultWorld world;
  world.with({.kind = "dns_failure"}).with({.kind = "region_down", .regions = {"shanghai"}});
  EXPECT_EQ(world.open(meter, at(seconds{1})).kind, OpenFate::Kind::name_unknown);
}

TEST(FaultSet, CountsNothingThatAFaultDidNotDo) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"loss", 0}}});
  world.segment(meter, at(seconds{1}));
  EXPECT_EQ(world.acted("loss"), 0u);
}

TEST(FaultSet, IsOnFromItsFirstFaultToItsLast) {
  FaultWorld world;
  world.with({.kind = "partition", .from = seconds{5}, .until = seconds{100}});
  world.with({.kind = "dns_failure", .from = seconds{60}, .until = seconds{70}});
  EXPECT_TRUE(world.faults.touches(meter, at(seconds{10})));
  EXPECT_TRUE(world.faults.touches(meter, at(seconds{90})));
}

TEST(FaultSet, DrawsAsASpecSaysWhateverItsKindWould) {
  FaultWorld world;
  world.with({.kind = "partition", .toxicity = half, .per = FaultDraw::link});
  int differ = 0;
  int legs_differ = 0;
  for (std::uint32_t who = 0; who < 400; ++who) {
    LinkPlace bootstrap = link_of(who, 1);
    bootstrap.leg = device::Leg::bootstrap;
    const bool first = world.faults.touches(link_of(who, 1), Instant{});
    differ += first != world.faults.touches(link_of(who, 2), Instant{}) ? 1 : 0;
    legs_differ += first != world.faults.touches(bootstrap, Instant{}) ? 1 : 0;
  }
  EXPECT_GT(differ, 100);
  EXPECT_GT(legs_differ, 100) << "each link by itself";
}

TEST(PlatformFaults, OfNobodyAreNeverToldAndTheirFiringsAreCountedByThePlatform) {
  FaultWorld nobody;
  nobody.with({.kind = "stale_endpoint", .toxicity = 0});
  EXPECT_THAT(nobody.faults.take_platform_changes(at(seconds{1})), IsEmpty());
  nobody.faults.remove("stale_endpoint", at(seconds{2}));
  EXPECT_THAT(nobody.faults.take_platform_changes(at(seconds{3})), IsEmpty());
  FaultWorld world;
  world.with({.kind = "stale_endpoint"});
  EXPECT_EQ(world.faults.take_platform_changes(at(seconds{1})).size(), 1u);
  EXPECT_EQ(world.acted("stale_endpoint"), 0u);
}

}  // namespace
}  // namespace fleetsim::sim::fault_edges_test
