// Tags, groups and topology by the management API.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_device.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

void move_to_singapore(ApiWorld& world, const std::string& key, const std::string& name) {
  ASSERT_TRUE(world
                  .call("CreateDeviceDistributeJob", {{"ProductKey", key},
                                                      {"DeviceName.1", name},
                                                      {"SourceInstanceId", std::string{shanghai}},
                                                      {"TargetInstanceConfig.1.TargetInstanceId", std::string{singapore}},
                                                      {"Strategy", "0"},
                                                      {"TargetUid", "198000"}})
                  .ok());
}

TEST(ApiTags, AreSavedChangedFoundAndDeleted) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2"});
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  ASSERT_TRUE(world.call("SaveDeviceProp", joined(device, {{"Props", R"({"room":"kitchen","floor":1})"}})).ok());
  EXPECT_EQ(world.call("QueryDeviceProp", device).text("Props"), R"({"room":"kitchen","floor":"1"})");
  ASSERT_TRUE(world.call("SaveDeviceProp", joined(device, {{"Props", R"({"room":"hall"})"}})).ok());
  EXPECT_EQ(world.call("QueryDeviceProp", device).text("Props"), R"({"room":"hall","floor":"1"})") << "the others stay";
  const Answer found = world.call("QueryDeviceByTags", {{"Tag.1.TagKey", "room"}, {"Tag.1.TagValue", "hall"}, {"Tag.2.TagKey", "floor"}});
  EXPECT_EQ(found.text("Total"), "1") << found.body;
  EXPECT_EQ(found.text("Data.SimpleDeviceInfo.0.DeviceName"), "dev1");
  EXPECT_EQ(world.call("QueryDeviceByTags", {{"Tag.1.TagKey", "room"}, {"Tag.1.TagValue", "kitchen"}}).text("Total"), "0");
  EXPECT_EQ(world.call_as_other("QueryDeviceByTags", {{"Tag.1.TagKey", "room"}}).text("Total"), "0");
  ASSERT_TRUE(world.call("DeleteDeviceProp", joined(device, {{"PropKey", "room"}})).ok());
  EXPECT_EQ(world.call("QueryDeviceProp", device).text("Props"), R"({"floor":"1"})");
}

TEST(ApiTags, BadOnesChangeNothing) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  world.call("SaveDeviceProp", joined(device, {{"Props", R"({"room":"kitchen"})"}}));
  const auto code = [&](const std::string& props) { return world.call("SaveDeviceProp", joined(device, {{"Props", props}})).code(); };
  EXPECT_EQ(code("room"), "iot.device.InvalidFormattedDevicePropertiesString");
  EXPECT_EQ(code("[]"), "iot.device.InvalidFormattedDevicePropertiesString");
  EXPECT_EQ(code("{}"), "iot.device.NullDevicePropertiesString");
  EXPECT_EQ(code(R"({"room":"hall",")" + std::string(31, 'k') + R"(":"x"})"), "iot.device.InvalidFormattedDevicePropertyKey");
  EXPECT_EQ(code(R"({"room":"hall","long":")" + std::string(129, 'v') + R"("})"), "iot.device.InvalidFormattedDevicePropertyKey");
  EXPECT_EQ(world.call("DeleteDeviceProp", joined(device, {{"PropKey", "none"}})).code(), "iot.device.NoneDeviceProperties");
  EXPECT_EQ(world.call_as_other("SaveDeviceProp", joined(device, {{"Props", R"({"a":"b"})"}})).code(), "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.call("QueryDeviceByTags", {}).code(), "MissingParameter");
  EXPECT_EQ(world.call("QueryDeviceProp", device).text("Props"), R"({"room":"kitchen"})");
}

TEST(ApiLabels, AreClearedWhenTheDeviceIsDistributed) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  world.call("SaveDeviceProp", joined(device, {{"Props", R"({"room":"kitchen"})"}}));
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall_1"}}).text("Data.GroupId");
  world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", "dev1"}});
  move_to_singapore(world, key, "dev1");
  EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", {{"GroupId", group}}).text("Total"), "0");
  EXPECT_EQ(world.call("QueryDeviceByTags", {{"Tag.1.TagKey", "room"}}).text("Total"), "0");
  const ApiDevice there(world, singapore, key, "dev1");
  EXPECT_EQ(world.call("QueryDeviceProp", joined(device, {{"IotInstanceId", std::string{singapore}}})).text("Props"), "{}");
  EXPECT_EQ(world.call("QueryDeviceProp", device).code(), "iot.device.NotExistedDevice") << "it resides elsewhere now";
}

TEST(ApiGroups, StandInGroupsAndAreListed) {
  ApiWorld world;
  const Answer made = world.call("CreateDeviceGroup", {{"GroupName", "building"}, {"GroupDesc", "the old one"}});
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string top = made.text("Data.GroupId");
  EXPECT_EQ(made.text("Data.GroupDesc"), "the old one");
  EXPECT_EQ(made.text("Data.UtcCreate"), "2026-11-22T22:55:00.000Z");
  const auto below = [&](const std::string& name, const std::string& above) {
    return world.call("CreateDeviceGroup", {{"GroupName", name}, {"SuperGroupId", above}});
  };
  const std::string floor = below("floor_1", top).text("Data.GroupId");
  const std::string room = below("room_1", floor).text("Data.GroupId");
  EXPECT_EQ(below("shelf", room).code(), "iot.group.GroupLevelExceeded") << "three levels";
  EXPECT_EQ(below("floor_1", top).code(), "iot.group.AlreadyExistedGroupName");
  EXPECT_EQ(below("floor_2", "none").code(), "iot.group.NotExistedGroup");
  EXPECT_EQ(below("no-no", top).code(), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(below("abc", top).code(), "iot.check.InvalidFormattedParameter");
  ASSERT_TRUE(below("floor_2", top).ok());
  const Answer list = world.call("QueryDeviceGroupList", {{"SuperGroupId", top}, {"PageSize", "1"}});
  EXPECT_EQ(list.text("Total"), "2");
  EXPECT_EQ(list.text("PageCount"), "2");
  EXPECT_EQ(list.text("Data.GroupInfo.0.GroupName"), "floor_2") << "the newest first";
  EXPECT_EQ(world.call("QueryDeviceGroupList", {}).text("Total"), "1") << "those that stand in none";
  EXPECT_EQ(world.call("QueryDeviceGroupList", {{"SuperGroupId", top}, {"GroupName", "_1"}}).text("Total"), "1");
  EXPECT_EQ(world.call("QuerySuperDeviceGroup", {{"GroupId", room}}).text("Data.GroupInfo.0.GroupId"), floor);
  EXPECT_EQ(world.call("QuerySuperDeviceGroup", {{"GroupId", top}}).count("Data.GroupInfo"), 0);
  ASSERT_TRUE(world.call("UpdateDeviceGroup", {{"GroupId", room}, {"GroupDesc", "cold"}}).ok());
  EXPECT_EQ(world.call("QueryDeviceGroupInfo", {{"GroupId", room}}).text("Data.GroupDesc"), "cold");
  EXPECT_EQ(world.call("DeleteDeviceGroup", {{"GroupId", floor}}).code(), "iot.group.HasSubGroups");
  EXPECT_TRUE(world.call("DeleteDeviceGroup", {{"GroupId", room}}).ok());
  EXPECT_EQ(world.call("QueryDeviceGroupInfo", {{"GroupId", room}}).code(), "iot.group.NotExistedGroup");
}

TEST(ApiGroups, BelongToTheirPlace) {
  ApiWorld world;
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "building"}}).text("Data.GroupId");
  EXPECT_EQ(world.call_as_other("QueryDeviceGroupInfo", {{"GroupId", group}}).code(), "iot.group.NotExistedGroup");
  EXPECT_EQ(world.call("QueryDeviceGroupInfo", {{"GroupId", group}, {"IotInstanceId", std::string{singapore}}}).code(),
            "iot.group.NotExistedGroup");
  EXPECT_EQ(world.call_as_other("DeleteDeviceGroup", {{"GroupId", group}}).code(), "iot.group.NotExistedGroup");
  EXPECT_EQ(world.call_as_other("QueryDeviceGroupList", {}).text("Total"), "0");
  EXPECT_TRUE(world.call_as_other("CreateDeviceGroup", {{"GroupName", "building"}}).ok()) << "the name is free there";
  EXPECT_TRUE(world.call("QueryDeviceGroupInfo", {{"GroupId", group}}).ok());
}

TEST(ApiGroups, TakeDevicesAndLetThemGo) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2", "dev3"});
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  const CallParameters two = {{"GroupId", group},
                              {"Device.1.ProductKey", key},
                              {"Device.1.DeviceName", "dev1"},
                              {"Device.2.ProductKey", key},
                              {"Device.2.DeviceName", "dev2"},
                              {"Device.3.ProductKey", key},
                              {"Device.3.DeviceName", "ghost"}};
  const Answer added = world.call("BatchAddDeviceGroupRelations", two);
  EXPECT_EQ(added.text("ValidDeviceCount") + added.text("SuccessAddedDeviceCount") + added.text("AlreadyRelatedGroupDeviceCount"), "220");
  EXPECT_EQ(world.call("BatchAddDeviceGroupRelations", two).text("AlreadyRelatedGroupDeviceCount"), "2");
  const ApiDevice online(world, shanghai, key, "dev2");
  const Answer info = world.call("QueryDeviceGroupInfo", {{"GroupId", group}});
  EXPECT_EQ(info.text("Data.DeviceCount") + info.text("Data.DeviceActive") + info.text("Data.DeviceOnline"), "211");
  EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", {{"GroupId", group}}).text("Data.SimpleDeviceInfo.1.DeviceName"), "dev2");
  const CallParameters first = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  EXPECT_EQ(world.call("QueryDeviceGroupByDevice", first).text("GroupInfos.GroupInfo.0.GroupName"), "hall");
  EXPECT_EQ(
      world.call("BatchDeleteDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", "dev2"}})
          .text("SuccessDeviceCount"),
      "1");
  EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", {{"GroupId", group}}).text("Total"), "1");
  ASSERT_TRUE(world.call("DeleteDeviceGroup", {{"GroupId", group}}).ok());
  EXPECT_EQ(world.call("QueryDeviceGroupByDevice", first).count("GroupInfos.GroupInfo"), 0);
  EXPECT_EQ(world.platform.things().find_labels(*world.platform.registry().find_device(key, "dev1")), nullptr) << "nothing is left behind";
}

TEST(ApiGroups, ADeviceIsInTenAtMost) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  Answer last;
  for (int i = 0; i < 11; ++i) {
    const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "group_" + std::to_string(i)}}).text("Data.GroupId");
    last = world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", key}, {"Device.1.DeviceName", "dev1"}});
    EXPECT_EQ(last.text("SuccessAddedDeviceCount"), i < 10 ? "1" : "0");
  }
  EXPECT_EQ(last.text("ExceedTenGroupDeviceCount"), "1");
}

TEST(ApiGroups, CarryTagsAndAreFoundByThem) {
  ApiWorld world;
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  ASSERT_TRUE(world
                  .call("SetDeviceGroupTags",
                        {{"GroupId", group}, {"TagString", R"([{"tagKey":"h1","tagValue":"rr"},{"tagKey":"h2","tagValue":"x"}])"}})
                  .ok());
  ASSERT_TRUE(world.call("SetDeviceGroupTags", {{"GroupId", group}, {"TagString", R"([{"tagKey":"h1","tagValue":"new"}])"}}).ok());
  EXPECT_EQ(world.call("SetDeviceGroupTags", {{"GroupId", group}, {"TagString", "h1"}}).code(), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call("SetDeviceGroupTags", {{"GroupId", group}, {"TagString", R"([{"tagKey":"h1"}])"}}).code(),
            "iot.check.InvalidFormattedParameter");
  const Answer tags = world.call("QueryDeviceGroupTagList", {{"GroupId", group}});
  EXPECT_EQ(tags.text("Data.GroupTagInfo"), R"([{"TagKey":"h1","TagValue":"new"}])") << "they take the place of the old ones";
  EXPECT_EQ(world.call("QueryDeviceGroupByTags", {{"Tag.1.TagKey", "h1"}, {"Tag.1.TagValue", "new"}}).text("Data.DeviceGroup.0.GroupId"),
            group);
  EXPECT_EQ(world.call("QueryDeviceGroupByTags", {{"Tag.1.TagKey", "h1"}, {"Tag.2.TagKey", "h2"}}).text("Total"), "0");
}

struct TopologyWorld : ApiWorld {
  TopologyWorld() : gate_key(call("CreateProduct", {{"ProductName", "gateways"}, {"NodeType", "1"}}).text("ProductKey")) {
    call("RegisterDevice", {{"ProductKey", gate_key}, {"DeviceName", "gate1"}});
    key = make_product({"sub1", "sub2"});
  }
  CallParameters gateway() { return {{"GwProductKey", gate_key}, {"GwDeviceName", "gate1"}}; }
  CallParameters item(const std::string& number, const std::string& name, const std::string& signed_by) {
    Registry& registry = platform.registry();
    const std::string secret = registry.device(*registry.find_device(key, signed_by)).secret;
    const std::string at = "TopoAddItem." + number + ".";
    return {{at + "ProductKey", key},
            {at + "DeviceName", name},
            {at + "ClientId", "c1"},
            {at + "Timestamp", "1579335899000"},
            {at + "SignMethod", "hmacSha1"},
            {at + "Sign",
             broker_test::hmac_hex("hmacsha1", secret, "clientIdc1deviceName" + name + "productKey" + key + "timestamp1579335899000")}};
  }
  Answer topology() {
    return call("GetThingTopo", {{"ProductKey", gate_key}, {"DeviceName", "gate1"}, {"PageNo", "1"}, {"PageSize", "1"}});
  }

  std::string gate_key;
  std::string key;
};

TEST(ApiTopology, IsAddedWithSignaturesShownAndRemoved) {
  TopologyWorld world;
  ApiDevice gate(world, shanghai, world.gate_key, "gate1");
  const Answer added =
      world.call("BatchAddThingTopo", joined(world.gateway(), joined(world.item("1", "sub1", "sub1"), world.item("2", "sub2", "sub2"))));
  ASSERT_TRUE(added.ok()) << added.body;
  const std::string told = gate.hear();
  EXPECT_TRUE(told.starts_with(gate.sys("thing/topo/change "))) << told;
  EXPECT_NE(told.find("sub1"), std::string::npos) << told;
  const Answer topology = world.topology();
  EXPECT_EQ(topology.text("Data.Total") + topology.text("Data.PageCount"), "22");
  EXPECT_EQ(topology.count("Data.List.deviceInfo"), 1) << "a page of one";
  EXPECT_EQ(topology.text("Data.List.deviceInfo.0.DeviceName"), "sub1");
  const CallParameters sub = {{"ProductKey", world.key}, {"DeviceName", "sub1"}};
  const Answer gateway = world.call("GetGatewayBySubDevice", sub);
  EXPECT_EQ(gateway.text("Data.DeviceName"), "gate1");
  EXPECT_EQ(gateway.text("Data.region"), "cn-shanghai");
  EXPECT_EQ(world.call("RemoveThingTopo", sub).text("Data"), "true");
  EXPECT_EQ(world.call("RemoveThingTopo", sub).code(), "iot.device.RemoveTopoRelationFailed");
  EXPECT_EQ(world.call("GetGatewayBySubDevice", sub).code(), "iot.device.QueryTopoRelationFailed");
  EXPECT_EQ(world.topology().text("Data.Total"), "1");
  EXPECT_TRUE(world.call("RemoveThingTopo", {{"ProductKey", world.gate_key}, {"DeviceName", "gate1"}}).ok()) << "all of a gateway's";
  EXPECT_EQ(world.topology().text("Data.Total"), "0");
}

TEST(ApiTopology, WhatIsWrongAddsNothing) {
  TopologyWorld world;
  const auto code = [&](const CallParameters& items) { return world.call("BatchAddThingTopo", joined(world.gateway(), items)).code(); };
  EXPECT_EQ(code(joined(world.item("1", "sub1", "sub1"), world.item("2", "sub2", "sub1"))), "iot.device.VerifyDeviceFailed");
  CallParameters ghost = world.item("2", "sub2", "sub2");
  ghost["TopoAddItem.2.DeviceName"] = "ghost";
  EXPECT_EQ(code(joined(world.item("1", "sub1", "sub1"), ghost)), "iot.device.NotExistedDevice");
  EXPECT_EQ(code({}), "MissingParameter");
  EXPECT_EQ(
      world.call("BatchAddThingTopo", joined({{"GwProductKey", world.key}, {"GwDeviceName", "sub1"}}, world.item("1", "sub2", "sub2")))
          .code(),
      "iot.prod.InvalidNodeType");
  EXPECT_EQ(world.call_as_other("BatchAddThingTopo", joined(world.gateway(), world.item("1", "sub1", "sub1"))).code(),
            "iot.device.NotExistedDevice");
  EXPECT_EQ(world.topology().text("Data.Total"), "0");
}

TEST(ApiTopology, AGatewayIsAskedToAddSubDevices) {
  TopologyWorld world;
  const std::string list = R"([{"productKey":")" + world.key + R"(","deviceName":"sub1"}])";
  CallParameters ask = joined(world.gateway(), {{"DeviceListStr", list}});
  EXPECT_EQ(world.call("NotifyAddThingTopo", ask).code(), "iot.messagebroker.OFFLINE");
  ApiDevice gate(world, shanghai, world.gate_key, "gate1");
  const Answer asked = world.call("NotifyAddThingTopo", ask);
  ASSERT_TRUE(asked.ok()) << asked.body;
  EXPECT_EQ(gate.hear(), gate.sys("thing/topo/add/notify ") + R"({"id":")" + asked.text("Data.MessageId") +
                             R"(","version":"1.0","params":)" + list + R"(,"method":"thing.topo.add.notify"})");
  ask["DeviceListStr"] = "sub1";
  EXPECT_EQ(world.call("NotifyAddThingTopo", ask).code(), "iot.system.JsonParseError");
  ask["DeviceListStr"] = R"([{"productKey":")" + world.key + R"(","deviceName":"ghost"}])";
  EXPECT_EQ(world.call("NotifyAddThingTopo", ask).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(gate.hear(), "");
}

}  // namespace
}  // namespace fleetsim::platform
