// Parameters that the vendor's SDKs send and that this mock has no use for: those that would have to hold are refused and named, those
// that make no difference here are taken (core/api/README.md lists them), and a word that is none is told.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_device.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

namespace fleetsim::platform {
namespace {

const std::string bad_parameter = "iot.check.InvalidFormattedParameter";

struct Given {
  std::string action;
  CallParameters usual;  // good without it
  std::string name;
  std::string value;
};

/// One call after the other, each in a second of its own.
Answer after_a_second(ApiWorld& world, const std::string& action, const CallParameters& parameters) {
  world.now += std::chrono::seconds{1};
  return world.call(action, parameters);
}

TEST(ApiParameters, WhatWouldHaveToHoldIsRefusedAndNamed) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  const CallParameters product = {{"ProductKey", key}};
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  const CallParameters fresh = {{"ProductName", "fresh"}, {"NodeType", "0"}};
  const CallParameters message = {{"ProductKey", key}, {"TopicFullName", "/" + key + "/dev1/user/get"}, {"MessageContent", "aGk="}};
  const std::vector<Given> given = {
      {"CreateProduct", fresh, "CategoryKey", "Lighting"},
      {"CreateProduct", fresh, "JoinPermissionId", "8"},
      {"CreateProduct", fresh, "NetType", "LORA"},
      {"CreateProduct", fresh, "ProtocolType", "carrier-pigeon"},
      {"CreateProduct", fresh, "PublishAuto", "false"},
      {"CreateProduct", fresh, "ValidateType", "1"},
      {"CreateProduct", fresh, "ValidateType", "3"},
      {"CreateProduct", fresh, "AliyunCommodityCode", "iothub_junior"},
      {"QueryProductList", {}, "AliyunCommodityCode", "iothub_junior"},
      {"GetThingModelTsl", product, "ModelVersion", "v1.0.0"},
      {"GetThingModelTsl", product, "FunctionBlockId", "Battery"},
      {"GetThingModelTsl", product, "Simple", "yes"},
      {"ImportThingModelTsl", joined(product, {{"TslStr", "{}"}}), "TslUrl", "http://127.0.0.1/tsl.json"},
      {"ImportThingModelTsl", joined(product, {{"TslStr", "{}"}}), "FunctionBlockId", "Battery"},
      {"ImportThingModelTsl", joined(product, {{"TslStr", "{}"}}), "FunctionBlockName", "Battery"},
      {"Pub", message, "ResponseTopic", "/a/b"},
      {"Pub", message, "CorrelationData", "aGk="},
      {"Pub", message, "UserProp.1.Key", "k"},
      {"QueryDevicePropertyStatus", device, "FunctionBlockId", "Battery"},
      {"QueryDeviceDesiredProperty", device, "FunctionBlockId", "Battery"},
      {"RegisterDevice", product, "DevEui", "D896E0FF00000000"},
      {"RegisterDevice", product, "JoinEui", "D896E0FF00000000"},
      {"RegisterDevice", product, "PinCode", "123456"},
      {"RegisterDevice", product, "AppKey", "k"},
      {"RegisterDevice", product, "LoraNodeType", "ALIYUNDEFINED"},
      {"QueryDeviceGroupInfo", {{"GroupId", group}}, "GroupType", "LINK_PLATFORM_DYNAMIC"},
      {"QueryDeviceGroupTagList", {{"GroupId", group}}, "GroupType", "LINK_PLATFORM_DYNAMIC"},
      {"SetDeviceGroupTags", {{"GroupId", group}, {"TagString", "[]"}}, "GroupType", "LINK_PLATFORM_DYNAMIC"},
      {"UpdateDeviceGroup", {{"GroupId", group}, {"GroupDesc", "d"}}, "GroupType", "LINK_PLATFORM_DYNAMIC"},
      {"QueryDeviceGroupList", {}, "GroupTypes.1", "LINK_PLATFORM_DYNAMIC"},
      {"UpdateDeviceShadow", joined(device, {{"ShadowMessage", R"({"method":"update","state":{"desired":{"a":1}},"version":0})"}}),
       "DeltaUpdate", "1"},
  };
  const std::string before = world.everything();
  for (const Given& one : given) {
    const Answer refused = after_a_second(world, one.action, joined(one.usual, {{one.name, one.value}}));
    EXPECT_EQ(refused.code(), bad_parameter) << one.action << " " << one.name << refused.body;
    EXPECT_NE(refused.text("ErrorMessage").find("\"" + one.name + "\""), std::string::npos) << one.action << refused.body;
    EXPECT_EQ(world.everything(), before) << one.action << " " << one.name;
  }
}

TEST(ApiParameters, WhatMakesNoDifferenceIsTaken) {
  ApiWorld world;
  int number = 0;
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"NetType", "CELLULAR"},
                                                                                    {"ProtocolType", "modbus"},
                                                                                    {"AliyunCommodityCode", "iothub_senior"},
                                                                                    {"Id2", "true"},
                                                                                    {"PublishAuto", "true"},
                                                                                    {"ValidateType", "2"},
                                                                                    {"ResourceGroupId", "rg-1"}}) {
    const Answer made =
        after_a_second(world, "CreateProduct", {{"ProductName", "product_" + std::to_string(++number)}, {"NodeType", "0"}, {name, value}});
    EXPECT_TRUE(made.ok()) << name << made.body;
    EXPECT_EQ(made.text("Data.AuthType"), "secret") << "which counts, whatever Id2 says";
  }
  EXPECT_EQ(world.call("QueryProductList", {{"ResourceGroupId", "rg-1"}}).text("Data.Total"), "8");
  EXPECT_EQ(world.call("QueryProductList", {{"AliyunCommodityCode", "iothub_senior"}}).text("Data.Total"), "8");
  EXPECT_EQ(world.call("QueryProductList", {{"AliyunCommodityCode", "iothub"}}).text("Data.Total"), "0") << "every product has features";
}

TEST(ApiModel, SimpleShowsNamesAndTypesAlone) {
  ApiWorld world;
  const std::string key = world.make_product({});
  const CallParameters product = {{"ProductKey", key}};
  const std::string whole =
      R"({"schema":"s","link":"/sys/","profile":{"productKey":"k"},)"
      R"("properties":[{"identifier":"level","name":"Level","accessMode":"r","required":true,"dataType":{"type":"int","specs":{"min":"0"}}}],)"
      R"("events":[{"identifier":"alarm","name":"Alarm","type":"alert","method":"thing.event.alarm.post",)"
      R"("outputData":[{"identifier":"code","name":"Code","dataType":{"type":"text"}}]}],)"
      R"("services":[{"identifier":"get","name":"get","callType":"sync","inputData":["level"],"outputData":[]}]})";
  ASSERT_TRUE(world.call("ImportThingModelTsl", joined(product, {{"TslStr", whole}})).ok());
  EXPECT_EQ(world.call("GetThingModelTsl", joined(product, {{"Simple", "false"}})).text("Data.TslStr"), whole);
  EXPECT_EQ(world.call("GetThingModelTsl", joined(product, {{"Simple", "true"}})).text("Data.TslStr"),
            R"({"schema":"s","profile":{"productKey":"k"},)"
            R"("properties":[{"identifier":"level","dataType":{"type":"int","specs":{"min":"0"}}}],)"
            R"("events":[{"identifier":"alarm","outputData":[{"identifier":"code","dataType":{"type":"text"}}]}],)"
            R"("services":[{"identifier":"get","inputData":["level"],"outputData":[]}]})");
  const std::string empty = world.make_product({});
  EXPECT_EQ(world.call("GetThingModelTsl", {{"ProductKey", empty}, {"Simple", "true"}}).text("Data.TslStr"), "");
}

TEST(ApiShadow, AnUpdateReplacesWhatIsDesiredUnlessItIsADelta) {
  ApiWorld world;
  const CallParameters device = {{"ProductKey", world.make_product({"dev1"})}, {"DeviceName", "dev1"}};
  ApiDevice lamp(world, shanghai, device.at("ProductKey"), "dev1");
  lamp.say("/shadow/update/" + device.at("ProductKey") + "/dev1", R"({"method":"update","state":{"reported":{"power":1}},"version":1})");
  const auto desire = [&](const std::string& state, const std::string& version, const CallParameters& more) {
    const Answer done = world.call(
        "UpdateDeviceShadow",
        joined(joined(device, {{"ShadowMessage", R"({"method":"update","state":{"desired":)" + state + R"(},"version":)" + version + "}"}}),
               more));
    EXPECT_TRUE(done.ok()) << done.body;
    const std::string text = world.call("GetDeviceShadow", device).text("ShadowMessage");
    const std::size_t at = text.find("\"state\":");
    return text.substr(at, text.find(",\"metadata\"") - at);
  };
  EXPECT_EQ(desire(R"({"color":"red"})", "2", {}), R"("state":{"reported":{"power":1},"desired":{"color":"red"}})");
  EXPECT_EQ(desire(R"({"mode":"eco"})", "3", {{"DeltaUpdate", "true"}}),
            R"("state":{"reported":{"power":1},"desired":{"color":"red","mode":"eco"}})");
  EXPECT_EQ(desire(R"({"mode":"off"})", "4", {{"DeltaUpdate", "false"}}), R"("state":{"reported":{"power":1},"desired":{"mode":"off"}})")
      << "what the device has reported stays";
}

TEST(ApiDevices, StatisticsOfAGroupCountThoseInIt) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2", "dev3"});
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  world.call("BatchAddDeviceGroupRelations", {{"GroupId", group},
                                              {"Device.1.ProductKey", key},
                                              {"Device.1.DeviceName", "dev1"},
                                              {"Device.2.ProductKey", key},
                                              {"Device.2.DeviceName", "dev2"}});
  const ApiDevice in_it(world, shanghai, key, "dev1");
  const ApiDevice in_none(world, shanghai, key, "dev3");
  const auto counts = [&](const CallParameters& of) {
    const Answer told = world.call("QueryDeviceStatistics", of);
    return told.ok() ? told.text("Data.deviceCount") + told.text("Data.activeCount") + told.text("Data.onlineCount") : told.code();
  };
  EXPECT_EQ(counts({{"ProductKey", key}}), "322");
  EXPECT_EQ(counts({{"ProductKey", key}, {"GroupId", group}}), "211");
  EXPECT_EQ(counts({{"GroupId", group}}), "211");
  EXPECT_EQ(counts({{"GroupId", "none"}}), "iot.group.NotExistedGroup");
}

TEST(ApiDevices, ByStatusAreToldWithAllTheirMembers) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  world.call(
      "BatchUpdateDeviceNickname",
      {{"DeviceNicknameInfo.1.ProductKey", key}, {"DeviceNicknameInfo.1.DeviceName", "dev1"}, {"DeviceNicknameInfo.1.Nickname", "lamp"}});
  const Answer known = world.call("QueryDeviceDetail", {{"ProductKey", key}, {"DeviceName", "dev1"}});
  ASSERT_EQ(known.text("Data.Nickname"), "lamp");
  const std::string members = R"({"ProductKey":")" + key + R"(","DeviceName":"dev1","DeviceSecret":")" + known.text("Data.DeviceSecret") +
                              R"(","IotId":")" + known.text("Data.IotId") + R"(","Nickname":"lamp","Status":"UNACTIVE",)" +
                              R"("GmtCreate":"Sun, 22-Nov-2026 22:55:00 GMT","GmtModified":"Sun, 22-Nov-2026 22:55:00 GMT",)" +
                              R"("UtcCreate":"2026-11-22T22:55:00.000Z","UtcModified":"2026-11-22T22:55:00.000Z"})";
  EXPECT_EQ(world.call("QueryDeviceByStatus", {{"ProductKey", key}, {"Status", "0"}}).text("Data.SimpleDeviceInfo"), "[" + members + "]");
  for (const std::string other : {"1", "3", "8"})
    EXPECT_EQ(world.call("QueryDeviceByStatus", {{"ProductKey", key}, {"Status", other}}).text("Total"), "0") << other;
}

}  // namespace
}  // namespace fleetsim::platform
