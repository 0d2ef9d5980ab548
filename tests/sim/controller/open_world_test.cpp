// A world that stays open: orders one by one, in both worlds; what is heard between windows; and how it ends.
#include "sim/live/open_world.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "sim/steps/list.hpp"
#include "sim/world/event_feed.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/tap_fan.hpp"
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

Scenario still_fleet(std::uint32_t devices, WorldKind world = WorldKind::virtual_time) {
  Scenario scenario = small_scenario(devices);
  scenario.world = world;
  scenario.duration_max = std::chrono::hours{1};
  return scenario;
}

std::unique_ptr<OpenWorld> opened(const Scenario& scenario, OpenWorld::Settings settings = {}) {
  auto world = OpenWorld::open(scenario, std::move(settings));
  if (!world) {
    ADD_FAILURE() << world.error().what;
    return nullptr;
  }
  return std::move(*world);
}

std::uint64_t online(OpenWorld& world) {
  std::uint64_t count = 0;
  world.with([&](OpenRun& run) { count = run.host.online(0); });
  return count;
}

Instant now(OpenWorld& world) {
  Instant at{};
  world.with([&](OpenRun& run) { at = run.host.now(); });
  return at;
}

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

void listen(EventFeed& feed, std::vector<std::string> kinds, std::function<bool(const FeedBatch&)> hear) {
  ASSERT_TRUE(feed.listen({.kinds = std::move(kinds), .hear = std::move(hear)}));
}

std::string story_of(const FeedBatch& batch, const Roster& roster) {
  std::string text;
  for (const FeedEvent& event : *batch)
    text +=
        std::to_string(event.at.time_since_epoch().count()) + " " + roster.full_name(event.device) + " " + std::string(event.kind) + "\n";
  return text;
}

TEST(EventFeed, TellsTheSameInTheSameOrderWhateverTheNumberOfThreads) {
  std::vector<std::string> stories;
  std::vector<std::string> hashes;
  for (const std::uint32_t threads : {1U, 2U}) {
    Scenario scenario = still_fleet(3000);
    scenario.threads = threads;
    scenario.steps = {step("up", BringOnline{})};
    EventFeed feed;
    std::string story;
    listen(feed, {"connected", "bootstrap_answered"}, [&](const FeedBatch& batch) {
      story += story_of(batch, *feed.roster());
      return false;
    });
    RunOptions options;
    options.taps = &feed;
    hashes.push_back(run(scenario, options).trace_hash);
    stories.push_back(std::move(story));
  }
  EXPECT_EQ(std::count(stories[0].begin(), stories[0].end(), '\n'), 3000 * 3);  // bootstrap_answered is told by both sides
  EXPECT_EQ(stories[0], stories[1]);
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(EventFeed, HearsOfBothSidesOnSocketsToo) {
  EventFeed feed;
  std::vector<std::string> kinds;
  listen(feed, {"connected", "device_connected"}, [&](const FeedBatch& batch) {
    for (const FeedEvent& event : *batch) kinds.emplace_back(event.kind);
    return false;
  });
  OpenWorld::Settings settings;
  settings.options.taps = &feed;
  const auto world = opened(still_fleet(2, WorldKind::sockets), std::move(settings));
  world->with([&](OpenRun& run) {
    run.host.perform(step("up", BringOnline{}));
    for (int looks = 0; kinds.size() < 4 && looks < 500; ++looks) run.host.pause(milliseconds{10});
  });
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "connected"), 2);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "device_connected"), 2);
}

TEST(EventFeed, RefusesAKindThatThereIsNot) {
  EventFeed feed;
  const auto refused = feed.listen({.kinds = {"conected"}, .hear = [](const FeedBatch&) { return false; }});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("connected"));
}

TEST(EventFeed, TellsNothingToWhoHasLeft) {
  EventFeed feed;
  int heard = 0;
  const auto number = feed.listen({.kinds = {}, .hear = [&](const FeedBatch&) {
                                     ++heard;
                                     return false;
                                   }});
  OpenWorld::Settings settings;
  settings.options.taps = &feed;
  const auto world = opened(still_fleet(2), std::move(settings));
  world->with([&](OpenRun& run) {
    run.host.perform(step("up", BringOnline{}));
    EXPECT_GT(heard, 0);
    feed.leave(*number);
    heard = 0;
    run.host.pause(seconds{1000});
  });
  EXPECT_EQ(heard, 0);
}

TEST(EventFeed, StopsTimeForAnOrderOfItsListenerAtTheEndOfTheWindow) {
  EventFeed feed;
  OpenWorld* open = nullptr;
  Instant ordered_at = kNever;
  listen(feed, {"connected"}, [&](const FeedBatch& batch) {
    if (ordered_at != kNever) return false;
    open->with([&](OpenRun& run) {
      ordered_at = run.host.now();
      EXPECT_EQ(run.host.command(batch->front().device, {.what = DeviceOrder::What::cut_power}), "");
    });
    EXPECT_GE(ordered_at, batch->front().at);
    EXPECT_LE(ordered_at - batch->front().at, milliseconds{100});
    return true;
  });
  OpenWorld::Settings settings;
  settings.options.taps = &feed;
  const auto world = opened(still_fleet(4), std::move(settings));
  open = world.get();
  world->with([](OpenRun& run) {
    run.host.begin_by_itself(0);
    run.host.pause(seconds{30});
  });
  EXPECT_EQ(online(*world), 3u);
}

TEST(TapFan, TellsAllOfItsGuestsEverything) {
  EventFeed first;
  EventFeed second;
  RunRecorder recorder({0});
  int heard[2] = {0, 0};
  const auto counting = [&](int who) {
    return [&heard, who](const FeedBatch& batch) {
      heard[who] += static_cast<int>(batch->size());
      return false;
    };
  };
  listen(first, {}, counting(0));
  listen(second, {}, counting(1));
  TapFan all({&first, &second, &recorder});
  RunOptions options;
  options.taps = &all;
  Scenario scenario = still_fleet(3);
  scenario.steps = {step("up", BringOnline{})};
  const RunResult tapped = run(scenario, options);
  EXPECT_GT(heard[0], 6);
  EXPECT_EQ(heard[0], heard[1]);
  const std::size_t looked_at = recorder.look(0).events.size();
  EXPECT_GT(looked_at, 0u);
  EXPECT_EQ(recorder.take(0).events.size(), looked_at);
  EXPECT_TRUE(recorder.look(0).events.empty());
  EXPECT_EQ(tapped.trace_hash, run(scenario).trace_hash);
}

}  // namespace
}  // namespace fleetsim::sim
