// A fault that is none of the list: chosen, timed, counted and taken back like any other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "sim/faults/fault_check.hpp"
#include "tests/sim/faults/fault_world.hpp"

namespace fleetsim::sim {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::IsEmpty;

/// Later by as many milliseconds as the device's number; refuses odd ones; ends links after 5 s.
class ByNumber final : public Fault {
 public:
  OpenFate open(const LinkMoment& moment, RandomStream&) const override {
    return moment.place.who % 2 == 1 ? OpenFate{.kind = OpenFate::Kind::refused} : OpenFate{};
  }
  SegmentFate segment(const LinkMoment& moment, const Segment&, FaultMemory&, RandomStream&) const override {
    return {.delay = milliseconds{static_cast<std::int64_t>(moment.place.who)}};
  }
  LinkEnding ending(const LinkPlace& place, const FaultWindow&) const override {
    return {.at = place.opened_at + seconds{5}, .how = SegmentFate::End::reset};
  }
};

std::string add_own(FaultWorld& world, FaultSpec spec) {
  auto added = world.faults.add(OwnFault{std::move(spec), std::make_unique<ByNumber>()}, Instant{});
  return added ? *added : "error: " + added.error();
}

TEST(OwnFault, DecidesAsOneOfTheListDoes) {
  FaultWorld world;
  EXPECT_EQ(add_own(world, {.kind = "ByNumber"}), "ByNumber");
  EXPECT_EQ(world.open(link_of(3), at(seconds{1})).kind, OpenFate::Kind::refused);
  EXPECT_EQ(world.open(link_of(4), at(seconds{1})).kind, OpenFate::Kind::goes_on);
  EXPECT_EQ(world.segment(link_of(7), at(seconds{1})).delay, milliseconds{7});
  EXPECT_EQ(world.faults.ending(link_of(7)).at, at(seconds{5}));
  EXPECT_EQ(world.acted("ByNumber"), 2u) << "what goes on as it is is not counted";
}

TEST(OwnFault, IsWhereWhenAndToHowManyItsSpecSays) {
  FaultWorld world;
  add_own(world,
          {.name = "mine", .kind = "ByNumber", .groups = {"valves"}, .leg = FaultLeg::mqtt, .from = seconds{1}, .until = seconds{2}});
  LinkPlace valve = link_of(9);
  valve.group = 1;
  EXPECT_TRUE(world.faults.touches(valve, at(seconds{1})));
  EXPECT_FALSE(world.faults.touches(valve, at(seconds{2})));
  EXPECT_FALSE(world.faults.touches(link_of(9), at(seconds{1})));
  valve.leg = device::Leg::bootstrap;
  EXPECT_FALSE(world.faults.touches(valve, at(seconds{1})));
  FaultWorld few;
  add_own(few, {.kind = "ByNumber", .toxicity = share_whole / 4});
  int touched = 0;
  for (std::uint32_t device = 0; device < 4000; ++device) touched += few.faults.touches(link_of(device), Instant{}) ? 1 : 0;
  EXPECT_NEAR(touched, 1000, 4 * 27.4);  // four standard errors
}

TEST(OwnFault, HasANameOfItsOwnAndCanBeTakenBack) {
  FaultWorld world;
  EXPECT_EQ(add_own(world, {.kind = "ByNumber"}), "ByNumber");
  EXPECT_EQ(add_own(world, {.kind = "ByNumber"}), "ByNumber-2");
  EXPECT_THAT(add_own(world, {.name = "ByNumber", .kind = "ByNumber"}), ::testing::HasSubstr("there already"));
  EXPECT_TRUE(world.faults.remove("ByNumber", at(seconds{1})));
  EXPECT_EQ(world.segment(link_of(7), at(seconds{1})).delay, milliseconds{7}) << "the other's";
  EXPECT_TRUE(world.faults.remove("ByNumber-2", at(seconds{1})));
  EXPECT_FALSE(world.faults.touches(meter, at(seconds{1})));
}

TEST(OwnFault, StandsBesideThoseOfTheList) {
  FaultWorld world;
  world.with({.kind = "latency", .arguments = {{"latency", 30 * ms}}});
  add_own(world, {.kind = "ByNumber"});
  EXPECT_EQ(world.segment(link_of(7), at(seconds{1})).delay, milliseconds{37});
}

std::vector<std::string> wrong_fields(const FaultSpec& spec) {
  std::vector<std::string> fields;
  for (const FaultProblem& problem : problems_of_own(spec, two_groups())) fields.push_back(problem.field);
  return fields;
}

TEST(OwnFault, IsCheckedForAllButItsKind) {
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .groups = {"meters"}, .direction = FaultDirection::up}), IsEmpty());
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .groups = {"meter"}}), Contains("groups"));
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .regions = {"moon"}}), Contains("regions"));
  EXPECT_THAT(wrong_fields({.name = "a name", .kind = "ByNumber"}), Contains("name"));
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .toxicity = share_whole + 1}), Contains("toxicity"));
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .from = seconds{2}, .until = seconds{1}}), Contains("until"));
  EXPECT_THAT(wrong_fields({.kind = "ByNumber", .arguments = {{"latency", 1}}}), Contains("latency"));
  EXPECT_THAT(problems_of({.kind = "own"}, two_groups()), ::testing::SizeIs(1)) << "no scenario can name one";
}

}  // namespace
}  // namespace fleetsim::sim
