// A world that stays open: orders one by one, in both worlds; and how it ends.
#include "sim/live/open_world.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "sim/steps/list.hpp"
#include "tests/sim/controller/open_worlds.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace test;

TEST(OpenWorld, LetsVirtualTimePassOnlyWhenItIsTold) {
  const auto world = opened(still_fleet(5));
  ASSERT_NE(world, nullptr);
  const Instant before = now(*world);
  for (int looks = 0; looks < 100; ++looks) EXPECT_EQ(now(*world), before);
  EXPECT_EQ(online(*world), 0u);
  StepReport report;
  world->with([&](OpenRun& run) { report = run.host.perform(step("up", BringOnline{})); });
  EXPECT_THAT(report.failures, IsEmpty());
  EXPECT_EQ(online(*world), 5u);
  world->with([](OpenRun& run) { run.host.pause(seconds{100}); });
  EXPECT_GE(now(*world), before + seconds{100});
  ASSERT_TRUE(world->close());
  EXPECT_EQ(world->close()->devices_online, 5u);
  EXPECT_EQ(world->close()->steps.size(), 1u);
  EXPECT_FALSE(world->with([](OpenRun&) { FAIL() << "the world is closed"; }));
}

TEST(OpenWorld, StopsForEachTurnInWhichSomethingHappens) {
  const auto world = opened(still_fleet(1));
  world->with([](OpenRun& run) { run.host.begin_by_itself(0); });
  std::vector<Instant> turns;
  for (int i = 0; i < 4; ++i) {
    world->with([](OpenRun& run) { run.host.pause_for_turn(milliseconds{50}); });
    turns.push_back(now(*world));
  }
  EXPECT_LT(turns.front(), Instant{milliseconds{50}});
  EXPECT_TRUE(std::is_sorted(turns.begin(), turns.end()));
}

TEST(OpenWorld, DoesAsAScenarioOfTheSameStepsDoesByteByByte) {
  Scenario scenario = still_fleet(20);
  scenario.steps = {step("up", BringOnline{}), step("on", Sleep{seconds{3}})};
  const RunResult whole = run(scenario);
  const auto world = opened(scenario);
  for (const Step& one : scenario.steps) world->with([&](OpenRun& run) { run.host.perform(one); });
  EXPECT_EQ(world->close()->trace_hash, whole.trace_hash);
}

TEST(OpenWorld, DoesTheSameInWhateverPiecesTimePasses) {
  Scenario scenario = still_fleet(20);
  scenario.groups[0].load = PublishLoad{};
  scenario.groups[0].load->rate_per_second_per_device = 20;
  scenario.faults = {{.name = "crash", .kind = "platform_crash", .arguments = {{"downtime", 700'000}}, .from = milliseconds{1013}}};
  const auto after_pieces_of = [&](Duration piece) {
    const auto world = opened(scenario);
    world->with([&](OpenRun& run) {
      run.host.begin_by_itself(0);
      const Instant end = run.host.now() + seconds{4};
      while (run.host.now() < end) run.host.pause(std::min<Duration>(piece, end - run.host.now()));
    });
    const RunResult& result = *world->close();
    EXPECT_GT(result.metrics.total(Metric::publishes).count, 100u);
    return result.trace_hash;
  };
  const auto whole = after_pieces_of(seconds{4});
  for (const Duration piece : {milliseconds{7}, milliseconds{33}, milliseconds{71}, milliseconds{1009}})
    EXPECT_EQ(after_pieces_of(piece), whole);
}

TEST(OpenWorld, TellsInTheReportWhatAStepOfItsFailed) {
  const auto world = opened(still_fleet(3));
  StepReport report;
  world->with([&](OpenRun& run) {
    report = run.host.perform(step("hopeless", BringOnline{.groups = {}, .timeout = milliseconds{1}}));
    run.host.violated("a check of mine");
  });
  ASSERT_THAT(report.failures, ElementsAre(HasSubstr("hopeless: 0 of 3 online")));
  const Result<RunResult, RunError>& result = world->close();
  EXPECT_EQ(result->steps_failed, report.failures);
  EXPECT_THAT(result->violations, ElementsAre("a check of mine"));
  EXPECT_EQ(result->verdict, Verdict::fail);
}

TEST(OpenWorld, ThrowsWhatItsWorkThrowsAndGoesOn) {
  const auto world = opened(still_fleet(2));
  EXPECT_THROW(world->with([](OpenRun&) { throw std::runtime_error("mine"); }), std::runtime_error);
  EXPECT_TRUE(world->with([](OpenRun& run) { run.host.pause(seconds{1}); }));
  EXPECT_TRUE(world->close());
}

TEST(OpenWorld, DoesWorkFromWithinWorkAtOnce) {
  const auto world = opened(still_fleet(2));
  bool is_done = false;
  EXPECT_FALSE(world->is_within());
  world->with([&](OpenRun&) {
    EXPECT_TRUE(world->is_within());
    world->with([&](OpenRun&) { is_done = true; });
    EXPECT_TRUE(is_done);
  });
  EXPECT_TRUE(is_done);
}

TEST(OpenWorld, ServesOneThreadAfterTheOther) {
  const auto world = opened(still_fleet(2));
  int count = 0;  // of no one's lock but the world's
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int k = 0; k < 50; ++k) world->with([&](OpenRun&) { ++count; });
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(count, 200);
}

TEST(OpenWorld, StandsStillOnceItIsStoppedAndCanStillBeLookedAt) {
  OpenWorld::Settings settings;
  int asked = 0;
  settings.interrupted = [&] { return ++asked > 0; };
  const auto world = opened(still_fleet(2, WorldKind::sockets), std::move(settings));
  bool goes_on = true;
  world->with([&](OpenRun& run) { goes_on = run.host.pause(seconds{1000}); });
  EXPECT_FALSE(goes_on);
  EXPECT_TRUE(world->is_stopped());
  EXPECT_EQ(online(*world), 0u);
  EXPECT_EQ(world->close()->verdict, Verdict::interrupted);
}

TEST(OpenWorld, CanBeClosedThoughItWasStoppedBetweenTwoOrders) {
  const auto world = opened(still_fleet(3));
  world->with([](OpenRun& run) { run.host.pause_for_turn(milliseconds{50}); });
  world->with([](OpenRun& run) { run.host.begin_by_itself(0); });
  world->with([](OpenRun& run) { run.host.pause(milliseconds{150}); });  // devices are on their way, and both sides disagree
  world->stop();
  EXPECT_TRUE(world->close());
}

TEST(OpenWorld, SaysWhatTheEnvironmentDoesNotAllow) {
  Scenario scenario = still_fleet(2, WorldKind::sockets);
  scenario.platform.bootstrap.address = "192.0.2.1";  // nobody's here
  const auto world = OpenWorld::open(scenario, {});
  ASSERT_FALSE(world);
  EXPECT_THAT(world.error().what, HasSubstr("192.0.2.1"));
}

TEST(OpenWorld, IsNobodysInAForkedProcess) {
  const auto world = opened(still_fleet(1));
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_refused = world->is_elsewhere() && !world->with([](OpenRun&) {});
    ::_exit(is_refused ? 7 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_FALSE(world->is_elsewhere());
}

TEST(OpenWorld, OrdersSingleDevicesAndSeesThem) {
  for (const WorldKind kind : {WorldKind::virtual_time, WorldKind::sockets}) {
    SCOPED_TRACE(std::string(world_name(kind)));
    const auto world = opened(still_fleet(3, kind));
    world->with([](OpenRun& run) {
      run.host.perform(step("up", BringOnline{}));
      const auto device = run.host.find_device("meter-000001");
      ASSERT_TRUE(device) << device.error();
      EXPECT_EQ(*device, 1u);
      EXPECT_EQ(run.host.picture(1).state, "online");
      EXPECT_EQ(run.host.command(1, {.what = DeviceOrder::What::cut_power}), "");
      for (int looks = 0; run.host.picture(1).has_power && looks < 100; ++looks) run.host.pause(milliseconds{20});
      EXPECT_EQ(run.host.picture(1).state, "off");
      EXPECT_FALSE(run.host.picture(1).is_online);
      EXPECT_EQ(run.host.online(0), 2u);
      run.host.command(1, {.what = DeviceOrder::What::power_on});
      for (int looks = 0; !run.host.picture(1).is_online && looks < 1000; ++looks) run.host.pause(milliseconds{20});
      EXPECT_TRUE(run.host.picture(1).is_online);
      EXPECT_FALSE(run.host.find_device("nobody"));
    });
  }
}

}  // namespace
}  // namespace fleetsim::sim
