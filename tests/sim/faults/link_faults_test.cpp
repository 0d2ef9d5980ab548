// What each fault of links makes of a stream and of an opening.
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "tests/sim/faults/fault_world.hpp"
#include "tests/sim/faults/tiny_stream.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using Arrival = TinyStream::Arrival;

TEST(LatencyFault, DelaysWhatIsSentInItsDirection) {
  FaultWorld world;
  world.with({.kind = "latency", .arguments = {{"latency", 100 * ms}}, .direction = FaultDirection::up});
  TinyStream up(world.faults, meter);
  TinyStream down(world.faults, meter, Direction::down);
  up.send(at(seconds{1}), 50);
  down.send(at(seconds{1}), 50);
  EXPECT_THAT(up.arrivals(), ElementsAre(Arrival{at(milliseconds{1110}), 50}));
  EXPECT_THAT(down.arrivals(), ElementsAre(Arrival{at(milliseconds{1010}), 50}));
}

TEST(LatencyFault, DelaysAnOpeningOnceForEachDirection) {
  FaultWorld one_way;
  one_way.with({.kind = "latency", .arguments = {{"latency", 100 * ms}}, .direction = FaultDirection::down});
  EXPECT_EQ(one_way.open(meter, at(seconds{1})), OpenFate{.delay = milliseconds{100}});
  FaultWorld both;
  both.with({.kind = "latency", .arguments = {{"latency", 100 * ms}}});
  EXPECT_EQ(both.open(meter, at(seconds{1})), OpenFate{.delay = milliseconds{200}});
}

TEST(LatencyFault, VariesByItsJitterAndNoMore) {
  FaultWorld world;
  world.with({.kind = "latency", .arguments = {{"latency", 100 * ms}, {"jitter", 30 * ms}}});
  Duration least = seconds{1};
  Duration most{0};
  for (int i = 0; i < 2000; ++i) {
    const Duration delay = world.segment(meter, at(seconds{1})).delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, milliseconds{70});
  EXPECT_LT(least, milliseconds{72});
  EXPECT_LE(most, milliseconds{130});
  EXPECT_GT(most, milliseconds{128});
}

TEST(JitterFault, MakesSomeSegmentsEarlierYetNeverOvertakesInTheStream) {
  FaultWorld world;
  world.with({.kind = "jitter", .arguments = {{"jitter", 8 * ms}}});
  TinyStream stream(world.faults, meter);
  for (int i = 0; i < 200; ++i) stream.send(at(milliseconds{1000 + i}), 10);
  bool some_early = false;
  for (std::size_t i = 0; i < stream.arrivals().size(); ++i) {
    some_early |= stream.arrivals()[i].at < at(milliseconds{1000 + static_cast<std::int64_t>(i)} + TinyStream::latency);
    EXPECT_GE(stream.arrivals()[i].at, stream.arrivals()[i == 0 ? 0 : i - 1].at);
  }
  EXPECT_TRUE(some_early);
  EXPECT_EQ(stream.bytes_arrived(), 2000u);
}

TEST(JitterFault, OfNormalShapeHasItsWidthAsStandardDeviation) {
  FaultWorld world;
  world.with({.kind = "jitter", .arguments = {{"jitter", 10 * ms}, {"distribution", 1}}});
  double sum = 0;
  double squares = 0;
  constexpr int draws = 20'000;
  for (int i = 0; i < draws; ++i) {
    const auto delay = static_cast<double>(world.segment(meter, at(seconds{1})).delay.count()) / 1000;
    sum += delay;
    squares += delay * delay;
  }
  EXPECT_NEAR(sum / draws, 0, 0.3);      // ms; four standard errors
  EXPECT_NEAR(squares / draws, 100, 4);  // ms²
}

TEST(LossFault, OfEachForItselfLosesItsShare) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"loss", share(0.2)}}});
  int lost = 0;
  constexpr int tries = 40'000;
  for (int i = 0; i < tries; ++i) lost += world.segment(meter, at(seconds{1})).lost ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(lost) / tries, 0.2, 0.008);  // four standard errors
}

TEST(LossFault, LosesNoByteOfAStreamButTakesTime) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"loss", share(0.5)}}});
  TinyStream stream(world.faults, meter);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(stream.send(at(seconds{1}), 100));
  EXPECT_EQ(stream.bytes_arrived(), 5000u);
  EXPECT_GT(stream.retransmissions(), 20u);
  EXPECT_GT(stream.arrivals().back().at, at(milliseconds{1200}));
}

/// Closed form of the two-state chain: the share of time in the bad state is p / (p + r).
TEST(LossFault, OfGilbertElliottLosesTheShareOfItsClosedForm) {
  struct Case {
    double p, r, one_minus_h, one_minus_k;
  };
  for (const Case& one : {Case{0.02, 0.3, 1, 0}, Case{0.1, 0.4, 0.7, 0.01}, Case{0.3, 0.1, 0.5, 0.2}}) {
    FaultWorld world;
    world.with({.kind = "loss",
                .arguments = {{"p", share(one.p)}, {"r", share(one.r)}, {"1-h", share(one.one_minus_h)}, {"1-k", share(one.one_minus_k)}}});
    constexpr int tries = 200'000;
    int lost = 0;
    for (int i = 0; i < tries; ++i) lost += world.segment(meter, at(seconds{1})).lost ? 1 : 0;
    const double bad = one.p / (one.p + one.r);
    const double expected = bad * one.one_minus_h + (1 - bad) * one.one_minus_k;
    // Losses come in bursts: the variance is that of independent ones times (1 + c) / (1 - c) at most, c = 1 - p - r.
    const double correlation = 1 - one.p - one.r;
    const double error = std::sqrt(expected * (1 - expected) / tries * (1 + correlation) / (1 - correlation));
    EXPECT_NEAR(static_cast<double>(lost) / tries, expected, 4 * error) << one.p << " " << one.r;
  }
}

TEST(LossFault, OfGilbertElliottLosesInBurstsOfTheLengthOfTheBadState) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"p", share(0.02)}, {"r", share(0.25)}}});
  int bursts = 0;
  int lost = 0;
  bool before = false;
  for (int i = 0; i < 200'000; ++i) {
    const bool now = world.segment(meter, at(seconds{1})).lost;
    bursts += now && !before ? 1 : 0;
    lost += now ? 1 : 0;
    before = now;
  }
  EXPECT_NEAR(static_cast<double>(lost) / bursts, 4.0, 0.25);  // 1 / r
}

TEST(LossFault, RemembersTheStateOfEachDirectionAlone) {
  FaultWorld world;
  // Bad from the second segment on, for ever: up has had one, down none.
  world.with({.kind = "loss", .arguments = {{"p", share(1)}, {"r", 0}}});
  EXPECT_FALSE(world.segment(meter, at(seconds{1}), Direction::up).lost);
  EXPECT_TRUE(world.segment(meter, at(seconds{1}), Direction::up).lost);
  EXPECT_FALSE(world.segment(meter, at(seconds{1}), Direction::down).lost);
}

TEST(LossFault, OfAnOpeningCostsOneThreeOrSevenSeconds) {
  FaultWorld world;
  world.with({.kind = "loss", .arguments = {{"loss", share(0.5)}}, .direction = FaultDirection::up});
  std::set<Duration> delays;
  bool unanswered = false;
  for (int i = 0; i < 3000; ++i) {
    const OpenFate fate = world.open(meter, at(seconds{1}));
    unanswered |= fate.kind == OpenFate::Kind::unanswered;
    if (fate.kind == OpenFate::Kind::goes_on) delays.insert(fate.delay);
  }
  EXPECT_THAT(delays, ElementsAre(seconds{0}, seconds{1}, seconds{3}, seconds{7}, seconds{15}, seconds{31}, seconds{63}));
  EXPECT_TRUE(unanswered);  // one in 128
}

TEST(BandwidthFault, CarriesSoManyBytesASecond) {
  FaultWorld world;
  world.with({.kind = "bandwidth", .arguments = {{"rate", 1000}}});
  TinyStream stream(world.faults, meter);
  stream.send(at(seconds{1}), 500);
  stream.send(at(seconds{1}), 1000);
  EXPECT_THAT(stream.arrivals(), ElementsAre(Arrival{at(milliseconds{1510}), 500}, Arrival{at(milliseconds{2510}), 1000}));
}

TEST(ResetPeerFault, EndsALinkSoLongAfterItWasAskedForOrTheFaultBegan) {
  FaultWorld world;
  world.with({.kind = "reset_peer", .arguments = {{"timeout", 5000 * ms}}, .from = seconds{10}});
  LinkPlace place = meter;
  place.opened_at = at(seconds{2});
  EXPECT_EQ(world.faults.ending(place).at, at(seconds{15}));
  place.opened_at = at(seconds{20});
  const LinkEnding ending = world.faults.ending(place);
  EXPECT_EQ(ending.at, at(seconds{25}));
  EXPECT_EQ(ending.how, SegmentFate::End::reset);
}

TEST(ResetPeerFault, LeavesALinkThatWouldOutliveTheFault) {
  FaultWorld world;
  world.with({.kind = "reset_peer", .arguments = {{"timeout", 5000 * ms}}, .from = seconds{10}, .until = seconds{14}});
  LinkPlace place = meter;
  place.opened_at = at(seconds{2});
  EXPECT_EQ(world.faults.ending(place).at, kNever);
  EXPECT_EQ(world.faults.ending(place).how, SegmentFate::End::none);
}

TEST(ResetPeerFault, IsCountedWhenItIsCarriedOut) {
  FaultWorld world;
  world.with({.kind = "reset_peer"});
  const LinkEnding ending = world.faults.ending(meter);
  EXPECT_EQ(world.acted("reset_peer"), 0u);
  world.faults.ended(ending);
  EXPECT_EQ(world.acted("reset_peer"), 1u);
}

TEST(TimeoutFault, HoldsWhatIsSentAndClosesInTheEnd) {
  FaultWorld world;
  world.with({.kind = "timeout", .arguments = {{"timeout", 3000 * ms}}, .from = seconds{1}});
  TinyStream stream(world.faults, meter);
  EXPECT_TRUE(stream.send(at(milliseconds{999}), 10));
  EXPECT_FALSE(stream.send(at(seconds{1}), 10));
  EXPECT_TRUE(stream.is_held());
  EXPECT_EQ(stream.bytes_arrived(), 10u);
  const LinkEnding ending = world.faults.ending(meter);
  EXPECT_EQ(ending.at, at(seconds{4}));
  EXPECT_EQ(ending.how, SegmentFate::End::close);
}

TEST(TimeoutFault, OfNothingClosesOnlyWhenTheFaultIsOver) {
  FaultWorld world;
  world.with({.kind = "timeout"});
  EXPECT_EQ(world.faults.ending(meter).at, kNever);
  EXPECT_TRUE(world.segment(meter, at(seconds{1})).held);
  world.faults.remove("timeout", at(seconds{7}));
  EXPECT_EQ(world.faults.ending(meter).at, at(seconds{7}));
  EXPECT_EQ(world.faults.ending(meter).how, SegmentFate::End::close);
}

TEST(TimeoutFault, ClosesALinkThatWouldOutliveIt) {
  FaultWorld world;
  world.with({.kind = "timeout", .arguments = {{"timeout", 9000 * ms}}, .from = seconds{1}, .until = seconds{3}});
  EXPECT_EQ(world.faults.ending(meter).at, at(seconds{3}));
}

TEST(TimeoutFault, OfNoDurationClosesNothing) {
  FaultWorld world;
  world.with({.kind = "timeout", .from = seconds{5}});
  world.faults.remove("timeout", at(seconds{2}));
  EXPECT_EQ(world.faults.ending(meter).at, kNever);
}

TEST(SlowCloseFault, DelaysTheEndAndNoByte) {
  FaultWorld world;
  world.with({.kind = "slow_close", .arguments = {{"delay", 2000 * ms}}});
  TinyStream stream(world.faults, meter);
  stream.send(at(seconds{1}), 10);
  EXPECT_THAT(stream.arrivals(), ElementsAre(Arrival{at(milliseconds{1010}), 10}));
  EXPECT_EQ(stream.close(at(seconds{1})), at(milliseconds{3010}));
}

TEST(SlicerFault, CutsWhatIsSentIntoSlicesWithTimeBetween) {
  FaultWorld world;
  world.with({.kind = "slicer", .arguments = {{"average_size", 40}, {"delay", 5 * ms}}});
  TinyStream stream(world.faults, meter);
  stream.send(at(seconds{1}), 100);
  EXPECT_THAT(stream.arrivals(),
              ElementsAre(Arrival{at(milliseconds{1010}), 40}, Arrival{at(milliseconds{1015}), 40}, Arrival{at(milliseconds{1020}), 20}));
}

TEST(SlicerFault, VariesTheSizeAroundItsAverage) {
  FaultWorld world;
  world.with({.kind = "slicer", .arguments = {{"average_size", 10}, {"size_variation", 2}}});
  std::set<std::size_t> sizes;
  for (int i = 0; i < 300; ++i) sizes.insert(world.segment(meter, at(seconds{1})).slice_bytes);
  EXPECT_THAT(sizes, ElementsAre(8u, 9u, 10u, 11u, 12u));
}

TEST(LimitDataFault, ClosesALinkBehindTheLastByteThatItMayCarry) {
  FaultWorld world;
  world.with({.kind = "limit_data", .arguments = {{"bytes", 250}}});
  TinyStream stream(world.faults, meter);
  EXPECT_TRUE(stream.send(at(seconds{1}), 100));
  EXPECT_TRUE(stream.send(at(seconds{2}), 100));
  EXPECT_FALSE(stream.end());
  EXPECT_TRUE(stream.send(at(seconds{3}), 100));
  EXPECT_EQ(stream.bytes_arrived(), 250u);
  ASSERT_TRUE(stream.end());
  EXPECT_EQ(stream.end()->how, SegmentFate::End::close);
}

TEST(LimitDataFault, CountsWhatIsLostOnlyOnceItIsCarried) {
  FaultWorld world;
  world.with({.kind = "limit_data", .arguments = {{"bytes", 1000}}});
  world.with({.kind = "partition", .until = seconds{10}});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(world.segment(meter, at(seconds{1})).lost);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(world.segment(meter, at(seconds{10})).end, SegmentFate::End::none);
  EXPECT_EQ(world.segment(meter, at(seconds{10})).end, SegmentFate::End::close);
}

TEST(PartitionFault, LosesSegmentsUntilItIsOverAndThenTheyComeThrough) {
  FaultWorld world;
  world.with({.kind = "partition", .regions = {"shanghai"}, .from = seconds{1}, .until = seconds{2}});
  TinyStream stream(world.faults, meter);
  EXPECT_TRUE(stream.send(at(seconds{1}), 10));
  // Sent again 200, 600 and 1400 ms later.
  EXPECT_THAT(stream.arrivals(), ElementsAre(Arrival{at(milliseconds{2410}), 10}));
}

TEST(PartitionFault, LeavesOpeningsUnansweredWhateverDirectionIsCut) {
  for (const FaultDirection direction : {FaultDirection::both, FaultDirection::up, FaultDirection::down}) {
    FaultWorld world;
    world.with({.kind = "partition", .direction = direction});
    EXPECT_EQ(world.open(meter, at(seconds{1})).kind, OpenFate::Kind::unanswered);
  }
}

TEST(PartitionFault, OfOneDirectionLetsTheOtherThrough) {
  FaultWorld world;
  world.with({.kind = "partition", .direction = FaultDirection::down});
  EXPECT_FALSE(world.segment(meter, at(seconds{1}), Direction::up).lost);
  EXPECT_TRUE(world.segment(meter, at(seconds{1}), Direction::down).lost);
}

TEST(RegionDownFault, RefusesAndResetsInItsRegionAlone) {
  FaultWorld world;
  world.with({.kind = "region_down", .regions = {"shanghai"}, .from = seconds{5}, .until = seconds{9}});
  LinkPlace elsewhere = meter;
  elsewhere.region = 2;
  EXPECT_EQ(world.open(meter, at(seconds{5})).kind, OpenFate::Kind::refused);
  EXPECT_EQ(world.open(elsewhere, at(seconds{5})).kind, OpenFate::Kind::goes_on);
  EXPECT_EQ(world.open(meter, at(seconds{9})).kind, OpenFate::Kind::goes_on);
  const LinkEnding ending = world.faults.ending(meter);
  EXPECT_EQ(ending.at, at(seconds{5}));
  EXPECT_EQ(ending.how, SegmentFate::End::reset);
  EXPECT_EQ(world.faults.ending(elsewhere).at, kNever);
}

TEST(RegionDownFault, WithoutAnswersTellsNoLivingLink) {
  FaultWorld world;
  world.with({.kind = "region_down", .arguments = {{"how", 1}}, .regions = {"shanghai"}});
  EXPECT_EQ(world.open(meter, at(seconds{5})).kind, OpenFate::Kind::unanswered);
  EXPECT_EQ(world.faults.ending(meter).at, kNever);
  EXPECT_TRUE(world.segment(meter, at(seconds{5})).lost);
}

TEST(BootstrapOutageFault, IsAboutTheBootstrapLegAlone) {
  FaultWorld world;
  world.with({.kind = "bootstrap_outage"});
  EXPECT_EQ(world.open(bootstrap_link, at(seconds{1})).kind, OpenFate::Kind::refused);
  EXPECT_EQ(world.open(meter, at(seconds{1})).kind, OpenFate::Kind::goes_on);
  EXPECT_EQ(world.faults.ending(bootstrap_link).how, SegmentFate::End::reset);
}

TEST(DnsFailureFault, LeavesOpenLinksAlone) {
  FaultWorld world;
  world.with({.kind = "dns_failure"});
  EXPECT_EQ(world.open(meter, at(seconds{1})).kind, OpenFate::Kind::name_unknown);
  EXPECT_EQ(world.segment(meter, at(seconds{1})), SegmentFate{});
  EXPECT_EQ(world.faults.ending(meter).at, kNever);
}

}  // namespace
}  // namespace fleetsim::sim
