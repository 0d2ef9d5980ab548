// What is heard of a run between its windows, and by several at once.
#include "sim/world/event_feed.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/steps/list.hpp"
#include "sim/world/run_recorder.hpp"
#include "sim/world/tap_fan.hpp"
#include "tests/sim/controller/open_worlds.hpp"
#include "tests/sim/controller/run_in_process.hpp"
#include "tests/sim/controller/run_scenarios.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using namespace test;

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

/// Counts what it hears of links, and of devices.
class Counting final : public RunTaps {
 public:
  explicit Counting(bool wants_wire) : wants_wire_(wants_wire) {}
  void begin(const RunRuntime&, const Roster&, std::size_t) override {}
  SideTap* device_side(std::size_t) override { return &side_; }
  SideTap* platform_side() override { return &side_; }
  bool wants_wire() const override { return wants_wire_; }
  int on_links() const { return side_.on_links; }
  int of_devices() const { return side_.of_devices; }

 private:
  struct Side final : public SideTap {
    void on_wire(const WireEvent&) override { ++on_links; }
    void on_device_event(std::uint32_t, const device::Event&, Instant) override { ++of_devices; }
    void on_platform_event(const platform::PlatformEvent&, Instant) override {}
    int on_links = 0;
    int of_devices = 0;
  };
  const bool wants_wire_;
  Side side_;
};

TEST(RunTaps, WhoDoesNotWantToHearOfLinksHearsOfDevicesAloneInBothWorlds) {
  for (const WorldKind kind : {WorldKind::virtual_time, WorldKind::sockets}) {
    for (const bool wants_wire : {true, false}) {
      SCOPED_TRACE(std::string(world_name(kind)) + (wants_wire ? ", with links" : ", without"));
      Scenario scenario = still_fleet(3, kind);
      scenario.threads = 1;
      scenario.steps = {step("up", BringOnline{})};
      Counting taps(wants_wire);
      RunOptions options;
      options.taps = &taps;
      run(scenario, options);
      EXPECT_EQ(taps.on_links() > 0, wants_wire);
      EXPECT_GT(taps.of_devices(), 3);
    }
  }
}

}  // namespace
}  // namespace fleetsim::sim
