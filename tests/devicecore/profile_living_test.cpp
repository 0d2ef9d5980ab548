// The Living SDK: a silent mover.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class LivingProfile : public ::testing::Test {
 protected:
  LivingProfile() {
    world.config.profile = &living_profile;
    world.plays_application = false;
  }
  void notify(const std::string& text) {
    world.platform.notify_text = text;
    world.from_platform(world.platform.notify());
    world.settle();
  }
  DeviceWorld world;
};

TEST_F(LivingProfile, SendsATimestampBeforeTheResources) {
  world.go_online();
  ASSERT_EQ(world.https_writes.size(), 1U);
  EXPECT_TRUE(world.https_writes[0].ends_with(
      "Content-Length: 103\r\n\r\n"
      "productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&timestamp=2524608000000&resources=mqtt"));
}

TEST_F(LivingProfile, WantsCode200AndTheWholePath) {
  const auto outcome = [](const std::string& body) {
    DeviceWorld fresh;
    fresh.config.profile = &living_profile;
    fresh.plays_application = false;
    fresh.platform.http_body = body;
    fresh.power_on();
    fresh.settle();
    return fresh.events.at(1);
  };
  EXPECT_EQ(outcome(R"({"code":6100,"data":{"resources":{"mqtt":{"host":"a.example","port":1883}}}})"),
            "bootstrap_failed service_error code=6100");
  EXPECT_EQ(outcome(R"({"code":200,"data":{"mqtt":{"host":"a.example","port":1883}}})"), "bootstrap_failed endpoint_missing code=200");
  EXPECT_EQ(outcome(R"({"code":200,"data":{"resources":{"mqtt":{"host":"a.example","port":1883}}}})"), "bootstrap_answered a.example:1883");
}

TEST_F(LivingProfile, SignsWithHmacSha1) {
  world.go_online();
  const std::string& sent = world.all_sent[1];
  EXPECT_EQ(hex(bytes_of(sent).subspan(3, 10)), hex(wire("0004 'MQTT' 04 c2 003c")));
  EXPECT_NE(sent.find("a1TestPK001.dev1|securemode=2,tokenType=0,token=00000000000000000000000000000000,_v=sdk-c-3.0.1,"
                      "timestamp=2524608000000,signmethod=hmacsha1,lan=C,pid=fleetsim.maker,mid=fleetsim.module,_fy=1,_ss=1|"),
            std::string::npos);
  // printf clientIda1TestPK001.dev1deviceNamedev1productKeya1TestPK001timestamp2524608000000 | openssl dgst -sha1 -hmac secret
  EXPECT_NE(sent.find("1B9ABF02879B675984D24561F0E996FE547F0C5D"), std::string::npos);
}

TEST_F(LivingProfile, ClearsItsEndpointMovesAndSaysNothing) {
  world.go_online();
  world.platform.distribute();
  world.all_sent[1].clear();
  notify(R"({"id":"1","version":"1.0","method":"thing.bootstrap.notify","params":{"cmd":"0"}})");
  EXPECT_EQ(world.platform.replies, 0);
  EXPECT_EQ(world.all_sent[1].substr(0, 2), std::string("\xe0\x00", 2)) << "DISCONNECT and nothing before it";
  EXPECT_EQ(world.flash_writes, 3U) << "a, nothing, b";
  EXPECT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
}

TEST_F(LivingProfile, CutOffAfterItClearedItsEndpointItBootstraps) {
  world.go_online();
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.run_until([&] { return world.flash_writes == 2 && world.device.agent().state() == AgentState::bootstrapping; }, seconds{1});
  world.take_events();
  world.cut_power();
  EXPECT_EQ(world.take_events(), (Events{"bootstrap_started global.example:443"}));
}

TEST_F(LivingProfile, LeavesAnotherCommandOrMethodUnanswered) {
  world.go_online();
  notify(R"({"id":"1","method":"thing.bootstrap.notify","params":{"cmd":1}})");
  notify(R"({"id":"1","method":"thing.other","params":{"cmd":0}})");
  EXPECT_EQ(world.take_events(), (Events{"notify_ignored unknown_command code=1 1", "notify_ignored message_malformed 1"}));
  EXPECT_EQ(world.platform.replies, 0);
}

TEST_F(LivingProfile, WaitsOneSecondDoublingToThirty) {
  world.go_online();
  world.platform.connack_code = 3;
  world.platform.always_bootstraps_to = "a.example";
  world.delays.clear();
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(minutes{3});
  ASSERT_GE(world.delays.size(), 7U);
  EXPECT_EQ(std::vector<Duration>(world.delays.begin(), world.delays.begin() + 7),
            (std::vector<Duration>{seconds{1}, seconds{2}, seconds{4}, seconds{8}, seconds{16}, seconds{30}, seconds{30}}));
}

}  // namespace
}  // namespace fleetsim::device::testing
