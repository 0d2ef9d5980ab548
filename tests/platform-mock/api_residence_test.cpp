// Where people find a device that is being distributed (RULES.md, 22, 24 and 68): with policy region at its target from the moment of its
// handover on, though it has not connected there, and nowhere else; with nearest access at its source until it has connected.
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "api_device.hpp"
#include "api_moves.hpp"
#include "api_world.hpp"

#include "platform-mock/core/invariants.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

CallParameters there(CallParameters parameters, std::string_view instance) {
  return joined(std::move(parameters), {{"IotInstanceId", std::string{instance}}});
}

/// A product, and dev1 and dev2 of it at Shanghai.
struct ResidenceWorld : ApiWorld {
  explicit ResidenceWorld(PlatformConfig config = api_config()) : ApiWorld(std::move(config)), key(make_product({"dev1", "dev2"})) {}

  CallParameters device(std::string_view instance, const std::string& name = "dev1") const {
    return there({{"ProductKey", key}, {"DeviceName", name}}, instance);
  }
  std::string status(std::string_view instance) {
    const Answer told = call("GetDeviceStatus", device(instance));
    return told.ok() ? told.text("Data.Status") : told.code();
  }
  std::string violations() {
    const auto found = violations_of(platform.registry(), std::as_const(platform).distribution(), platform.things());
    return found.empty() ? "" : found.front();
  }

  std::string key;
};

/// How many devices each list and each count of the API shows at an instance.
void expect_listed(ResidenceWorld& world, std::string_view instance, int inactive, int all) {
  const CallParameters product = there({{"ProductKey", world.key}}, instance);
  const auto number = [&](const std::string& action, const std::string& member, const CallParameters& more) {
    return world.call(action, joined(product, more)).text(member);
  };
  EXPECT_EQ(number("QueryDevice", "Total", {}), std::to_string(all)) << instance;
  EXPECT_EQ(world.call("QueryDevice", product).count("Data.DeviceInfo"), all) << instance;
  EXPECT_EQ(number("QueryDeviceByStatus", "Total", {{"Status", "0"}}), std::to_string(inactive)) << instance;
  EXPECT_EQ(number("QueryDeviceStatistics", "Data.deviceCount", {}), std::to_string(all)) << instance;
  EXPECT_EQ(number("QueryDeviceStatistics", "Data.activeCount", {}), std::to_string(all - inactive)) << instance;
  EXPECT_EQ(number("QueryProduct", "Data.DeviceCount", {}), std::to_string(all)) << instance;
  EXPECT_EQ(console_get(world, "198000", "/products/" + world.key + "/devices?instance=" + std::string{instance}).text("total"),
            std::to_string(all))
      << instance;
}

TEST(ApiResidence, AHandedOverDeviceIsListedAtItsTargetAtOnceAndNoLongerAtItsSource) {
  ResidenceWorld world;
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  expect_listed(world, singapore, 1, 1);
  expect_listed(world, shanghai, 1, 1);
  EXPECT_EQ(world.call("QueryDevice", there({{"ProductKey", world.key}}, singapore)).text("Data.DeviceInfo.0.DeviceStatus"), "UNACTIVE");
  EXPECT_EQ(world.call("QueryDevice", there({{"ProductKey", world.key}}, shanghai)).text("Data.DeviceInfo.0.DeviceName"), "dev2");
  EXPECT_EQ(
      world.call("BatchGetDeviceState", there({{"ProductKey", world.key}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev2"}}, shanghai))
          .text("DeviceStatusList.DeviceStatus.0.DeviceName"),
      "dev2");
  EXPECT_EQ(
      world.call("BatchGetDeviceState", there({{"ProductKey", world.key}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev2"}}, singapore))
          .text("DeviceStatusList.DeviceStatus.0.Status"),
      "UNACTIVE");
  const Answer detail = world.call("QueryDeviceDetail", world.device(singapore));
  EXPECT_EQ(detail.text("Data.Status"), "UNACTIVE");
  EXPECT_EQ(detail.text("Data.Region"), "ap-southeast-1");
  EXPECT_TRUE(world.call("QueryDeviceInfo", world.device(singapore)).ok());
  const std::string id = detail.text("Data.IotId");
  EXPECT_TRUE(world.call("QueryDeviceDetail", there({{"IotId", id}}, singapore)).ok()) << "by its id as well";
  for (const std::string action :
       {"QueryDeviceDetail", "QueryDeviceInfo", "GetDeviceStatus", "QueryDevicePropertyStatus", "GetDeviceShadow"}) {
    EXPECT_EQ(world.call(action, world.device(shanghai)).code(), "iot.device.NotExistedDevice") << action;
    if (action == "GetDeviceShadow") continue;  // it goes by names alone
    EXPECT_EQ(world.call(action, there({{"IotId", id}}, shanghai)).code(), "iot.device.NotExistedDevice") << action;
  }
  EXPECT_EQ(world.violations(), "");
}

TEST(ApiResidence, ItIsInactiveThereThenOnlineThenOffline) {  // rule 22
  ResidenceWorld world;
  ApiDevice at_home(world, shanghai, world.key, "dev1");
  EXPECT_EQ(world.status(shanghai), "ONLINE");
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  EXPECT_EQ(world.status(singapore), "UNACTIVE") << "whatever its old session does";
  EXPECT_EQ(world.call("QueryDeviceStatistics", there({{"ProductKey", world.key}}, singapore)).text("Data.onlineCount"), "0");
  EXPECT_EQ(world.call("QueryDeviceDetail", world.device(singapore)).text("Data.UtcActive"), "");
  at_home.leave();
  EXPECT_EQ(world.status(singapore), "UNACTIVE");
  ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_EQ(world.status(singapore), "ONLINE");
  EXPECT_EQ(world.call("QueryDeviceStatistics", there({{"ProductKey", world.key}}, singapore)).text("Data.onlineCount"), "1");
  EXPECT_NE(world.call("QueryDeviceDetail", world.device(singapore)).text("Data.UtcActive"), "");
  lamp.leave();
  EXPECT_EQ(world.status(singapore), "OFFLINE");
  EXPECT_EQ(world.status(shanghai), "iot.device.NotExistedDevice");
}

TEST(ApiResidence, NothingOfItsRuntimeDataIsAtItsTarget) {
  ResidenceWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  lamp.say(lamp.sys("thing/event/property/post"), R"({"id":"1","params":{"level":7}})");
  lamp.say("/ota/device/inform/" + world.key + "/dev1", R"({"id":"2","params":{"version":"1.0.0"}})");
  ASSERT_EQ(world.call("QueryDevicePropertyStatus", world.device(shanghai)).count("Data.List.PropertyStatusInfo"), 1);
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  const auto expect_none = [&] {
    EXPECT_LE(world.call("QueryDevicePropertyStatus", world.device(singapore)).count("Data.List.PropertyStatusInfo"), 0);
    const Answer detail = world.call("QueryDeviceDetail", world.device(singapore));
    EXPECT_EQ(detail.text("Data.FirmwareVersion") + detail.text("Data.UtcOnline"), "");
  };
  expect_none();
  lamp.say(lamp.sys("thing/event/property/post"), R"({"id":"3","params":{"level":8}})");
  expect_none();
  distribute(world, world.key, {"dev1"}, singapore, {shanghai});
  EXPECT_EQ(world.call("QueryDevicePropertyStatus", world.device(shanghai)).text("Data.List.PropertyStatusInfo.0.Value"), "8")
      << "what it did where it has been is found again there";
  EXPECT_EQ(world.violations(), "");
}

TEST(ApiResidence, AcrossAccountsTheRecipientManagesItAndTheDistributorDoesNot) {
  ResidenceWorld world;
  give_away(world, world.key, "dev1");
  const std::string id = world.call_as_other("QueryDeviceDetail", world.device(singapore)).text("Data.IotId");
  ASSERT_NE(id, "?");
  const std::string before = world.everything();
  for (const std::string_view instance : {shanghai, singapore})
    for (const std::string action : {"DeleteDevice", "DisableThing", "EnableThing", "ResetThing", "QueryDeviceDetail"}) {
      EXPECT_FALSE(world.call(action, world.device(instance)).ok()) << action << " at " << instance;
      EXPECT_EQ(world.call(action, there({{"IotId", id}}, instance)).code(), "iot.device.NotExistedDevice") << action << " at " << instance;
    }
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}}).code(),
            "iot.device.AlreadyExistedDeviceName");
  EXPECT_EQ(world.everything(), before);
  ASSERT_TRUE(world.call_as_other("DisableThing", world.device(singapore)).ok());
  EXPECT_EQ(world.call_as_other("GetDeviceStatus", world.device(singapore)).text("Data.Status"), "DISABLE");
  ASSERT_TRUE(world.call_as_other("EnableThing", world.device(singapore)).ok());
  EXPECT_EQ(world.violations(), "");
  ASSERT_TRUE(world.call_as_other("DeleteDevice", world.device(singapore)).ok());
  EXPECT_EQ(world.platform.distribution().devices_in_handover(), 0U);
  EXPECT_TRUE(world.call("RegisterDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}}).ok()) << "the name is free again";
  EXPECT_EQ(world.violations(), "");
}

TEST(ApiResidence, DisabledWhereItIsAwaitedItIsLetInNowhere) {
  ResidenceWorld world;
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  EXPECT_EQ(world.call("DisableThing", world.device(shanghai)).code(), "iot.device.NotExistedDevice");
  ASSERT_TRUE(world.call("DisableThing", world.device(singapore)).ok());
  const DeviceIndex device = *world.platform.registry().find_device(world.key, "dev1");
  for (const std::string_view instance : {shanghai, singapore})
    EXPECT_EQ(world.platform.distribution().admit(device, *world.platform.registry().find_instance(instance), IpAddress{}),
              Admission::refuse_disabled);
  ASSERT_TRUE(world.call("EnableThing", world.device(singapore)).ok());
  const ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_EQ(world.status(singapore), "ONLINE");
}

TEST(ApiResidence, WithNearestAccessItStaysAtItsSourceUntilItHasConnected) {
  ResidenceWorld world;
  ApiDevice at_home(world, shanghai, world.key, "dev1");
  ASSERT_TRUE(world.call("SaveDeviceProp", joined(world.device(shanghai), {{"Props", R"({"room":"hall"})"}})).ok());
  distribute(world, world.key, {"dev1"}, shanghai, {singapore, frankfurt});
  expect_listed(world, shanghai, 2, 2);
  expect_listed(world, singapore, 0, 0);
  EXPECT_EQ(world.status(shanghai), "UNACTIVE");
  EXPECT_EQ(world.call("QueryDeviceStatistics", there({{"ProductKey", world.key}}, shanghai)).text("Data.onlineCount"), "0");
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(shanghai)).text("Props"), R"({"room":"hall"})");
  const ApiDevice lamp(world, frankfurt, world.key, "dev1");
  expect_listed(world, shanghai, 1, 1);
  expect_listed(world, frankfurt, 0, 1);
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(frankfurt)).text("Props"), "{}") << "cleared when it is elsewhere";
  EXPECT_EQ(world.violations(), "");
}

TEST(ApiResidence, WhatPeopleHangOnItWhereItIsAwaitedIsThereWhenItComes) {
  ResidenceWorld world;
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  const std::string group = world.call("CreateDeviceGroup", there({{"GroupName", "hall_1"}}, singapore)).text("Data.GroupId");
  ASSERT_TRUE(world
                  .call("BatchAddDeviceGroupRelations",
                        there({{"GroupId", group}, {"Device.1.ProductKey", world.key}, {"Device.1.DeviceName", "dev1"}}, singapore))
                  .ok());
  ASSERT_TRUE(world.call("SaveDeviceProp", joined(world.device(singapore), {{"Props", R"({"room":"hall"})"}})).ok());
  ASSERT_TRUE(
      world.call("SetDeviceDesiredProperty", joined(world.device(singapore), {{"Items", R"({"power":1})"}, {"Versions", "{}"}})).ok());
  EXPECT_EQ(world.violations(), "");
  const ApiDevice lamp(world, singapore, world.key, "dev1");
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(singapore)).text("Props"), R"({"room":"hall"})");
  EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", there({{"GroupId", group}}, singapore)).text("Total"), "1");
  EXPECT_NE(world.call("QueryDeviceDesiredProperty", joined(world.device(singapore), {{"Identifier.1", "power"}})).body.find("power"),
            std::string::npos);
  EXPECT_EQ(world.violations(), "");
  // Sent on, it leaves them behind.
  distribute(world, world.key, {"dev1"}, singapore, {frankfurt});
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(frankfurt)).text("Props"), "{}");
  EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", there({{"GroupId", group}}, singapore)).text("Total"), "0");
}

TEST(ApiResidence, ItsOldSessionHangsNothingOnItAndHearsNothingFromItsTarget) {
  ResidenceWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  lamp.subscribe("/" + world.key + "/dev1/user/get");
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  EXPECT_TRUE(lamp.hear().starts_with(lamp.sys("thing/bootstrap/notify")));
  lamp.say(lamp.sys("thing/deviceinfo/update"), R"({"id":"1","params":[{"attrKey":"room","attrValue":"kitchen"}]})");
  EXPECT_NE(lamp.hear().find(R"("code":6100)"), std::string::npos);
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(singapore)).text("Props"), "{}");
  ASSERT_TRUE(world.call("SaveDeviceProp", joined(world.device(singapore), {{"Props", R"({"room":"hall"})"}})).ok());
  lamp.say(lamp.sys("thing/deviceinfo/delete"), R"({"id":"2","params":[{"attrKey":"room"}]})");
  EXPECT_NE(lamp.hear().find(R"("code":6100)"), std::string::npos);
  lamp.say(lamp.sys("thing/deviceinfo/get"), R"({"id":"3","params":[]})");
  EXPECT_NE(lamp.hear().find(R"("data":[])"), std::string::npos);
  EXPECT_EQ(world.call("QueryDeviceProp", world.device(singapore)).text("Props"), R"({"room":"hall"})");

  // People at its target speak to the device that comes there.
  const CallParameters message = {
      {"ProductKey", world.key}, {"TopicFullName", "/" + world.key + "/dev1/user/get"}, {"MessageContent", "aGk="}};
  EXPECT_TRUE(world.call("Pub", there(message, singapore)).ok());
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_TRUE(world.call("SetDeviceProperty", joined(world.device(singapore), {{"Items", R"({"power":1})"}})).ok());
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_TRUE(
      world.call("SetDeviceDesiredProperty", joined(world.device(singapore), {{"Items", R"({"power":1})"}, {"Versions", "{}"}})).ok());
  EXPECT_EQ(lamp.hear(), "");
  const std::string shadow = R"({"method":"update","state":{"desired":{"color":"red"}},"version":1})";
  EXPECT_TRUE(world.call("UpdateDeviceShadow", joined(world.device(singapore), {{"ShadowMessage", shadow}})).ok());
  EXPECT_EQ(lamp.hear(), "");
  const std::string endpoint = "/products/" + world.key + "/devices/dev1/endpoint";
  EXPECT_EQ(console_post(world, "198000", endpoint, R"({"host":"127.0.0.9","port":1883})").status, 409);
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_NE(world.call("GetDeviceShadow", world.device(singapore)).body.find("red"), std::string::npos) << "it finds that when it comes";
}

TEST(ApiResidence, ADeletedJobChangesNothingOfWhereADeviceIs) {
  ResidenceWorld world;
  const std::string job = distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  ASSERT_TRUE(world.call("DeleteDeviceDistributeJob", {{"JobId", job}}).ok());
  expect_listed(world, singapore, 1, 1);
  expect_listed(world, shanghai, 1, 1);
  const ApiDevice lamp(world, singapore, world.key, "dev1");
  expect_listed(world, singapore, 0, 1);
  EXPECT_EQ(world.violations(), "");
}

TEST(ApiResidence, WhatIsAwaitedIsSentOnFromItsTargetAndNotFromItsSource) {
  ResidenceWorld world;
  distribute(world, world.key, {"dev1"}, shanghai, {singapore});
  const std::string late = distribute(world, world.key, {"dev1"}, shanghai, {virginia});
  expect_listed(world, singapore, 1, 1);
  expect_listed(world, virginia, 0, 0);
  const std::string url = world.call("QueryDeviceDistributeDetail", {{"JobId", late}}).text("File");
  const Answer record = world.send("GET " + url.substr(url.find("/files/")) + " HTTP/1.1\r\n\r\n");
  EXPECT_NE(record.body.find("\r\ndev1,460,"), std::string::npos) << record.body;
  distribute(world, world.key, {"dev1"}, singapore, {frankfurt});
  expect_listed(world, singapore, 0, 0);
  expect_listed(world, frankfurt, 1, 1);
  EXPECT_EQ(world.violations(), "");
  const ApiDevice lamp(world, frankfurt, world.key, "dev1");
  EXPECT_EQ(world.status(frankfurt), "ONLINE");
  EXPECT_EQ(world.violations(), "");
}

}  // namespace
}  // namespace fleetsim::platform
