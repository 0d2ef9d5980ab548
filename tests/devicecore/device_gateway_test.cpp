// A gateway and the devices behind it.
#include <array>
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Events = std::vector<std::string>;

class DeviceGateway : public ::testing::Test {
 protected:
  void SetUp() override {
    world.go_online();
    world.all_sent[1].clear();
  }
  void attach(std::span<SubDevice> sub_devices) { world.give(AttachSubDevices{sub_devices}); }
  void reply(const std::string& topic, std::uint32_t id, int code) {
    world.from_platform(publish_packet(topic + "_reply", R"({"id":")" + std::to_string(id) + R"(","code":)" + std::to_string(code) + "}"));
    world.settle();
  }
  std::size_t count_sent(const std::string& text) const {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = world.all_sent[1].find(text, at)) != std::string::npos; ++at) ++count;
    return count;
  }

  const std::string login = "/ext/session/a1TestPK001/dev1/combine/login";
  const std::string add = "/sys/a1TestPK001/dev1/thing/topo/add";
  std::array<SubDevice, 2> meters = {SubDevice{*Identity::parse("a1SubPK", "sub1", "secret")},
                                     SubDevice{*Identity::parse("a1SubPK", "sub2", "secret")}};
  DeviceWorld world;
};

// printf clientIda1SubPK.sub1deviceNamesub1productKeya1SubPKtimestamp2524608000000 | openssl dgst -sha256 -hmac secret
constexpr std::string_view sign_of_sub1 = "C3BD17FE20CF97986E61A1800E8A6A6FCCDDF6E6D12071FA35FCCE36248A9382";

TEST_F(DeviceGateway, LogsItsSubDevicesInOneAfterTheOther) {
  attach(meters);
  EXPECT_NE(world.all_sent[1].find(login +
                                   R"({"id":"1","params":{"productKey":"a1SubPK","deviceName":"sub1","clientId":"a1SubPK.sub1",)"
                                   R"("timestamp":"2524608000000","signMethod":"hmacSha256","sign":")" +
                                   std::string(sign_of_sub1) + R"(","cleanSession":"true"}})"),
            std::string::npos);
  EXPECT_EQ(count_sent(login), 1U) << "one at a time";
  reply(login, 1, 200);
  EXPECT_EQ(count_sent(login), 2U);
  reply(login, 2, 200);
  EXPECT_EQ(world.take_events(), (Events{"sub_device_online code=200 sub1", "sub_device_online code=200 sub2"}));
  EXPECT_EQ(meters[0].stage, SubDeviceStage::online);
}

TEST_F(DeviceGateway, AddsWhatTheTopologyDoesNotHave) {
  attach(std::span(meters).first(1));
  reply(login, 1, 6401);
  EXPECT_NE(world.all_sent[1].find(add +
                                   R"({"id":"2","version":"1.0","params":[{"productKey":"a1SubPK","deviceName":"sub1",)"
                                   R"("clientId":"a1SubPK.sub1","timestamp":"2524608000000","signmethod":"hmacSha256","sign":")" +
                                   std::string(sign_of_sub1) + R"("}],"method":"thing.topo.add"})"),
            std::string::npos);
  reply(add, 2, 200);
  reply(login, 3, 200);
  EXPECT_EQ(world.take_events(), (Events{"sub_device_online code=200 sub1"}));
}

TEST_F(DeviceGateway, ARefusedOneDoesNotHoldTheNextOneUp) {
  attach(meters);
  reply(login, 1, 6401);
  reply(add, 2, 401);
  reply(login, 3, 200);
  EXPECT_EQ(world.take_events(), (Events{"sub_device_refused code=401 sub1", "sub_device_online code=200 sub2"}));
  EXPECT_EQ(meters[0].stage, SubDeviceStage::refused);
  EXPECT_EQ(meters[0].code, 401);
}

TEST_F(DeviceGateway, AnAnswerThatNeverComesDoesNotEither) {
  attach(meters);
  world.pass(seconds{10});
  EXPECT_EQ(world.take_events(), (Events{"sub_device_refused timed_out sub1"}));
  EXPECT_EQ(count_sent(login), 2U);
  reply(login, 1, 200);
  EXPECT_EQ(world.count_events("sub_device_online"), 0U) << "too late";
}

TEST_F(DeviceGateway, EachNewConnectionBeginsAnew) {
  attach(meters);
  reply(login, 1, 200);
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.settle();
  EXPECT_EQ(meters[0].stage, SubDeviceStage::wanted) << "its session ended with the gateway's";
  EXPECT_EQ(meters[1].stage, SubDeviceStage::wanted);
  world.all_sent[1].clear();
  world.run_until([&] { return world.device.agent().state() == AgentState::online; }, minutes{1});
  EXPECT_EQ(count_sent(login), 1U);
}

TEST_F(DeviceGateway, AfterAMoveTheTopologyIsMadeAgain) {
  attach(std::span(meters).first(1));
  reply(login, 1, 200);
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.settle();
  ASSERT_EQ(world.platform.placement, TinyPlatform::Placement::at_b);
  reply(login, 2, 6401);
  reply(add, 3, 200);
  reply(login, 4, 200);
  EXPECT_EQ(world.count_events("sub_device_online"), 2U);
}

TEST_F(DeviceGateway, MoreThanItsProfileHasRoomForAreNotTaken) {
  world.config.profile = &esp_gateway_profile;
  std::vector<SubDevice> many(17, meters[0]);
  attach(many);
  EXPECT_EQ(world.take_events(), (Events{"publish_rejected too_large"}));
  EXPECT_EQ(count_sent(login), 0U);
  attach(std::span(many).first(16));
  EXPECT_EQ(count_sent(login), 1U);
}

TEST_F(DeviceGateway, NoSecretLeavesIt) {
  attach(meters);
  reply(login, 1, 6401);
  EXPECT_EQ(count_sent("secret"), 0U);
}

}  // namespace
}  // namespace fleetsim::device::testing
