// Devices by the management API: registered one by one and in batches, listed, looked at, switched off, removed.
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "api_world.hpp"
#include "placement_world.hpp"

#include "platform-mock/core/api/registration.hpp"

namespace fleetsim::platform {
namespace {

TEST(ApiDevices, AreRegisteredWithASecretOfTheirOwn) {
  ApiWorld world;
  const std::string key = world.make_product({});
  const Answer one = world.call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", "dev1"}, {"Nickname", "meter in the hall"}});
  ASSERT_TRUE(one.ok()) << one.body;
  EXPECT_EQ(one.text("Data.DeviceName"), "dev1");
  EXPECT_EQ(one.text("Data.ProductKey"), key);
  EXPECT_EQ(one.text("Data.DeviceSecret").size(), 32U);
  EXPECT_EQ(one.text("Data.Nickname"), "meter in the hall");
  const Answer other = world.call("RegisterDevice", {{"ProductKey", key}});
  EXPECT_TRUE(is_device_name(other.text("Data.DeviceName"))) << "a name is made when none is given";
  EXPECT_NE(other.text("Data.DeviceSecret"), one.text("Data.DeviceSecret"));
  EXPECT_NE(other.text("Data.IotId"), one.text("Data.IotId"));
  EXPECT_EQ(world.call("QueryProduct", {{"ProductKey", key}}).text("Data.DeviceCount"), "2");
}

TEST(ApiDevices, BadOnesAreRefused) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const std::string before = world.everything();
  const auto code = [&](const std::string& name) {
    return world.call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", name}}).code();
  };
  EXPECT_EQ(code("dev1"), "iot.device.AlreadyExistedDeviceName");
  EXPECT_EQ(code("abc"), "iot.device.InvalidFormattedDeviceName");
  EXPECT_EQ(code("'; DROP TABLE devices; --"), "iot.device.InvalidFormattedDeviceName");
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", "a1None"}, {"DeviceName", "dev9"}}).code(), "iot.prod.NotExistedProduct");
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", key}, {"Nickname", "abc"}}).code(), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.everything(), before);
}

TEST(ApiDevices, TooManyAreRefused) {
  PlatformConfig config = api_config();
  config.limits.devices_per_product = 3;
  ApiWorld world(config);
  const std::string key = world.make_product({"dev1", "dev2"});
  EXPECT_EQ(world.call("BatchRegisterDevice", {{"ProductKey", key}, {"Count", "2"}}).code(), "iot.device.DeviceCountExceeded");
  EXPECT_TRUE(world.call("RegisterDevice", {{"ProductKey", key}}).ok());
  EXPECT_EQ(world.call("RegisterDevice", {{"ProductKey", key}}).code(), "iot.device.DeviceCountExceeded");
}

TEST(ApiDevices, AreFoundByNameAndByIotId) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2"});
  const Answer by_name = world.call("QueryDeviceInfo", {{"ProductKey", key}, {"DeviceName", "dev2"}});
  ASSERT_TRUE(by_name.ok()) << by_name.body;
  const std::string id = by_name.text("Data.IotId");
  const Answer by_id = world.call("QueryDeviceInfo", {{"IotId", id}});
  EXPECT_EQ(by_id.text("Data.DeviceName"), "dev2");
  EXPECT_EQ(by_id.text("Data.DeviceSecret"), by_name.text("Data.DeviceSecret"));
  std::string wrong = id;
  wrong[3] = wrong[3] == 'a' ? 'b' : 'a';
  EXPECT_EQ(world.call("QueryDeviceInfo", {{"IotId", wrong}}).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.call("QueryDeviceInfo", {{"IotId", "0"}}).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.call_as_other("QueryDeviceInfo", {{"IotId", id}}).code(), "iot.device.NotExistedDevice");
}

TEST(ApiDevices, DetailTellsStatusRegionAndTimes) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const Answer detail = world.call("QueryDeviceDetail", {{"ProductKey", key}, {"DeviceName", "dev1"}});
  EXPECT_EQ(detail.text("Data.Status"), "UNACTIVE");
  EXPECT_EQ(detail.text("Data.Region"), "cn-shanghai");
  EXPECT_EQ(detail.text("Data.NodeType"), "0");
  EXPECT_EQ(detail.text("Data.UtcCreate"), "2026-11-22T22:55:00.000Z");
  EXPECT_EQ(detail.text("Data.GmtCreate"), "Sun, 22-Nov-2026 22:55:00 GMT");
  EXPECT_EQ(detail.text("Data.UtcActive"), "");
  EXPECT_EQ(world.call("GetDeviceStatus", {{"ProductKey", key}, {"DeviceName", "dev1"}}).text("Data.Status"), "UNACTIVE");
}

TEST(ApiDevices, StatesAreToldForMany) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2", "dev3"});
  world.call("DisableThing", {{"ProductKey", key}, {"DeviceName", "dev2"}});
  const Answer states = world.call("BatchGetDeviceState",
                                   {{"ProductKey", key}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev2"}, {"DeviceName.3", "ghost"}});
  ASSERT_EQ(states.count("DeviceStatusList.DeviceStatus"), 2) << states.body;
  EXPECT_EQ(states.text("DeviceStatusList.DeviceStatus.0.Status"), "UNACTIVE");
  EXPECT_EQ(states.text("DeviceStatusList.DeviceStatus.1.DeviceName"), "dev2");
  EXPECT_EQ(states.text("DeviceStatusList.DeviceStatus.1.Status"), "DISABLE");
  CallParameters many = {{"ProductKey", key}};
  for (int i = 1; i <= 51; ++i) many["DeviceName." + std::to_string(i)] = "dev1";
  EXPECT_EQ(world.call("BatchGetDeviceState", many).code(), "iot.device.DeviceCountExceeded");
}

TEST(ApiDevices, AreSwitchedOffAndOnAndRemoved) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  EXPECT_TRUE(world.call("DisableThing", device).ok());
  EXPECT_FALSE(world.platform.registry().device(*world.platform.registry().find_device(key, "dev1")).enabled);
  EXPECT_TRUE(world.call("EnableThing", device).ok());
  EXPECT_TRUE(world.platform.registry().device(*world.platform.registry().find_device(key, "dev1")).enabled);
  EXPECT_TRUE(world.call("ResetThing", device).ok());
  const std::string id = world.call("QueryDeviceInfo", device).text("Data.IotId");
  EXPECT_TRUE(world.call("DeleteDevice", device).ok());
  EXPECT_EQ(world.call("DeleteDevice", device).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.call("QueryDeviceInfo", {{"IotId", id}}).code(), "iot.device.NotExistedDevice");
  EXPECT_TRUE(world.call("RegisterDevice", device).ok()) << "the name is free again";
  EXPECT_TRUE(world.call("DeleteDevice", device).ok());
  EXPECT_TRUE(world.call("DeleteProduct", {{"ProductKey", key}}).ok());
}

TEST(ApiDevices, AreListedByPageAndByToken) {
  ApiWorld world;
  std::vector<std::string> names;
  for (int i = 0; i < 25; ++i) names.push_back("dev-" + std::to_string(i));
  const std::string key = world.make_product(names);
  std::vector<std::string> by_page;
  for (int page = 1; page <= 3; ++page) {
    const Answer answer = world.call("QueryDevice", {{"ProductKey", key}, {"CurrentPage", std::to_string(page)}, {"PageSize", "10"}});
    EXPECT_EQ(answer.text("Total"), "25");
    EXPECT_EQ(answer.text("PageCount"), "3");
    for (int i = 0; i < answer.count("Data.DeviceInfo"); ++i)
      by_page.push_back(answer.text("Data.DeviceInfo." + std::to_string(i) + ".DeviceName"));
  }
  EXPECT_EQ(by_page, names);
  std::vector<std::string> by_token;
  std::string token;
  do {
    CallParameters parameters = {{"ProductKey", key}, {"PageSize", "7"}};
    if (!token.empty()) parameters["NextToken"] = token;
    const Answer answer = world.call("QueryDevice", parameters);
    for (int i = 0; i < answer.count("Data.DeviceInfo"); ++i)
      by_token.push_back(answer.text("Data.DeviceInfo." + std::to_string(i) + ".DeviceName"));
    token = answer.text("NextToken");
    ASSERT_LE(by_token.size(), names.size());
  } while (token != "?");
  EXPECT_EQ(by_token, names);
  EXPECT_EQ(world.call("QueryDevice", {{"ProductKey", key}, {"NextToken", "!"}}).code(), "iot.common.InvalidPageParams");
  EXPECT_EQ(world.call("QueryDevice", {{"ProductKey", key}, {"PageSize", "51"}}).code(), "iot.common.InvalidPageParams");
}

TEST(ApiDevices, StatisticsCountThem) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1", "dev2"});
  const Answer one = world.call("QueryDeviceStatistics", {{"ProductKey", key}});
  EXPECT_EQ(one.text("Data.deviceCount"), "2");
  EXPECT_EQ(one.text("Data.activeCount"), "0");
  EXPECT_EQ(one.text("Data.onlineCount"), "0");
  EXPECT_EQ(world.call("QueryDeviceStatistics", {}).text("Data.deviceCount"), "10") << "8 are configured";
}

TEST(ApiBatches, RegisterMadeUpNames) {
  ApiWorld world;
  const std::string key = world.make_product({});
  const Answer applied = world.call("BatchRegisterDevice", {{"ProductKey", key}, {"Count", "12"}});
  ASSERT_TRUE(applied.ok()) << applied.body;
  const std::string id = applied.text("Data.ApplyId");
  EXPECT_EQ(world.call("QueryBatchRegisterDeviceStatus", {{"ProductKey", key}, {"ApplyId", id}}).text("Data.Status"), "CREATE_SUCCESS");
  std::set<std::string> secrets;
  for (int page = 1; page <= 2; ++page) {
    const Answer listed = world.call("QueryPageByApplyId", {{"ApplyId", id}, {"CurrentPage", std::to_string(page)}, {"PageSize", "10"}});
    EXPECT_EQ(listed.text("Total"), "12");
    EXPECT_EQ(listed.text("PageCount"), "2");
    for (int i = 0; i < listed.count("ApplyDeviceList.ApplyDeviceInfo"); ++i)
      secrets.insert(listed.text("ApplyDeviceList.ApplyDeviceInfo." + std::to_string(i) + ".DeviceSecret"));
  }
  EXPECT_EQ(secrets.size(), 12U);
  EXPECT_EQ(world.call("BatchRegisterDevice", {{"ProductKey", key}, {"Count", "1001"}}).code(), "iot.device.DeviceCountExceeded");
  EXPECT_EQ(world.call_as_other("QueryPageByApplyId", {{"ApplyId", id}}).code(), "iot.device.NotExistedApplyId");
}

TEST(ApiBatches, CheckNamesAndRegisterTheGoodOnes) {
  ApiWorld world;
  const std::string key = world.make_product({"taken"});
  const Answer checked = world.call("BatchCheckDeviceNames", {{"ProductKey", key},
                                                              {"DeviceName.1", "good-1"},
                                                              {"DeviceName.2", "taken"},
                                                              {"DeviceName.3", "no good"},
                                                              {"DeviceName.4", "good-2"},
                                                              {"DeviceName.5", "good-1"}});
  ASSERT_TRUE(checked.ok()) << checked.body;
  EXPECT_EQ(checked.text("Data.InvalidDeviceNameList.InvalidDeviceName"), R"(["taken","no good","good-1"])");
  const std::string id = checked.text("Data.ApplyId");
  EXPECT_FALSE(world.platform.registry().find_device(key, "good-1")) << "checked only";
  EXPECT_EQ(world.call("QueryBatchRegisterDeviceStatus", {{"ProductKey", key}, {"ApplyId", id}}).text("Data.Status"), "CHECK_SUCCESS");
  world.call("RegisterDevice", {{"ProductKey", key}, {"DeviceName", "good-2"}});
  EXPECT_EQ(world.call_as_other("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", id}}).code(),
            "iot.prod.NotExistedProduct");
  const Answer registered = world.call("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", id}});
  ASSERT_TRUE(registered.ok()) << registered.body;
  EXPECT_EQ(registered.text("Data.ApplyId"), id);
  EXPECT_TRUE(world.platform.registry().find_device(key, "good-1"));
  const Answer status = world.call("QueryBatchRegisterDeviceStatus", {{"ProductKey", key}, {"ApplyId", id}});
  EXPECT_EQ(status.text("Data.Status"), "CREATE_PART_SUCCESS") << "somebody took one name in between";
  EXPECT_EQ(status.text("Data.ValidList.Name"), R"(["good-1"])");
  EXPECT_EQ(status.text("Data.InvalidList.Name"), R"(["taken","no good","good-1","good-2"])");
  EXPECT_EQ(world.call("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", id}}).code(), "iot.system.IllegalRequest");
  EXPECT_EQ(world.call("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", "7"}}).code(), "iot.device.NotExistedApplyId");
}

TEST(ApiBatches, CarryNicknames) {
  ApiWorld world;
  const std::string key = world.make_product({"taken"});
  const Answer checked = world.call("BatchCheckDeviceNames", {{"ProductKey", key},
                                                              {"DeviceNameList.1.DeviceName", "taken"},
                                                              {"DeviceNameList.1.DeviceNickname", "none"},
                                                              {"DeviceNameList.2.DeviceName", "fresh"},
                                                              {"DeviceNameList.2.DeviceNickname", "fresh one"}});
  world.call("BatchRegisterDeviceWithApplyId", {{"ProductKey", key}, {"ApplyId", checked.text("Data.ApplyId")}});
  EXPECT_EQ(world.call("QueryDeviceInfo", {{"ProductKey", key}, {"DeviceName", "fresh"}}).text("Data.Nickname"), "fresh one");
}

TEST(ApiMessages, ShadowsPropertiesAndCallsOfADeviceThatIsAway) {
  ApiWorld world;
  const std::string key = world.make_product({"dev1"});
  const CallParameters device = {{"ProductKey", key}, {"DeviceName", "dev1"}};
  CallParameters shadow = device;
  shadow["ShadowMessage"] = R"({"method":"update","state":{"desired":{"color":"red"}},"version":1})";
  EXPECT_TRUE(world.call("UpdateDeviceShadow", shadow).ok()) << world.call("UpdateDeviceShadow", shadow).body;
  EXPECT_EQ(world.call("UpdateDeviceShadow", shadow).code(), "iot.messagebroker.InvalidVersionValueInShadowMessage")
      << "that version is over";
  EXPECT_NE(world.call("GetDeviceShadow", device).text("ShadowMessage").find("red"), std::string::npos);

  CallParameters call = device;
  call["RequestBase64Byte"] = "aGVsbG8=";
  call["Timeout"] = "1000";
  const Answer answer = world.call("RRpc", call);
  EXPECT_EQ(answer.text("RrpcCode"), "OFFLINE") << answer.body;
  EXPECT_TRUE(answer.ok());
  call["Timeout"] = "999";
  EXPECT_EQ(world.call("RRpc", call).code(), "iot.check.InvalidFormattedParameter");
  call["Timeout"] = "1000";
  call["RequestBase64Byte"] = "no base64";
  EXPECT_EQ(world.call("RRpc", call).code(), "iot.check.InvalidFormattedParameter");

  CallParameters set = device;
  set["Items"] = R"({"power":1})";
  EXPECT_TRUE(world.call("SetDeviceProperty", set).ok());
  set["Items"] = "power";
  EXPECT_EQ(world.call("SetDeviceProperty", set).code(), "iot.system.JsonParseError");
  EXPECT_EQ(world.call("QueryDevicePropertyStatus", device).count("Data.List.PropertyStatusInfo"), 0);

  const std::string topic = "/" + key + "/dev1/user/get";
  const CallParameters message = {{"ProductKey", key}, {"TopicFullName", topic}, {"MessageContent", "aGVsbG8="}};
  EXPECT_NE(world.call("Pub", message).text("MessageId"), "?");
  for (const std::string& wrong :
       std::vector<std::string>{"/" + key + "/ghost/user/get", "/other/dev1/user/get", "user/get", "/" + key + "/dev1"}) {
    CallParameters other = message;
    other["TopicFullName"] = wrong;
    EXPECT_FALSE(world.call("Pub", other).ok()) << wrong;
  }
}

}  // namespace
}  // namespace fleetsim::platform
