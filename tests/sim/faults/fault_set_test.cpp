// Whom faults choose, when, how several make one fate, and that the seed decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "sim/faults/list.hpp"
#include "tests/sim/faults/fault_world.hpp"
#include "tests/sim/faults/tiny_stream.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FaultSet, TouchesNothingWhenNothingIsOn) {
  FaultWorld world;
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{1})));
  world.with({.kind = "partition", .from = seconds{5}, .until = seconds{6}});
  EXPECT_FALSE(world.faults.touches(meter, at(milliseconds{4999})));
  EXPECT_TRUE(world.faults.touches(meter, at(seconds{5})));
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{6})));
}

TEST(FaultSet, CountsTheWindowOfAnInjectedFaultFromItsMoment) {
  FaultWorld world;
  world.with({.kind = "partition", .from = seconds{1}, .until = seconds{3}}, at(seconds{100}));
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{2})));
  EXPECT_TRUE(world.faults.touches(meter, at(seconds{101})));
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{103})));
}

TEST(FaultSet, ChoosesByGroupRegionAndLeg) {
  LinkPlace valve = meter;
  valve.group = 1;
  LinkPlace singapore = meter;
  singapore.region = 2;
  FaultWorld by_group;
  by_group.with({.kind = "partition", .groups = {"valves"}});
  EXPECT_FALSE(by_group.faults.touches(meter, Instant{}));
  EXPECT_TRUE(by_group.faults.touches(valve, Instant{}));
  FaultWorld by_region;
  by_region.with({.kind = "partition", .regions = {"singapore"}});
  EXPECT_FALSE(by_region.faults.touches(meter, Instant{}));
  EXPECT_FALSE(by_region.faults.touches(bootstrap_link, Instant{}));
  EXPECT_TRUE(by_region.faults.touches(singapore, Instant{}));
  FaultWorld by_leg;
  by_leg.with({.kind = "partition", .leg = FaultLeg::mqtt});
  EXPECT_TRUE(by_leg.faults.touches(meter, Instant{}));
  EXPECT_FALSE(by_leg.faults.touches(bootstrap_link, Instant{}));
}

std::set<std::uint32_t> touched_devices(const FaultWorld& world, std::uint32_t connection) {
  std::set<std::uint32_t> touched;
  for (std::uint32_t device = 0; device < 4000; ++device)
    if (world.faults.touches(link_of(device, connection), Instant{})) touched.insert(device);
  return touched;
}

TEST(FaultSet, DrawsAShareOfDevicesThatStaysTheSame) {
  FaultWorld world;
  world.with({.kind = "partition", .toxicity = share_whole / 4});
  const auto first = touched_devices(world, 1);
  EXPECT_NEAR(static_cast<double>(first.size()), 1000, 4 * 27.4);  // four standard errors
  EXPECT_EQ(touched_devices(world, 2), first);
}

TEST(FaultSet, DrawsAShareOfLinksAnewForEach) {
  FaultWorld world;
  world.with({.kind = "latency", .arguments = {{"latency", 1 * ms}}, .toxicity = share_whole / 4});
  const auto first = touched_devices(world, 1);
  EXPECT_NEAR(static_cast<double>(first.size()), 1000, 4 * 27.4);
  std::size_t both = 0;
  for (const std::uint32_t device : touched_devices(world, 2)) both += first.count(device);
  EXPECT_NEAR(static_cast<double>(both), 250, 4 * 15.3);  // a quarter of a quarter: independent
}

TEST(FaultSet, DrawsOtherwiseForAnotherSeedAndAnotherName) {
  FaultWorld one(1);
  FaultWorld same(1);
  FaultWorld other(2);
  FaultWorld renamed(1);
  const FaultSpec spec{.name = "a", .kind = "partition", .toxicity = half};
  one.with(spec);
  same.with(spec);
  other.with(spec);
  FaultSpec another = spec;
  another.name = "b";
  renamed.with(another);
  EXPECT_EQ(touched_devices(one, 1), touched_devices(same, 1));
  EXPECT_NE(touched_devices(one, 1), touched_devices(other, 1));
  EXPECT_NE(touched_devices(one, 1), touched_devices(renamed, 1));
}

TEST(FaultSet, OfNobodyAndOfAllNeedNoDraw) {
  FaultWorld nobody;
  nobody.with({.kind = "partition", .toxicity = 0});
  EXPECT_THAT(touched_devices(nobody, 1), IsEmpty());
  FaultWorld all;
  all.with({.kind = "partition"});
  EXPECT_EQ(touched_devices(all, 1).size(), 4000u);
}

/// Everything at once, on both directions of many links.
std::vector<TinyStream::Arrival> chaos(std::uint64_t seed) {
  FaultWorld world(seed);
  world.with({.kind = "latency", .arguments = {{"latency", 20 * ms}, {"jitter", 9 * ms}}, .toxicity = half})
      .with({.kind = "loss", .arguments = {{"p", share(0.0625)}, {"r", share(0.5)}}})
      .with({.kind = "slicer", .arguments = {{"average_size", 30}, {"size_variation", 9}, {"delay", 3 * ms}}, .toxicity = half})
      .with({.kind = "limit_data", .arguments = {{"bytes", 3000}}, .toxicity = half});
  std::vector<TinyStream::Arrival> all;
  for (std::uint32_t device = 0; device < 20; ++device) {
    TinyStream stream(world.faults, link_of(device), device % 2 == 0 ? Direction::up : Direction::down, seed);
    for (int i = 0; i < 40; ++i) stream.send(at(milliseconds{100 * i}), 100);
    all.insert(all.end(), stream.arrivals().begin(), stream.arrivals().end());
  }
  return all;
}

TEST(FaultSet, GivesTheSameFatesForTheSameSeedAndOthersForAnother) {
  EXPECT_EQ(chaos(1), chaos(1));
  EXPECT_NE(chaos(1), chaos(2));
}

TEST(FaultSet, AddsDelaysAndTakesTheNarrowestBandwidthAndTheSmallestSlice) {
  FaultWorld world;
  world.with({.kind = "latency", .arguments = {{"latency", 20 * ms}}})
      .with({.name = "more", .kind = "latency", .arguments = {{"latency", 30 * ms}}})
      .with({.kind = "bandwidth", .arguments = {{"rate", 5000}}})
      .with({.name = "narrow", .kind = "bandwidth", .arguments = {{"rate", 700}}})
      .with({.kind = "slicer", .arguments = {{"average_size", 50}, {"delay", 1 * ms}}})
      .with({.name = "thin", .kind = "slicer", .arguments = {{"average_size", 8}, {"delay", 2 * ms}}})
      .with({.kind = "slow_close", .arguments = {{"delay", 10 * ms}}})
      .with({.name = "slower", .kind = "slow_close", .arguments = {{"delay", 5 * ms}}});
  const SegmentFate expected{.delay = milliseconds{50},
                             .bytes_per_second = 700,
                             .slice_bytes = 8,
                             .slice_delay = milliseconds{3},
                             .close_delay = milliseconds{15}};
  EXPECT_EQ(world.segment(meter, Instant{}), expected);
}

TEST(FaultSet, LosesAndHoldsWhenAnyFaultDoes) {
  FaultWorld world;
  world.with({.kind = "partition", .until = seconds{1}})
      .with({.kind = "timeout", .until = seconds{2}})
      .with({.kind = "slicer", .arguments = {{"average_size", 8}}});
  EXPECT_TRUE(world.segment(meter, Instant{}).lost);
  EXPECT_TRUE(world.segment(meter, Instant{}).held);
  EXPECT_FALSE(world.segment(meter, at(seconds{1})).lost);
  EXPECT_TRUE(world.segment(meter, at(seconds{1})).held);
  EXPECT_FALSE(world.segment(meter, at(seconds{2})).held);
}

TEST(FaultSet, EndsALinkAtTheFirstByteThatAnyFaultEndsItAt) {
  FaultWorld world;
  world.with({.name = "a", .kind = "limit_data", .arguments = {{"bytes", 80}}})
      .with({.name = "b", .kind = "limit_data", .arguments = {{"bytes", 30}}});
  const SegmentFate fate = world.segment(meter, Instant{});
  EXPECT_EQ(fate.end_after_bytes, 30u);
  EXPECT_EQ(fate.end, SegmentFate::End::close);
}

TEST(FaultSet, EndsALivingLinkAtTheFirstMomentAndRatherResets) {
  FaultWorld world;
  world.with({.kind = "reset_peer", .arguments = {{"timeout", 9000 * ms}}})
      .with({.kind = "timeout", .arguments = {{"timeout", 4000 * ms}}});
  EXPECT_EQ(world.faults.ending(meter).at, at(seconds{4}));
  world.with({.name = "at the same time", .kind = "reset_peer", .arguments = {{"timeout", 4000 * ms}}});
  EXPECT_EQ(world.faults.ending(meter).how, SegmentFate::End::reset);
}

TEST(FaultSet, MeetsTheFaultsOfAnOpeningInTheirOrder) {
  FaultWorld world;
  world.with({.kind = "region_down", .regions = {"shanghai"}});
  EXPECT_EQ(world.open(meter, Instant{}).kind, OpenFate::Kind::refused);
  world.with({.kind = "partition"});
  EXPECT_EQ(world.open(meter, Instant{}).kind, OpenFate::Kind::unanswered);
  world.with({.kind = "dns_failure"});
  EXPECT_EQ(world.open(meter, Instant{}).kind, OpenFate::Kind::name_unknown);
}

TEST(FaultSet, ForgetsWhatAHealedFaultKnewOfALink) {
  FaultWorld world;
  const FaultSpec limit{.kind = "limit_data", .arguments = {{"bytes", 150}}};
  world.with(limit);
  EXPECT_EQ(world.segment(meter, Instant{}).end, SegmentFate::End::none);
  ASSERT_TRUE(world.faults.remove("limit_data", at(seconds{1})));
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{1})));
  world.with(limit, at(seconds{2}));
  EXPECT_EQ(world.segment(meter, at(seconds{2})).end, SegmentFate::End::none);
  EXPECT_EQ(world.segment(meter, at(seconds{2})).end, SegmentFate::End::close);
}

TEST(FaultSet, NamesAFaultByItsKindAndRefusesANameThatIsThere) {
  FaultWorld world;
  world.with({.kind = "partition"}).with({.kind = "partition"});
  EXPECT_THAT(world.faults.names(), ElementsAre("partition", "partition-2"));
  const auto again = world.faults.add({.name = "partition-2", .kind = "dns_failure"}, Instant{});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), "a fault \"partition-2\" is there already");
  EXPECT_FALSE(world.faults.remove("nobody", Instant{}));
  ASSERT_TRUE(world.faults.remove("partition-2", Instant{}));
  EXPECT_TRUE(world.faults.add({.name = "partition-2", .kind = "dns_failure"}, Instant{}));
}

TEST(FaultSet, SaysWhenWhatWasAskedAheadMustBeAskedAnew) {
  FaultWorld world;
  const std::uint32_t before = world.faults.generation();
  world.with({.kind = "partition"});
  EXPECT_EQ(world.faults.generation(), before + 1);
  world.faults.remove("partition", Instant{});
  EXPECT_EQ(world.faults.generation(), before + 2);
}

TEST(FaultSet, TakesOnlySoManyFaults) {
  FaultWorld world;
  for (std::size_t i = 0; i < faults_max; ++i) world.with({.kind = "partition"});
  const auto more = world.faults.add({.kind = "partition"}, Instant{});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), "a run has 256 faults at most");
}

TEST(FaultSet, CountsWhatEachFaultDidFromAnyThread) {
  FaultWorld world;
  world.with({.name = "lossy", .kind = "partition", .groups = {"meters"}})
      .with({.name = "idle", .kind = "partition", .groups = {"valves"}});
  const auto work = [&world] {
    LinkFaults state;
    RandomStream random(1);
    for (int i = 0; i < 1000; ++i) world.faults.segment(meter, Instant{}, {Direction::up, 1}, state, random);
  };
  std::thread one(work);
  std::thread two(work);
  one.join();
  two.join();
  EXPECT_EQ(world.acted("lossy"), 2000u);
  EXPECT_EQ(world.acted("idle"), 0u);
}

TEST(FaultKinds, HaveEachItsOwnNameAndSayWhatTheyDo) {
  std::set<std::string_view> names;
  for (const FaultKind& kind : fault_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.summary.empty()) << kind.name;
    EXPECT_EQ(find_fault_kind(kind.name), &kind);
    std::vector<FaultArgument> least;
    for (const FaultParameter& parameter : kind.parameters) {
      EXPECT_FALSE(parameter.what.empty()) << kind.name << " " << parameter.name;
      EXPECT_LE(parameter.min, parameter.max) << kind.name << " " << parameter.name;
      if (parameter.is_required) least.push_back({std::string{parameter.name}, std::max<std::int64_t>(parameter.min, 1)});
    }
    EXPECT_NE(kind.make(FaultArguments(kind.parameters, least)), nullptr) << kind.name;
  }
  EXPECT_EQ(names.size(), 21u);
}

}  // namespace
}  // namespace fleetsim::sim
