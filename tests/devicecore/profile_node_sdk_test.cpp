// The SDK for Node.js: subscribes for itself, never moves.
#include <gtest/gtest.h>

#include "tests/devicecore/device_world.hpp"

namespace fleetsim::device::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class NodeSdkProfile : public ::testing::Test {
 protected:
  NodeSdkProfile() {
    world.config.profile = &node_sdk_profile;
    world.config.fixed_host = "a.example";
    world.config.fixed_port = 1883;
    world.plays_application = false;
  }
  DeviceWorld world;
};

TEST_F(NodeSdkProfile, SignsTheTimeOfDayInLowerCase) {
  world.now = Instant{seconds{1}};
  world.config.unix_epoch_ms = 1'700'000'000'000;
  world.go_online();
  const std::string& sent = world.all_sent[1];
  // User name and password, the session is kept, 60 s.
  EXPECT_EQ(hex(bytes_of(sent).subspan(3, 10)), hex(wire("0004 'MQTT' 04 c0 003c")));
  EXPECT_NE(sent.find("a1TestPK001&dev1|securemode=2,signmethod=hmacsha1,timestamp=1700000001000,lan=NodeJS,_v=1.2.8|"), std::string::npos);
  // printf 'clientIda1TestPK001&dev1deviceNamedev1productKeya1TestPK001timestamp1700000001000' | openssl dgst -sha1 -hmac secret
  EXPECT_NE(sent.find("74bf01ccad28e667715b4bae81321b0a759e4d57"), std::string::npos);
}

TEST_F(NodeSdkProfile, SignsTheTimeOfDayAsItsClockHasItHoweverWrong) {
  world.now = Instant{seconds{1}};
  world.config.unix_epoch_ms = 1'700'000'000'000;
  world.clock_error = -std::chrono::hours{24};
  world.go_online();
  EXPECT_NE(world.all_sent[1].find(",timestamp=1699913601000,"), std::string::npos);
}

TEST_F(NodeSdkProfile, SubscribesToSixteenFiltersOneByOne) {
  world.go_online();
  const std::vector<std::string> filters = {
      "/sys/a1TestPK001/dev1/thing/event/property/post_reply",
      "/sys/a1TestPK001/dev1/thing/service/property/set",
      "/sys/a1TestPK001/dev1/thing/event/+/post_reply",
      "/sys/a1TestPK001/dev1/thing/deviceinfo/update_reply",
      "/sys/a1TestPK001/dev1/thing/deviceinfo/delete_reply",
      "/sys/a1TestPK001/dev1/thing/config/get_reply",
      "/shadow/get/a1TestPK001/dev1",
      "/sys/a1TestPK001/dev1/thing/config/push",
      "/sys/a1TestPK001/dev1/thing/config/push_reply",
      "/sys/a1TestPK001/dev1/thing/topo/add_reply",
      "/sys/a1TestPK001/dev1/thing/topo/delete_reply",
      "/sys/a1TestPK001/dev1/thing/topo/get_reply",
      "/ext/session/a1TestPK001/dev1/combine/login_reply",
      "/ext/session/a1TestPK001/dev1/combine/logout_reply",
      "/sys/a1TestPK001/dev1/thing/sub/register_reply",
      "/sys/a1TestPK001/dev1/rrpc/request/+",
  };
  Bytes expected;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    Bytes body{0, static_cast<std::uint8_t>(i + 1)};
    put_text(body, filters[i]);
    body.push_back(1);
    const Bytes packet = mqtt_packet(0x82, body);
    expected.insert(expected.end(), packet.begin(), packet.end());
  }
  const std::string& sent = world.all_sent[1];
  EXPECT_EQ(hex(bytes_of(sent).subspan(sent.size() - expected.size())), hex(expected));
  EXPECT_FALSE(world.has_event("subscribed")) << "the application did not ask";
}

TEST_F(NodeSdkProfile, MissesNoneOfItsFiltersWhereItSubscribesForTheNotifyToo) {
  world.config.subscribe_notify = true;
  world.go_online();
  const std::string& sent = world.all_sent[1];
  std::size_t count = 0;
  for (std::size_t at = 0; (at = sent.find('\x82', at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 2U + 16U);
  for (const std::string_view filter : {"/thing/bootstrap/notify", "/thing/event/+/post_reply", "/rrpc/request/+"})
    EXPECT_NE(sent.find("/sys/a1TestPK001/dev1" + std::string(filter) + "\x01"), std::string::npos) << filter;
}

TEST_F(NodeSdkProfile, TellsWhichOfItsFiltersIsRefused) {
  world.platform.suback_code = 0x80;
  world.power_on();
  world.settle();
  EXPECT_EQ(world.count_events("subscribed code=128 /"), 16U);
  EXPECT_TRUE(world.has_event("subscribed code=128 /sys/a1TestPK001/dev1/rrpc/request/+"));
}

TEST_F(NodeSdkProfile, SubscribesAgainAfterEachConnect) {
  world.go_online();
  world.all_sent[1].clear();
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.pass(seconds{2});
  std::size_t count = 0;
  for (std::size_t at = 0; (at = world.all_sent[1].find('\x82', at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 16U);
}

TEST_F(NodeSdkProfile, ReconnectsEverySecondAndNeverMoves) {
  world.go_online();
  world.platform.distribute();
  world.from_platform(world.platform.notify());
  world.settle();
  EXPECT_TRUE(world.has_event("message_received /sys/a1TestPK001/dev1/thing/bootstrap/notify"));
  EXPECT_EQ(world.platform.replies, 0);
  world.platform.placement = TinyPlatform::Placement::at_b;
  world.delays.clear();
  world.lose_link(Leg::mqtt, LinkEnd::closed_by_peer);
  world.pass(seconds{30});
  EXPECT_EQ(world.delays, std::vector<Duration>(world.delays.size(), seconds{1}));
  EXPECT_GE(world.count_events("connect_refused connack_refused code=5"), 29U);
  EXPECT_EQ(world.platform.bootstraps, 0);
}

TEST_F(NodeSdkProfile, WaitsThirtySecondsForAConnack) {
  world.go_online();
  world.fault = {FaultKind::silence, world.inputs_given + 2};  // the end of the old link, then the new one's opening, then its CONNACK
  world.lose_link(Leg::mqtt, LinkEnd::reset);
  world.run_until([&] { return world.device.agent().state() == AgentState::connecting; }, minutes{1});
  const Instant begun = world.now;
  world.run_until([&] { return world.has_event("connect_failed timed_out"); }, minutes{1});
  EXPECT_EQ(world.now - begun, seconds{30});
}

}  // namespace
}  // namespace fleetsim::device::testing
