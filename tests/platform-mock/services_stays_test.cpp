// "Distribute devices", device distribution items: runtime data stays where it was made and is found again on return; tags, topology and
// groups are cleared; a device is inactive until it connects at its new place. Shown on what real messages left behind.
#include <gtest/gtest.h>

#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using std::chrono::seconds;

/// dev1 posts a property, an event, its version, a shadow and a tag where it is.
void live_a_little(ServicesWorld& world, Client& lamp, std::string_view level) {
  const std::string value(level);
  world.say(lamp, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":{"level":)" + value + "}}");
  world.say(lamp, sys("dev1", "thing/event/alarm/post"), R"({"id":"2","params":{"value":{"level":)" + value + "}}}");
  world.say(lamp, sys("dev1", "thing/log/post"), R"({"id":"3","params":["level )" + value + R"("]})");
  world.say(lamp, "/ota/device/inform/a1TestPK001/dev1", R"({"id":4,"params":{"version":"1.0.)" + value + R"("}})");
  world.say(lamp, "/shadow/update/a1TestPK001/dev1", R"({"method":"update","state":{"reported":{"level":)" + value + R"(}},"version":1})");
  world.say(lamp, sys("dev1", "thing/deviceinfo/update"), R"({"id":"5","params":[{"attrKey":"room","attrValue":"kitchen"}]})");
  lamp.take();
}

TEST(RuntimeData, StaysWhereItWasMadeAndIsFoundAgainOnReturn) {
  ServicesWorld world;
  const DeviceIndex device = world.device("dev1");
  Client at_home = world.online("dev1");
  live_a_little(world, at_home, "1");
  const things::StatusTimes first_times = world.platform.things().times(device, world.place());
  EXPECT_EQ(first_times.active_ms, 1700000000000);

  // Away: nothing is there.
  world.distribute(shanghai, singapore, {"dev1"});
  at_home.drop();
  EXPECT_FALSE(world.platform.registry().device(device).activated) << "inactive until it has connected again";
  world.advance(seconds{10});
  Client away = world.online("dev1", singapore);
  EXPECT_TRUE(world.platform.registry().device(device).activated);
  EXPECT_EQ(world.thing("dev1", singapore), nullptr);
  EXPECT_EQ(world.property("dev1", "level", singapore), "");
  EXPECT_TRUE(says(world.ask(away, "/shadow/update/a1TestPK001/dev1", R"({"method":"get"})"), R"("state":{},"metadata":{})"));
  EXPECT_EQ(world.platform.things().times(device, world.place(singapore)).active_ms, 1700000010000);
  live_a_little(world, away, "2");
  EXPECT_EQ(world.property("dev1", "level", singapore), "2");
  EXPECT_EQ(world.property("dev1", "level"), "1") << "what was made at home stays as it was";

  // Back again: everything is as it was left.
  world.distribute(singapore, shanghai, {"dev1"});
  away.drop();
  Client back = world.online("dev1");
  EXPECT_EQ(world.property("dev1", "level"), "1");
  const things::ThingDetails& found = *world.thing("dev1")->known_details();
  EXPECT_EQ(found.events[0].text, R"({"level":1})");
  EXPECT_EQ(found.logs[0].text, "level 1");
  EXPECT_EQ(found.version_of("default"), "1.0.1");
  EXPECT_TRUE(says(world.ask(back, "/shadow/update/a1TestPK001/dev1", R"({"method":"get"})"), R"("reported":{"level":1})"));
  EXPECT_EQ(world.platform.things().times(device, world.place()).active_ms, first_times.active_ms);
  EXPECT_EQ(world.property("dev1", "level", singapore), "2");
}

TEST(RuntimeData, OfASessionLeftAtTheSourceStaysThere) {
  ServicesWorld world;
  Client at_home = world.online("dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  world.online("dev1", singapore);
  EXPECT_FALSE(at_home.closed());
  world.say(at_home, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":{"level":7}})");
  EXPECT_EQ(world.property("dev1", "level"), "7");
  EXPECT_EQ(world.property("dev1", "level", singapore), "");
}

TEST(ASessionLeftAtTheSource, HearsWhatItsInstanceAnswersAndTheNewOneDoesNot) {
  ServicesWorld world;
  Client at_home = world.online("dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  at_home.take();
  Client away = world.online("dev1", singapore);
  ASSERT_FALSE(at_home.closed());
  EXPECT_TRUE(says(world.ask(at_home, sys("dev1", "thing/event/property/post"), R"({"id":"1","params":{"level":7}})"), R"("code":200)"));
  EXPECT_TRUE(says(world.ask(at_home, "/shadow/update/a1TestPK001/dev1", R"({"method":"get"})"), R"("method":"reply")"));
  EXPECT_TRUE(says(world.ask(at_home, "/ext/ntp/a1TestPK001/dev1/request", R"({"deviceSendTime":"1"})"), R"("serverRecvTime")"));
  EXPECT_EQ(away.take_message(), "") << "it asked nothing";
}

TEST(Labels, AreClearedWhenTheDeviceIsDistributed) {
  ServicesWorld world;
  const DeviceIndex device = world.device("dev1");
  Client lamp = world.online("dev1");
  live_a_little(world, lamp, "1");
  world.platform.things().labels(device).join_group("g1", world.platform.things().limits());
  ASSERT_NE(world.platform.things().find_labels(device), nullptr);
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.platform.things().find_labels(device), nullptr);
  lamp.drop();
  Client away = world.online("dev1", singapore);
  EXPECT_TRUE(says(world.ask(away, sys("dev1", "thing/deviceinfo/get"), R"({"id":"1","params":[]})"), R"("data":[])"));
  world.distribute(singapore, shanghai, {"dev1"});
  Client back = world.online("dev1");
  EXPECT_TRUE(says(world.ask(back, sys("dev1", "thing/deviceinfo/get"), R"({"id":"1","params":[]})"), R"("data":[])"))
      << "cleared for good";
}

TEST(TopologyOfAMovedDevice, IsClearedAndItsGatewayHearsOfIt) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  world.say(gateway, gate_sys("thing/topo/add"), R"({"id":"1","params":[)" + signed_entry("dev1") + "," + signed_entry("dev2") + "]}");
  world.say(gateway, "/ext/session/a1Gateway01/gate1/combine/login", R"({"id":"2","params":)" + signed_entry("dev1") + "}");
  ASSERT_TRUE(world.platform.devices().is_online(world.device("dev1")));
  gateway.take();
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_TRUE(says(gateway.take_message(), sys("dev1", "thing/bootstrap/notify") + " ")) << "the sub-device hears through its gateway";
  const std::string change = gateway.take_message();
  EXPECT_TRUE(says(change, gate_sys("thing/topo/change") + " ")) << change;
  EXPECT_TRUE(says(change, R"("params":{"status":1,"subList":[{"productKey":"a1TestPK001","deviceName":"dev1"}]})"));
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  EXPECT_FALSE(world.platform.things().topology().gateway_of(world.device("dev1")).has_value());
  EXPECT_TRUE(world.platform.things().topology().has(world.gate(), world.device("dev2"))) << "the other one stays";
}

TEST(TopologyOfAMovedGateway, IsClearedAndItsSubDevicesAreOffline) {
  ServicesWorld world;
  Client gateway = world.gateway_online();
  world.say(gateway, gate_sys("thing/topo/add"), R"({"id":"1","params":[)" + signed_entry("dev1") + "]}");
  world.say(gateway, "/ext/session/a1Gateway01/gate1/combine/login", R"({"id":"2","params":)" + signed_entry("dev1") + "}");
  DistributeRequest request;
  request.account = AccountId{"198000"};
  request.product = ProductKey{gateway_product};
  request.source = InstanceId{shanghai};
  request.targets = {InstanceId{singapore}};
  request.devices = {DeviceName{"gate1"}};
  ASSERT_TRUE(world.platform.distribute(request, world.now, world.ledger).ok());
  EXPECT_FALSE(world.platform.devices().is_online(world.device("dev1")));
  EXPECT_TRUE(world.platform.things().topology().sub_devices_of(world.gate()).empty());
}

TEST(RemovedDevice, LeavesNothingBehind) {
  ServicesWorld world;
  const DeviceIndex device = world.device("dev1");
  Client lamp = world.online("dev1");
  live_a_little(world, lamp, "1");
  world.platform.remove_device(device, world.now, world.ledger);
  EXPECT_TRUE(lamp.closed());
  EXPECT_EQ(world.platform.things().find(device, world.place()), nullptr);
  EXPECT_EQ(world.platform.things().find_labels(device), nullptr);
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
