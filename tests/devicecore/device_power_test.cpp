// Orderly power-off at any moment, and power cuts with what they leave behind.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

TEST(DevicePower, OffWhileOnlineSaysDisconnectAndWaitsForTheLink) {
  DeviceWorld world;
  world.go_online();
  world.all_sent[1].clear();
  world.give(PowerOff{});
  EXPECT_EQ(hex(bytes_of(world.all_sent[1])), "e000");
  EXPECT_FALSE(world.has_event("powered_off")) << "the link is still open";
  world.settle();
  EXPECT_EQ(world.take_events(), (Events{"disconnected", "powered_off"}));
  EXPECT_EQ(world.device.next_deadline(), kNever);
  EXPECT_EQ(world.pool.blocks_in_use(), 0U);
}

TEST(DevicePower, OffWhileOffIsAnsweredAtOnce) {
  DeviceWorld world;
  world.give(PowerOff{});
  EXPECT_EQ(world.take_events(), (Events{"powered_off"}));
}

TEST(DevicePower, OffTwiceIsToldOnce) {
  DeviceWorld world;
  world.go_online();
  world.give(PowerOff{});
  world.give(PowerOff{});
  world.settle();
  EXPECT_EQ(world.count_events("powered_off"), 1U);
}

/// Power off after `steps` inputs of a life; then on again, and the story must come to its end.
void check_power_off_after(std::size_t steps) {
  SCOPED_TRACE("power off after " + std::to_string(steps) + " inputs");
  DeviceWorld world;
  world.power_on();
  world.run_until([&] { return world.inputs_given >= steps; }, minutes{5});
  world.give(PowerOff{});
  EXPECT_TRUE(world.run_until([&] { return world.has_event("powered_off"); }, seconds{30}));
  EXPECT_EQ(world.device.agent().state(), AgentState::off);
  EXPECT_EQ(world.device.next_deadline(), kNever);
  EXPECT_EQ(world.pool.blocks_in_use(), 0U);
  EXPECT_EQ(world.count_events("powered_off"), 1U);
  world.settle();
  EXPECT_TRUE(world.live(minutes{3}));
}

TEST(DevicePower, OffAtEveryStepOfALifeIsOrderlyAndTheDeviceComesBack) {
  DeviceWorld whole;
  ASSERT_TRUE(whole.live());
  for (std::size_t steps = 0; steps <= whole.inputs_given; ++steps) check_power_off_after(steps);
}

TEST(DevicePower, OffWhileWaitingIsImmediate) {
  DeviceWorld world;
  world.open_fails_with = LinkEnd::refused;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::backing_off);
  world.give(PowerOff{});
  EXPECT_TRUE(world.has_event("powered_off"));
}

TEST(DevicePower, ALinkThatDoesNotCloseIsAborted) {
  DeviceWorld world;
  world.go_online();
  world.fault = {FaultKind::silence, world.inputs_given};
  world.give(PowerOff{});
  world.settle();
  EXPECT_FALSE(world.has_event("powered_off"));
  world.pass(world.config.connect_timeout + seconds{1});
  EXPECT_TRUE(world.has_event("powered_off"));
}

TEST(DevicePower, UnacknowledgedPublishesDoNotSurviveIt) {
  DeviceWorld world;
  world.go_online();
  world.give(PublishCommand{"t", bytes_of("x"), Qos::at_least_once, 4});
  world.give(PowerOff{});
  world.settle();
  EXPECT_EQ(world.pool.blocks_in_use(), 0U);
}

TEST(DevicePower, OnTwiceIsOnOnce) {
  DeviceWorld world;
  world.go_online();
  world.power_on();
  world.settle();
  EXPECT_TRUE(world.take_events().empty());
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
}

TEST(DevicePower, AFlashThatNeverAnswersDelaysButDoesNotStop) {
  DeviceWorld world;
  world.plays_application = false;
  world.power_on();
  // Inputs: bootstrap link up, answer, end of the link, flash.
  world.fault = {FaultKind::silence, 3};
  world.settle();
  EXPECT_EQ(world.device.agent().state(), AgentState::storing);
  world.pass(world.config.bootstrap_timeout + seconds{1});
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
  EXPECT_FALSE(world.has_event("endpoint_stored"));
}

TEST(DevicePower, AfterAFailedWriteTheNextPowerOnTakesADetourAndArrives) {
  DeviceWorld world;
  ASSERT_TRUE(world.live());
  const std::size_t steps = world.inputs_given;
  // Find the write of B's endpoint: failing it leaves A in flash while the platform has committed B.
  for (std::size_t at = 0; at < steps; ++at) {
    DeviceWorld torn;
    torn.fault = {FaultKind::failed_write, at};
    ASSERT_TRUE(torn.live());
    if (torn.count_events("endpoint_stored") == 2 || torn.has_event("endpoint_stored b.example")) continue;
    torn.cut_power();
    EXPECT_TRUE(torn.run_until([&] { return torn.count_events("connect_started b.example") == 2; }, minutes{2}));
    EXPECT_TRUE(torn.has_event("connect_refused connack_refused code=5"));
    EXPECT_TRUE(torn.has_event("fell_back_to_bootstrap connack_refused"));
    return;
  }
  FAIL() << "no fault hit the write of B's endpoint";
}

TEST(DevicePower, LateTidingsAfterPowerOffAreIgnored) {
  DeviceWorld world;
  world.go_online();
  world.give(PowerOff{});
  world.settle();
  world.take_events();
  world.give(SlotWritten{0, true});
  world.give(DeadlineReached{});
  world.give(LinkClosed{Leg::bootstrap, LinkEnd::reset});
  world.give(LinkClosed{Leg::mqtt, LinkEnd::reset});
  EXPECT_TRUE(world.take_events().empty());
  EXPECT_EQ(world.device.agent().state(), AgentState::off);
}

}  // namespace
}  // namespace fleetsim::device::testing
