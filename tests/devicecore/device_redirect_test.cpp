// What a device makes of thing/bootstrap/config/push: the platform names the endpoint itself.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

constexpr std::string_view push_topic = "/sys/a1TestPK001/dev1/thing/bootstrap/config/push";

class DeviceRedirect : public ::testing::Test {
 protected:
  void SetUp() override { world.go_online(); }
  void push(const std::string& params) {
    world.platform.distribute();
    world.from_platform(publish_packet(push_topic, R"({"id":"7","version":"1.0","params":)" + params + "}"));
    world.settle();
  }
  DeviceWorld world;
};

TEST_F(DeviceRedirect, IsAnsweredStoredAndFollowedWithoutABootstrap) {
  world.all_sent[1].clear();
  push(R"({"endpoint":{"mqtt":{"host":"b.example","port":"1883"}}})");
  EXPECT_EQ(world.take_events(), (Events{"redirected b.example:1883 7", "endpoint_stored b.example:1883 code=1", "disconnected",
                                         "connect_started b.example:1883", "connected b.example:1883"}));
  EXPECT_NE(world.all_sent[1].find(std::string(push_topic) + R"(_reply{"id":"7","code":200,"data":{}})"), std::string::npos);
  EXPECT_EQ(world.platform.bootstraps, 1);
  world.cut_power();
  EXPECT_TRUE(world.has_event("connect_started b.example:1883")) << "it is in flash";
}

TEST_F(DeviceRedirect, TheLinkClosesAndTheFlashIsDoneBeforeTheNextOneOpens) {
  world.from_platform(publish_packet(push_topic, R"({"id":"7","params":{"endpoint":{"mqtt":{"host":"b.example","port":1}}}})"));
  world.fault = {FaultKind::silence, world.inputs_given + 1};  // the flash never says that it is done
  world.run_until([&] { return world.has_event("disconnected"); }, seconds{1});
  EXPECT_EQ(world.device.agent().state(), AgentState::storing);
  EXPECT_FALSE(world.has_event("connect_started"));
  world.next_deadline();
  EXPECT_TRUE(world.has_event("connect_started b.example:1")) << "patience ends";
}

TEST_F(DeviceRedirect, AnUnusableEndpointIsRefusedAndNothingMoves) {
  push(R"({"endpoint":{"mqtt":{"host":"b.example","port":0}}})");
  push(R"({"endpoint":{"mqtt":{"port":1883}}})");
  push("[]");
  EXPECT_EQ(world.take_events(),
            (Events{"notify_ignored endpoint_invalid 7", "notify_ignored endpoint_missing 7", "notify_ignored endpoint_missing 7"}));
  EXPECT_NE(world.all_sent[1].find(R"({"id":"7","code":460,"data":{}})"), std::string::npos);
  EXPECT_EQ(world.device.agent().state(), AgentState::online);
  EXPECT_EQ(world.flash_writes, 1U);
}

TEST_F(DeviceRedirect, ToWhereItIsWaitsBeforeItComesBack) {
  push(R"({"endpoint":{"mqtt":{"host":"a.example","port":1883}}})");
  EXPECT_EQ(world.device.agent().state(), AgentState::backing_off);
  EXPECT_EQ(world.flash_writes, 1U);
}

TEST_F(DeviceRedirect, InCirclesItSlowsDown) {
  for (int i = 0; i < 400; ++i) {
    const std::string host = i % 2 == 0 ? "b.example" : "a.example";
    world.platform.placement = TinyPlatform::Placement::handover;
    world.platform.always_bootstraps_to = host;
    world.from_platform(publish_packet(push_topic, R"({"id":"7","params":{"endpoint":{"mqtt":{"host":")" + host + R"(","port":1883}}}})"));
    world.run_until([&] { return false; }, seconds{1});
  }
  EXPECT_LT(world.count_events("redirected"), 150U);
}

TEST_F(DeviceRedirect, ForAnotherDeviceIsAMessageLikeAnyOther) {
  world.from_platform(publish_packet("/sys/a1TestPK001/dev2/thing/bootstrap/config/push", "{}"));
  world.settle();
  EXPECT_TRUE(world.has_event("message_received"));
}

}  // namespace
}  // namespace fleetsim::device::testing
