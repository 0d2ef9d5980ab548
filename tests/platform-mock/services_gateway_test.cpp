// Gateways: topology with the sub-device's signature, sub-devices that speak and hear through the gateway's connection, and limits.
#include <gtest/gtest.h>

#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

const std::string session_topic = "/ext/session/a1Gateway01/gate1/combine/";

std::string params(const std::string& inner) { return R"({"id":"1","params":)" + inner + "}"; }

TEST(TopologyService, AddsListsAndDeletes) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  EXPECT_TRUE(
      says(world.ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_entry("dev1") + "," + signed_entry("dev2") + "]")),
           R"({"code":200,"data":[{"productKey":"a1TestPK001","deviceName":"dev1"},{"productKey":"a1TestPK001","deviceName":"dev2"}])"));
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/topo/delete"), params(R"([{"productKey":"a1TestPK001","deviceName":"dev1"}])")),
                   "\"code\":200"));
  EXPECT_TRUE(
      says(world.ask(gateway, gate_sys("thing/topo/get"), params("{}")), R"("data":[{"productKey":"a1TestPK001","deviceName":"dev2"}])"));
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/topo/delete"), params(R"([{"productKey":"a1TestPK001","deviceName":"dev1"}])")),
                   "\"code\":6401"));
}

TEST(TopologyService, RefusesAllWhenOneIsWrong) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  const std::string topic = gate_sys("thing/topo/add");
  const auto add = [&](const std::string& entry) {
    return world.ask(gateway, topic, params("[" + signed_entry("dev1") + "," + entry + "]"));
  };
  EXPECT_TRUE(says(add(signed_entry("dev2", "guess")), "\"code\":401"));
  EXPECT_TRUE(says(add(signed_entry("dev9")), "\"code\":6100"));
  EXPECT_TRUE(says(add(R"({"productKey":"a1TestPK001"})"), "\"code\":460"));
  EXPECT_TRUE(says(add(R"({"productKey":"a1Gateway01","deviceName":"gate1"})"), "\"code\":6402"));
  EXPECT_TRUE(says(world.ask(gateway, topic, params("[]")), "\"code\":460"));
  EXPECT_TRUE(says(world.ask(gateway, topic, params("{}")), "\"code\":460"));
  std::string many = signed_entry("dev1");
  for (int i = 0; i < 30; ++i) many += "," + signed_entry("dev2");
  EXPECT_TRUE(says(world.ask(gateway, topic, params("[" + many + "]")), "\"code\":460"));
  EXPECT_TRUE(world.platform.things().topology().sub_devices_of(world.gate()).empty());
  // A plain device is no gateway.
  Client lamp = world.online("dev3");
  EXPECT_TRUE(says(world.ask(lamp, sys("dev3", "thing/topo/add"), params("[" + signed_entry("dev1") + "]")), "\"code\":460"));
  // Nor does a device of another place stand behind it.
  world.distribute(shanghai, singapore, {"dev4"});
  world.online("dev4", singapore);
  EXPECT_TRUE(says(add(signed_entry("dev4")), "\"code\":6100"));
}

std::string signed_gateway_entry(const std::string& name) {
  const std::string content = "clientId" + name + "deviceName" + name + "productKey" + std::string(gateway_product) + "timestamp123";
  return R"({"productKey":")" + std::string(gateway_product) + R"(","deviceName":")" + name + R"(","clientId":")" + name +
         R"(","timestamp":"123","signmethod":"hmacSha256","sign":")" + hmac_hex("hmacsha256", secret, content) + R"("})";
}

TEST(TopologyService, TakesNoGatewayForASubDevice) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_gateway_entry("gate2") + "]")), "\"code\":460"));
  EXPECT_TRUE(world.platform.things().topology().sub_devices_of(world.gate()).empty());
}

struct GatewayWithOne : ServicesWorld {
  GatewayWithOne() : gateway(gateway_online()) {
    ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_entry("dev1") + "," + signed_entry("dev2") + "]"));
    EXPECT_TRUE(says(ask(gateway, session_topic + "login", params(signed_entry("dev1"))),
                     session_topic + R"(login_reply {"code":200,"data":{"productKey":"a1TestPK001","deviceName":"dev1"},"id":"1")"));
  }
  Client gateway;
};

TEST(SubDevice, SpeaksAndHearsThroughItsGateway) {
  GatewayWithOne world;
  EXPECT_TRUE(says(world.ask(world.gateway, sys("dev1", "thing/event/property/post"), params(R"({"level":4})")),
                   sys("dev1", "thing/event/property/post_reply") + R"( {"code":200,)"));
  EXPECT_EQ(world.property("dev1", "level"), "4");
  EXPECT_TRUE(world.publish_to("dev1", sys("dev1", "thing/service/property/set"), "{}", 0));
  EXPECT_EQ(world.gateway.take_message(), sys("dev1", "thing/service/property/set") + " {}");
  // A custom topic of the sub-device needs the gateway's subscription.
  EXPECT_FALSE(world.publish_to("dev1", "/a1TestPK001/dev1/user/x", "hello", 0));
  world.gateway.send(subscribe(7, {{"/a1TestPK001/dev1/user/+", 1}, {"/a1TestPK001/dev3/user/+", 1}}));
  EXPECT_EQ(hex(world.gateway.take()), hex(bytes("90 04 00 07 01 80")));
  EXPECT_TRUE(world.publish_to("dev1", "/a1TestPK001/dev1/user/x", "hello", 0));
  EXPECT_EQ(world.gateway.take_message(), "/a1TestPK001/dev1/user/x hello");
  EXPECT_EQ(world.ledger.of(PlatformEventKind::device_connected).back().device_name, "dev1");
  EXPECT_TRUE(world.platform.registry().device(world.device("dev1")).activated);
}

TEST(SubDevice, IsAnsweredWith520WhileItIsNotLoggedIn) {
  GatewayWithOne world;
  const std::string post = params(R"({"level":4})");
  EXPECT_TRUE(says(world.ask(world.gateway, sys("dev2", "thing/event/property/post"), post),
                   sys("dev2", "thing/event/property/post_reply") + R"( {"code":520,)"));
  EXPECT_EQ(world.ask(world.gateway, sys("dev3", "thing/event/property/post"), post), "") << "not in its topology: no word";
  EXPECT_EQ(world.property("dev2", "level"), "");
  EXPECT_EQ(world.property("dev3", "level"), "");
}

TEST(SubDevice, AsksNothingThatOnlyAGatewayAsks) {
  ServicesWorld world;
  world.gateway_online("gate2");
  Client gateway = world.gateway_online();
  // As the platform's users can set it up: gateways behind a gateway.
  world.platform.things().topology().add(world.gate(), world.gate("gate2"), 1500);
  world.platform.things().topology().add(world.gate("gate2"), world.device("dev1"), 1500);
  ASSERT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_gateway_entry("gate2"))), "\"code\":200"));
  const std::string second = "/ext/session/a1Gateway01/gate2/combine/";
  EXPECT_TRUE(says(world.ask(gateway, second + "login", params(signed_entry("dev1"))), "\"code\":460"));
  EXPECT_TRUE(says(world.ask(gateway, second + "batch_login", params(R"({"deviceList":[)" + signed_entry("dev1") + "]}")), "\"code\":460"));
  for (const std::string_view tail : {"thing/topo/add", "thing/topo/delete", "thing/sub/register", "thing/list/found"})
    EXPECT_TRUE(says(world.ask(gateway, gate_sys(tail, "gate2"), params("[" + signed_entry("dev1") + "]")), "\"code\":460")) << tail;
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
}

TEST(SubDevice, ThatIsMovedMayStillReplyToItsNotify) {
  GatewayWithOne world;
  world.gateway.take();
  world.distribute(shanghai, singapore, {"dev1"});
  const std::string notify = world.gateway.take_message();
  EXPECT_TRUE(says(notify, sys("dev1", "thing/bootstrap/notify") + " ")) << notify;
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  world.say(world.gateway, sys("dev1", "thing/bootstrap/notify_reply"), R"({"id":"1","code":200,"data":{}})");
  const std::vector<ToldEvent> replied = world.ledger.of(PlatformEventKind::notify_replied);
  ASSERT_EQ(replied.size(), 1U);
  EXPECT_EQ(replied[0].device_name, "dev1");
  EXPECT_NE(world.platform.distribution().stranded(1).at(0).reason.find("replied, but no valid"), std::string::npos)
      << world.platform.distribution().stranded(1).at(0).reason;
  // For nothing else, and not for ever.
  EXPECT_EQ(world.ask(world.gateway, sys("dev1", "thing/event/property/post"), params("{}")), "");
  world.now += std::chrono::seconds{31};
  world.say(world.gateway, sys("dev1", "thing/bootstrap/notify_reply"), R"({"id":"1","code":200,"data":{}})");
  EXPECT_EQ(world.ledger.of(PlatformEventKind::notify_replied).size(), 1U);
}

TEST(SubDevice, LogsInWithItsSignatureAloneAndOnlyBehindItsGateway) {
  GatewayWithOne world;
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev2", "guess"))), "\"code\":6287"));
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev3"))), "\"code\":6401"));
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev9"))), "\"code\":6100"));
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params("{}")), "\"code\":460"));
  world.platform.registry().set_enabled(world.device("dev2"), false);
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev2"))), "\"code\":522"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev2")));
}

TEST(SubDevice, LogsOutAndGoesWithItsGateway) {
  GatewayWithOne world;
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "logout", params(R"({"productKey":"a1TestPK001","deviceName":"dev1"})")),
                   "\"code\":200"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "logout", params(R"({"productKey":"a1TestPK001","deviceName":"dev1"})")),
                   "\"code\":520"));
  const std::string list = R"({"deviceList":[)" + signed_entry("dev1") + "," + signed_entry("dev2") + "]}";
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "batch_login", params(list)), R"("deviceName":"dev2"}])"));
  EXPECT_TRUE(world.platform.devices().is_online(world.device("dev2")));
  world.gateway.drop();
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev2")));
  EXPECT_FALSE(world.publish_to("dev1", sys("dev1", "thing/service/property/set"), "{}", 0));
  EXPECT_EQ(world.ledger.of(PlatformEventKind::device_disconnected).size(), 4U);
}

TEST(SubDevice, IsInOnePlaceAtATime) {
  GatewayWithOne world;
  world.gateway.take();
  // It connects by itself: the gateway hears that it is elsewhere.
  Client direct = world.online("dev1");
  EXPECT_TRUE(says(world.gateway.take_message(), R"(/ext/error/a1Gateway01/gate1 {"id":)"));
  EXPECT_EQ(world.ask(world.gateway, sys("dev1", "rrpc/response/1"), "x"), "");
  // And back: its own connection ends.
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
  EXPECT_TRUE(direct.closed());
  // Another gateway that knows it takes it over.
  Client second = world.gateway_online("gate2");
  EXPECT_TRUE(says(world.ask(second, gate_sys("thing/topo/add", "gate2"), params("[" + signed_entry("dev1") + "]")), "\"code\":200"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  EXPECT_TRUE(says(world.ask(world.gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":6401"));
}

TEST(SubDevice, ThatIsDisabledOrRemovedGoesOffline) {
  GatewayWithOne world;
  world.gateway.take();
  world.platform.registry().set_enabled(world.device("dev1"), false);
  world.platform.devices().disabled(world.device("dev1"), world.turn());
  EXPECT_TRUE(says(world.gateway.take_message(), R"("params":{"status":8,)"));
  EXPECT_TRUE(says(world.gateway.take_message(), R"("code":522)"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  world.platform.registry().set_enabled(world.device("dev1"), true);
  world.platform.devices().enabled(world.device("dev1"), world.turn());
  EXPECT_TRUE(says(world.gateway.take_message(), R"("params":{"status":2,)"));
  world.ask(world.gateway, session_topic + "login", params(signed_entry("dev1")));
  world.platform.remove_device(world.device("dev1"), world.now, world.ledger);
  world.advance(std::chrono::seconds{1});
  EXPECT_TRUE(says(world.gateway.take_message(), R"("code":521)"));
  EXPECT_TRUE(says(world.gateway.take_message(), R"("params":{"status":1,)"));
}

TEST(SubDevice, MovesWithItsLoginBehindAGatewayAtTheTarget) {
  ServicesWorld world;
  DistributeRequest request;
  request.account = AccountId{"198000"};
  request.product = ProductKey{gateway_product};
  request.source = InstanceId{shanghai};
  request.targets = {InstanceId{singapore}};
  request.devices = {DeviceName{"gate1"}};
  ASSERT_TRUE(world.platform.distribute(request, world.now, world.ledger).ok());
  Client gateway = world.gateway_online("gate1", singapore);
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_entry("dev1") + "]")), "\"code\":6100"));
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_entry("dev1") + "]")), "\"code\":200"));
  EXPECT_EQ(world.platform.statistics().commits, 1U);
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
  EXPECT_EQ(world.platform.statistics().commits, 2U);
  EXPECT_EQ(world.platform.registry().device(world.device("dev1")).resides_at(), world.place(singapore));
}

TEST(SubRegister, GivesAGatewayTheSecretOfASubDevice) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  const std::string ask = params(R"([{"productKey":"a1TestPK001","deviceName":"dev1"}])");
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/sub/register"), ask), "\"code\":6288"));
  world.platform.registry().product_data(world.lamps()).dynamic_registration = DynamicRegistration::on;
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/sub/register"), ask), R"("deviceSecret":"secret"}])"));
  world.online("dev1");
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/sub/register"), ask), "\"code\":6289"));
  EXPECT_TRUE(says(world.ask(gateway, gate_sys("thing/list/found"), ask), "\"code\":200"));
}

TEST(SubRegister, GivesNoSecretOfADeviceThatCouldNotJoinTheGateway) {
  ServicesWorld world;
  world.platform.registry().product_data(world.lamps()).dynamic_registration = DynamicRegistration::on;
  world.distribute(shanghai, singapore, {"dev4"});
  Client gateway = world.gateway_online();
  const std::string reply =
      world.ask(gateway, gate_sys("thing/sub/register"), params(R"([{"productKey":"a1TestPK001","deviceName":"dev4"}])"));
  EXPECT_TRUE(says(reply, "\"code\":6100")) << reply;
  EXPECT_FALSE(says(reply, "deviceSecret"));
}

TEST(SubLogins, AreLimitedPerSecond) {
  PlatformConfig config = config_with_gateway();
  config.limits.mode = LimitsMode::documented;
  config.limits.uplink_qos0_per_second_per_device = 1000;
  ServicesWorld world(config);
  Client gateway = world.open(shanghai);
  ConnectFields fields;
  fields.client_id = "gw|securemode=3,signmethod=hmacsha256,_ss=1|";
  fields.username = "gate1&a1Gateway01";
  fields.password = hmac_hex("hmacsha256", secret, "clientIdgwdeviceNamegate1productKeya1Gateway01");
  gateway.send(connect_packet(fields)).take();
  world.ask(gateway, gate_sys("thing/topo/add"), params("[" + signed_entry("dev1") + "]"));
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":429"));
  world.advance(std::chrono::seconds{1});
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
}

TEST(SubLogins, OfABatchBeyondTheLimitLogNobodyIn) {
  PlatformConfig config = config_with_gateway();
  config.limits.mode = LimitsMode::documented;
  config.limits.uplink_qos0_per_second_per_device = 1000;
  ServicesWorld world(config);
  Client gateway = world.gateway_online();
  world.ask(gateway, gate_sys("thing/topo/add"),
            params("[" + signed_entry("dev1") + "," + signed_entry("dev2") + "," + signed_entry("dev3") + "]"));
  for (int i = 0; i < 199; ++i)
    ASSERT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
  const std::string batch = params(R"({"deviceList":[)" + signed_entry("dev2") + "," + signed_entry("dev3") + "]}");
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "batch_login", batch), "\"code\":429"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev2")));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev3")));
  world.advance(std::chrono::seconds{1});
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "batch_login", batch), "\"code\":200"));
  EXPECT_TRUE(world.platform.devices().is_online(world.device("dev3")));
}

TEST(SubDevices, AreAsManyAtOnceAsTheSettingsSay) {
  PlatformConfig config = config_with_gateway();
  config.limits.sub_devices_per_request = 2;
  config.limits.sub_devices_per_login_batch = 1;
  config.limits.online_sub_devices_per_gateway = 1;
  ServicesWorld world(config);
  Client gateway = world.gateway_online();
  const std::string topic = gate_sys("thing/topo/add");
  const std::string two = signed_entry("dev1") + "," + signed_entry("dev2");
  EXPECT_TRUE(says(world.ask(gateway, topic, params("[" + two + "," + signed_entry("dev3") + "]")), "\"code\":460"));
  EXPECT_TRUE(says(world.ask(gateway, topic, params("[" + two + "]")), "\"code\":200"));
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "batch_login", params(R"({"deviceList":[)" + two + "]}")), "\"code\":460"));
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev1"))), "\"code\":200"));
  EXPECT_TRUE(says(world.ask(gateway, session_topic + "login", params(signed_entry("dev2"))), "\"code\":428"));
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
