// What a behaviour orders of its device: messages, timers, its power.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/steps/step_host.hpp"
#include "sim/world/failure_text.hpp"
#include "tests/sim/controller/scripted_behaviour.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace test;
using device::EventKind;

Scenario idle(Duration time) {
  Scenario scenario = moving(1);
  scenario.groups[0].property_post_interval = Duration{0};
  scenario.steps = {step("up", BringOnline{}), step("sleep", Sleep{time})};
  return scenario;
}

TEST(Behaviour, OrdersAreCarriedOutInTheirOrderAndComeBackByTheirTokens) {
  std::map<std::string, device::Token> tokens;
  std::vector<std::string> told;
  Scripted::Script script;
  script.event = [&](BehaviourHost& device, const device::Event& event) {
    if (event.kind == EventKind::connected) {
      const std::string topic = "/a1Meter0001/" + std::string(device.spec().identity.device_name()) + "/user/mine";
      tokens["subscribe"] = *device.subscribe(topic, device::Qos::at_least_once);
      tokens["publish"] = *device.publish(topic, bytes_of("hello"), device::Qos::at_least_once);
      tokens["post"] = *device.post_property(R"({"Temperature":21})");
    }
    for (const auto& [name, token] : tokens)
      if (event.token == token) told.push_back(name + " " + std::string(event_name(event.kind)));
  };
  run_with(idle(seconds{5}), script);
  EXPECT_THAT(told, Contains("subscribe subscribed"));
  EXPECT_THAT(told, Contains("publish published"));
  EXPECT_THAT(told, Contains("publish publish_acknowledged"));
  EXPECT_THAT(told, Contains("post property_posted"));
  EXPECT_THAT(told, Contains("post property_replied"));
  EXPECT_EQ(told.front(), "publish published") << "before any answer has crossed the link";
}

TEST(Behaviour, OrdersOfADeviceThatIsNotOnlineAreRefused) {
  std::vector<device::Failure> told;
  Scripted::Script script;
  script.power_on = [](BehaviourHost& device) {
    EXPECT_FALSE(device.is_online());
    EXPECT_TRUE(device.publish("/a/b", {}, device::Qos::at_most_once));
  };
  script.event = [&](BehaviourHost&, const device::Event& event) {
    if (event.kind == EventKind::publish_rejected) told.push_back(event.failure);
  };
  run_with(idle(seconds{1}), script);
  EXPECT_THAT(told, ElementsAre(device::Failure::not_online));
}

TEST(Behaviour, TimersComeWhenTheyAreDueOnceEachAndNotWhenTheyAreCancelled) {
  std::vector<std::string> told;
  std::vector<Duration> after;
  Instant begun{};
  Scripted::Script script;
  script.power_on = [&](BehaviourHost& device) {
    begun = device.now();
    EXPECT_EQ(device.set_timer("late", seconds{10}), "");
    EXPECT_EQ(device.set_timer("soon", seconds{1}), "");
    EXPECT_EQ(device.set_timer("never", seconds{2}), "");
    EXPECT_EQ(device.set_timer("soon", seconds{3}), "") << "anew";
    EXPECT_TRUE(device.cancel_timer("never"));
    EXPECT_FALSE(device.cancel_timer("never"));
    EXPECT_THAT(device.set_timer("hot", milliseconds{0}), HasSubstr("1 ms at least"));
  };
  script.timer = [&](BehaviourHost& device, std::string_view name) {
    told.emplace_back(name);
    after.push_back(device.now() - begun);
  };
  run_with(idle(seconds{20}), script);
  EXPECT_THAT(told, ElementsAre("soon", "late"));
  EXPECT_THAT(after, ElementsAre(seconds{3}, seconds{10}));
}

TEST(Behaviour, CutsItsOwnPowerAndComesBackWithoutItsOrdersAndTimers) {
  std::vector<Instant> booted;
  std::size_t timers = 0;
  Scripted::Script script;
  script.power_on = [&](BehaviourHost& device) {
    booted.push_back(device.now());
    if (booted.size() == 1) device.set_timer("brown-out", seconds{5});
  };
  script.timer = [&](BehaviourHost& device, std::string_view) {
    ++timers;
    device.set_timer("lost with the power", seconds{1});
    EXPECT_EQ(device.cut_power(seconds{7}), "");
  };
  const BehavedRun made = run_with(idle(seconds{30}), script);
  ASSERT_THAT(booted, SizeIs(2));
  EXPECT_EQ(booted[1] - booted[0], seconds{12});
  EXPECT_EQ(timers, 1u);
  EXPECT_EQ(made.result.devices_online, 1u);
}

TEST(Behaviour, ThatAnswersItselfIsStopped) {
  std::string error;
  Scripted::Script script;
  script.event = [&](BehaviourHost& device, const device::Event& event) {
    if (event.kind != EventKind::connected && event.kind != EventKind::published) return;
    const auto order = device.publish("/a1Meter0001/x/user/again", {}, device::Qos::at_most_once);
    if (!order && error.empty()) error = order.error();
  };
  run_with(idle(seconds{5}), script);
  EXPECT_THAT(error, HasSubstr("1024 orders at one moment"));
}

TEST(Behaviour, TakesOrdersFromWithinItsHooksOnly) {
  BehaviourHost* kept = nullptr;
  std::string late;
  Scenario scenario = idle(seconds{1});
  scenario.threads = 1;
  Diary diary;
  const Scripted::Script script{.power_on = [&](BehaviourHost& device) { kept = &device; }};
  const ForeignMaker foreign = behaviours_by_group({[&](const DeviceSpec&) { return std::make_unique<Scripted>(script, diary); }});
  const RunScript look = [&](StepHost& host, RunPlatform*, const Roster&) {
    host.begin_arrivals(0);
    host.pause(seconds{1});
    ASSERT_NE(kept, nullptr);
    late = kept->set_timer("x", seconds{1});
  };
  RunOptions options;
  options.foreign = &foreign;
  options.script = &look;
  run(scenario, options);
  EXPECT_THAT(late, HasSubstr("within its hooks only"));
}

TEST(Behaviour, DrawsWhatTheSeedDecides) {
  const auto draw = [](std::uint64_t seed) {
    std::vector<std::uint64_t> drawn;
    Scenario scenario = idle(seconds{1});
    scenario.groups[0].count = 2;
    scenario.seed = seed;
    run_with(scenario, {.power_on = [&](BehaviourHost& device) { drawn.push_back(device.random()); }});
    return drawn;
  };
  const auto first = draw(7);
  ASSERT_THAT(first, SizeIs(2));
  EXPECT_NE(first[0], first[1]);
  EXPECT_EQ(draw(7), first);
  EXPECT_NE(draw(8), first);
}

}  // namespace
}  // namespace fleetsim::sim
