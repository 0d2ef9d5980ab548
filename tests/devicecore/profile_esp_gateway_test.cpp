// A gateway that bootstraps by hand: the least that works, and a reboot for everything.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class EspGatewayProfile : public ::testing::Test {
 protected:
  EspGatewayProfile() {
    world.config.profile = &esp_gateway_profile;
    world.plays_application = false;
  }
  DeviceWorld world;
};

TEST_F(EspGatewayProfile, AsksWithProductKeyAndDeviceNameOnly) {
  world.go_online();
  ASSERT_EQ(world.https_writes.size(), 1U);
  EXPECT_TRUE(world.https_writes[0].ends_with("Content-Length: 38\r\n\r\nproductKey=a1TestPK001&deviceName=dev1")) << world.https_writes[0];
}

TEST_F(EspGatewayProfile, ErasesRepliesRebootsAndBootstraps) {
  world.go_online();
  world.platform.distribute();
  const Instant notified = world.now;
  world.from_platform(world.platform.notify());
  world.pass(seconds{10});
  EXPECT_EQ(world.platform.last_reply, R"({"id":"4294967295","code":200,"data":{}})");
  EXPECT_EQ(world.flash_writes, 3U) << "a, nothing, b";
  EXPECT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
  ASSERT_EQ(world.opened.size(), 4U);
  EXPECT_EQ(world.opened[2].first - notified, seconds{2}) << "the time it takes to boot";
  EXPECT_EQ(world.delays.size(), 0U) << "a reboot is no back-off";
}

TEST_F(EspGatewayProfile, CutOffWhileItRebootsItBootstrapsAllTheSame) {
  world.go_online();
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.settle();
  world.take_events();
  world.cut_power();
  EXPECT_EQ(world.take_events(), (Events{"bootstrap_started global.example:443"}));
}

TEST_F(EspGatewayProfile, ForgetsInAReboot) {
  world.go_online();
  world.platform.acknowledges = false;
  world.give(PublishCommand{"t", bytes_of("nobody acknowledged this"), Qos::at_least_once, 7});
  world.give(PostProperty{R"({"before":1})", 8});
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.pass(seconds{10});
  ASSERT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
  world.give(PostProperty{R"({"after":1})", 9});
  const std::string& sent = world.all_sent[1];
  const std::size_t first = sent.find("nobody acknowledged this");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(sent.find("nobody acknowledged this", first + 1), std::string::npos) << "a publish survived the reboot";
  EXPECT_NE(sent.find(R"({"id":"1","version":"1.0","params":{"before":1})"), std::string::npos);
  EXPECT_NE(sent.find(R"({"id":"1","version":"1.0","params":{"after":1})"), std::string::npos) << "message ids begin anew";
}

TEST_F(EspGatewayProfile, TriesEveryTwoSeconds) {
  world.platform.http_answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
  world.power_on();
  world.pass(seconds{21});
  EXPECT_EQ(world.platform.bootstraps, 11);
  EXPECT_EQ(world.delays, std::vector<Duration>(world.delays.size(), seconds{2}));
}

}  // namespace
}  // namespace fleetsim::device::testing
