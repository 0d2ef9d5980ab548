// The life of device_life_test.cpp with one fault at each of its inputs in turn: then the world is well again, and the device must be
// online at B within a bound.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::size_t inputs_of_a_life() {
  DeviceWorld world;
  EXPECT_TRUE(world.live());
  return world.inputs_given;
}

/// `kind` strikes at every input of the life; afterwards the device comes to B all the same.
void check_fault_at_every_step(FaultKind kind, Duration within) {
  const std::size_t steps = inputs_of_a_life();
  ASSERT_GT(steps, 15U) << "a life has more inputs than that";
  for (std::size_t at = 0; at < steps; ++at) {
    SCOPED_TRACE("fault at input " + std::to_string(at));
    DeviceWorld world;
    world.fault = {kind, at};
    EXPECT_TRUE(world.live(within)) << "it did not come back";
    EXPECT_EQ(world.fault.kind, FaultKind::none) << "the fault never struck";
    EXPECT_EQ(world.device.agent().state(), AgentState::online);
    if (::testing::Test::HasFailure()) {
      for (const std::string& event : world.events) ADD_FAILURE() << event;
      return;
    }
  }
}

TEST(DeviceFaults, ComesBackAfterLinkLossAtEveryStep) { check_fault_at_every_step(FaultKind::lose_link, seconds{60}); }

TEST(DeviceFaults, ComesBackAfterSilenceAtEveryStep) {
  // The slowest: a property post that nobody answers is noticed by keep-alive only, 3/4 of 300 s and the response time-out later.
  check_fault_at_every_step(FaultKind::silence, minutes{6});
}

TEST(DeviceFaults, ComesBackAfterAPowerCutAtEveryStep) { check_fault_at_every_step(FaultKind::power_cut, seconds{60}); }

TEST(DeviceFaults, ComesBackAfterAPowerCutInTheMiddleOfAFlashWrite) { check_fault_at_every_step(FaultKind::torn_write, seconds{60}); }

TEST(DeviceFaults, AFailedFlashWriteDoesNotStopTheDevice) { check_fault_at_every_step(FaultKind::failed_write, seconds{5}); }

// Two faults: the second strikes while the device recovers from the first.
TEST(DeviceFaults, ComesBackFromTwoFaultsInARow) {
  const std::size_t steps = inputs_of_a_life();
  std::size_t struck_twice = 0;  // else the device was home before the second could strike
  for (std::size_t first = 0; first < steps; ++first) {
    for (std::size_t second = 1; second <= 6; ++second) {
      SCOPED_TRACE("faults at inputs " + std::to_string(first) + " and " + std::to_string(first + second));
      DeviceWorld world;
      world.fault = {FaultKind::lose_link, first};
      world.power_on();
      world.run_until([&] { return world.fault.kind == FaultKind::none; }, minutes{1});
      world.fault = {FaultKind::power_cut, world.inputs_given + second};
      ASSERT_TRUE(world.run_until(
          [&] { return world.platform.placement == TinyPlatform::Placement::at_b && world.replied_at == "b.example"; }, minutes{2}));
      if (world.fault.kind == FaultKind::none) ++struck_twice;
    }
  }
  EXPECT_GE(struck_twice, steps * 4) << "of six each";
}

// Splitting what a server sends must change nothing at all: same bytes out, same events, same moments.
void expect_same_life(const DeviceWorld& split) {
  DeviceWorld whole;
  ASSERT_TRUE(whole.live());
  EXPECT_EQ(split.events, whole.events);
  EXPECT_EQ(split.all_sent, whole.all_sent);
  EXPECT_EQ(split.now, whole.now);
}

TEST(DeviceFaults, BytesSplitAtEveryPositionChangeNothing) {
  for (std::size_t cut = 1; cut < 260; ++cut) {
    SCOPED_TRACE("cut after byte " + std::to_string(cut));
    DeviceWorld world;
    world.cut_received_at = cut;
    ASSERT_TRUE(world.live());
    expect_same_life(world);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(DeviceFaults, SingleBytesChangeNothing) {
  DeviceWorld world;
  world.byte_by_byte = true;
  ASSERT_TRUE(world.live());
  expect_same_life(world);
}

}  // namespace
}  // namespace fleetsim::device::testing
