// What devices run and say, by the management API: properties, services, wishes, events, logs, files.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_device.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

struct ThingsWorld : ApiWorld {
  ThingsWorld() : key(make_product({"dev1", "dev2"})), device({{"ProductKey", key}, {"DeviceName", "dev1"}}) {
    const Answer imported = call("ImportThingModelTsl", {{"ProductKey", key}, {"TslStr", R"({
        "services":[{"identifier":"reboot","name":"Reboot","callType":"async"},{"identifier":"measure","name":"Measure","callType":"sync"}],
        "events":[{"identifier":"fire","name":"Fire","type":"alert"}],
        "properties":[{"identifier":"power","name":"Power","dataType":{"type":"int"}}]})"}});
    EXPECT_TRUE(imported.ok()) << imported.body;
  }
  /// From the beginning of the run up to now.
  CallParameters always() { return {{"StartTime", "0"}, {"EndTime", std::to_string(unix_epoch_ms + 10'000'000)}, {"PageSize", "10"}}; }

  std::string key;
  CallParameters device;
};

TEST(ApiProperties, ASetReachesTheDeviceAndItsAnswerIsKept) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer set = world.call("SetDeviceProperty", joined(world.device, {{"Items", R"({"power":1})"}}));
  ASSERT_TRUE(set.ok()) << set.body;
  const std::string id = set.text("Data.MessageId");
  EXPECT_EQ(lamp.hear(), lamp.sys("thing/service/property/set ") + R"({"id":")" + id +
                             R"(","version":"1.0","params":{"power":1},"method":"thing.service.property.set"})");
  lamp.say(lamp.sys("thing/service/property/set_reply"), R"({"id":")" + id + R"(","code":200,"data":{}})");
  lamp.say(lamp.sys("thing/event/property/post"),
           R"({"id":"1","version":"1.0","params":{"power":1},"method":"thing.event.property.post"})");
  EXPECT_EQ(world.call("QueryDevicePropertyStatus", world.device).text("Data.List.PropertyStatusInfo.0.Value"), "1");
  const Answer data = world.call("QueryDevicePropertyData", joined(joined(world.device, world.always()), {{"Identifier", "power"}}));
  EXPECT_EQ(data.text("Data.List.PropertyInfo.0.Value"), "1") << data.body;
  const Answer both = world.call("QueryDevicePropertiesData",
                                 joined(joined(world.device, world.always()), {{"Identifier.1", "power"}, {"Identifier.2", "none"}}));
  EXPECT_EQ(both.text("PropertyDataInfos.PropertyDataInfo.0.List.PropertyInfo.0.Value"), "1") << both.body;
  EXPECT_EQ(both.count("PropertyDataInfos.PropertyDataInfo.1.List.PropertyInfo"), 0);
  EXPECT_EQ(world.call("QueryDeviceServiceData", joined(world.device, world.always())).count("Data.List.ServiceInfo"), 0)
      << "setting a property is no service";
}

TEST(ApiDeviceSessions, AResetEndsTheSessionAndTheDeviceIsInactiveUntilItComesAgain) {
  ThingsWorld world;
  const ApiDevice lamp(world, shanghai, world.key, "dev1");
  ASSERT_EQ(world.call("GetDeviceStatus", world.device).text("Data.Status"), "ONLINE");
  ASSERT_TRUE(world.call("ResetThing", world.device).ok());
  EXPECT_EQ(world.output.closed.size(), 1U);
  EXPECT_EQ(world.call("GetDeviceStatus", world.device).text("Data.Status"), "UNACTIVE");
  const ApiDevice again(world, shanghai, world.key, "dev1");
  EXPECT_EQ(world.call("GetDeviceStatus", world.device).text("Data.Status"), "ONLINE");
}

TEST(ApiDeviceSessions, ADeviceThatIsDisabledLosesItsSession) {
  ThingsWorld world;
  const ApiDevice lamp(world, shanghai, world.key, "dev1");
  ASSERT_TRUE(world.call("DisableThing", world.device).ok());
  EXPECT_EQ(world.output.closed.size(), 1U);
  EXPECT_EQ(world.call("GetDeviceStatus", world.device).text("Data.Status"), "DISABLE");
}

TEST(ApiMessages, WhatIsPublishedReachesTheDevice) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const std::string topic = "/" + world.key + "/dev1/user/get";
  lamp.subscribe(topic);
  ASSERT_TRUE(world.call("Pub", {{"ProductKey", world.key}, {"TopicFullName", topic}, {"MessageContent", "aGVsbG8="}}).ok());
  EXPECT_EQ(lamp.hear(), topic + " hello");
}

TEST(ApiProperties, AreSetOnSeveralDevices) {
  ThingsWorld world;
  ApiDevice one(world, shanghai, world.key, "dev1");
  ApiDevice two(world, shanghai, world.key, "dev2");
  CallParameters both = {{"ProductKey", world.key}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev2"}, {"Items", R"({"power":0})"}};
  ASSERT_TRUE(world.call("SetDevicesProperty", both).ok());
  EXPECT_NE(one.hear().find(R"("params":{"power":0})"), std::string::npos);
  EXPECT_NE(two.hear().find(R"("params":{"power":0})"), std::string::npos);
  both["DeviceName.2"] = "ghost";
  EXPECT_EQ(world.call("SetDevicesProperty", both).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(one.hear(), "") << "all or none";
  both["DeviceName.2"] = "dev1";
  EXPECT_EQ(world.call("SetDevicesProperty", both).code(), "iot.check.InvalidFormattedParameter");
}

TEST(ApiServices, AnAsynchronousOneIsSentAndItsAnswerKept) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer called = world.call("InvokeThingService", joined(world.device, {{"Identifier", "reboot"}, {"Args", R"({"in":5})"}}));
  ASSERT_TRUE(called.ok()) << called.body;
  const std::string id = called.text("Data.MessageId");
  EXPECT_EQ(lamp.hear(), lamp.sys("thing/service/reboot ") + R"({"id":")" + id +
                             R"(","version":"1.0","params":{"in":5},"method":"thing.service.reboot"})");
  lamp.say(lamp.sys("thing/service/reboot_reply"), R"({"id":")" + id + R"(","code":200,"data":{"done":true}})");
  const Answer kept = world.call("QueryDeviceServiceData", joined(world.device, world.always()));
  EXPECT_EQ(kept.text("Data.List.ServiceInfo.0.Identifier"), "reboot") << kept.body;
  EXPECT_EQ(kept.text("Data.List.ServiceInfo.0.Name"), "Reboot");
  EXPECT_EQ(kept.text("Data.List.ServiceInfo.0.OutputData"), R"({"done":true})");
  EXPECT_EQ(world.call("InvokeThingService", joined(world.device, {{"Identifier", "re/boot"}, {"Args", "{}"}})).code(),
            "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call("InvokeThingService", joined(world.device, {{"Identifier", "reboot"}, {"Args", "5"}})).code(),
            "iot.system.JsonParseError");
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_TRUE(
      world.call("InvokeThingsService", {{"ProductKey", world.key}, {"DeviceName.1", "dev1"}, {"Identifier", "reboot"}, {"Args", "{}"}})
          .ok());
  EXPECT_TRUE(lamp.hear().starts_with(lamp.sys("thing/service/reboot ")));
}

struct WaitingCall {
  explicit WaitingCall(ThingsWorld& world) : connection(world.connect()) {
    const std::string request =
        world.signed_request("InvokeThingService", joined(world.device, {{"Identifier", "measure"}, {"Args", R"({"n":1})"}}), {});
    world.platform.received(connection, bytes_of(request), world.now, world.output);
  }
  ConnectionId connection;
};

TEST(ApiServices, ASynchronousOneWaitsForTheDevice) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const WaitingCall call(world);
  EXPECT_EQ(world.take(call.connection).status, 0) << "the device has not answered yet";
  const std::string asked = lamp.hear();
  const std::string id = ApiDevice::id_in(asked);
  EXPECT_EQ(asked, lamp.sys("rrpc/request/") + id + R"( {"id":")" + id +
                       R"(","version":"1.0","params":{"n":1},"method":"thing.service.measure"})");
  lamp.say(lamp.sys("rrpc/response/") + id, R"({"id":")" + id + R"(","code":200,"data":{"volts":3}})");
  const Answer answer = world.take(call.connection);
  EXPECT_TRUE(answer.ok()) << answer.body;
  EXPECT_EQ(answer.text("Data.Result"), R"({"volts":3})");
  EXPECT_EQ(answer.text("Data.MessageId"), id);
}

TEST(ApiServices, ASynchronousOneFailsWithTheDevicesCodeOrWithoutTheDevice) {
  ThingsWorld world;
  EXPECT_EQ(world.take(WaitingCall(world).connection).code(), "iot.messagebroker.OFFLINE");
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const WaitingCall refused(world);
  const std::string id = ApiDevice::id_in(lamp.hear());
  lamp.say(lamp.sys("rrpc/response/") + id, R"({"id":")" + id + R"(","code":460,"data":{}})");
  const Answer answer = world.take(refused.connection);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("Success"), "false");
  EXPECT_EQ(answer.code(), "iot.device.InvokeThingServiceFailed");
  const WaitingCall silent(world);
  world.pass(8s);
  EXPECT_EQ(world.take(silent.connection).code(), "iot.messagebroker.TIMEOUT");
}

TEST(ApiDesired, WishesHaveVersionsAndReachTheDevice) {
  ThingsWorld world;
  const Answer first =
      world.call("SetDeviceDesiredProperty", joined(world.device, {{"Items", R"({"power":1})"}, {"Versions", R"({"power":0})"}}));
  ASSERT_TRUE(first.ok()) << first.body;
  EXPECT_EQ(first.text("Data.Versions"), R"({"power":1})");
  EXPECT_EQ(
      world.call("SetDeviceDesiredProperty", joined(world.device, {{"Items", R"({"power":2})"}, {"Versions", R"({"power":0})"}})).code(),
      "iot.device.DesiredVersionConflict");
  EXPECT_EQ(world.call("SetDeviceDesiredProperty", joined(world.device, {{"Items", "power"}})).code(), "iot.system.JsonParseError");
  const Answer wishes = world.call("QueryDeviceDesiredProperty", world.device);
  EXPECT_EQ(wishes.text("Data.List.DesiredPropertyInfo.0.Value"), "1");
  EXPECT_EQ(wishes.text("Data.List.DesiredPropertyInfo.0.Version"), "1");
  EXPECT_EQ(wishes.text("Data.List.DesiredPropertyInfo.0.Name"), "Power");
  EXPECT_EQ(wishes.text("Data.List.DesiredPropertyInfo.0.DataType"), "int");
  EXPECT_EQ(
      world.call("QueryDeviceDesiredProperty", joined(world.device, {{"Identifier.1", "none"}})).count("Data.List.DesiredPropertyInfo"), 0);
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  world.call("SetDeviceDesiredProperty", joined(world.device, {{"Items", R"({"power":3})"}}));
  EXPECT_NE(lamp.hear().find(R"("params":{"power":3})"), std::string::npos) << "one that is online hears of it";
}

TEST(ApiShadow, EachMistakeHasItsDocumentedCodeAndChangesNothing) {
  ThingsWorld world;
  const auto code = [&](const std::string& message) {
    return world.call("UpdateDeviceShadow", joined(world.device, {{"ShadowMessage", message}})).code();
  };
  ASSERT_EQ(code(R"({"method":"update","state":{"desired":{"color":"red"}},"version":5})"), "?");
  const std::string before = world.call("GetDeviceShadow", world.device).text("ShadowMessage");
  EXPECT_EQ(code(R"({"method":"update","state":{"desired":{"color":"blue"}},"version":5})"),
            "iot.messagebroker.InvalidVersionValueInShadowMessage");
  EXPECT_EQ(code(R"({"method":"update","state":{"desired":{"color":"blue"}},"version":4})"),
            "iot.messagebroker.InvalidVersionValueInShadowMessage");
  EXPECT_EQ(code(R"({"method":"update","state":{"desired":{"color":"blue"}},"version":"x"})"),
            "iot.messagebroker.NotFoundVersionOrNullVersionValue");
  EXPECT_EQ(code(R"({"method":"paint","state":{"desired":{"color":"blue"}},"version":6})"), "iot.messagebroker.MethodValueIsNotUpdate");
  EXPECT_EQ(code(R"({"state":{"desired":{"color":"blue"}},"version":6})"), "iot.messagebroker.NotFoundMethodInShadowMessage");
  EXPECT_EQ(code(R"({"method":"update","version":6})"), "iot.messagebroker.NotFoundStateInShadowMessage");
  EXPECT_EQ(code("color"), "iot.messagebroker.ShadowMessageIsNotJson");
  EXPECT_EQ(world.call("GetDeviceShadow", world.device).text("ShadowMessage"), before);
}

TEST(ApiHistory, EventsAreFoundByNameTypeTimeAndPage) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  for (int i = 1; i <= 5; ++i)
    lamp.say(lamp.sys(i % 2 == 1 ? "thing/event/fire/post" : "thing/event/dust/post"),
             R"({"id":"1","version":"1.0","params":{"value":{"n":)" + std::to_string(i) + R"(},"time":)" + std::to_string(1000 * i) +
                 R"(},"method":"thing.event.x.post"})");
  const auto ask = [&](const CallParameters& more) { return world.call("QueryDeviceEventData", joined(world.device, more)); };
  const Answer newest = ask({{"StartTime", "0"}, {"EndTime", "9000"}, {"PageSize", "2"}});
  EXPECT_EQ(newest.text("Data.List.EventInfo.0.OutputData"), R"({"n":5})") << newest.body;
  EXPECT_EQ(newest.text("Data.List.EventInfo.0.Name") + newest.text("Data.List.EventInfo.0.EventType"), "Firealert");
  EXPECT_EQ(newest.text("Data.List.EventInfo.1.Name") + newest.text("Data.List.EventInfo.1.EventType"), "info")
      << "the TSL does not know it";
  EXPECT_EQ(newest.text("Data.NextValid") + newest.text("Data.NextTime"), "true3000");
  const Answer rest = ask({{"StartTime", "0"}, {"EndTime", newest.text("Data.NextTime")}, {"PageSize", "10"}});
  EXPECT_EQ(rest.count("Data.List.EventInfo"), 3);
  EXPECT_EQ(rest.text("Data.NextValid"), "false");
  EXPECT_EQ(ask({{"StartTime", "2000"}, {"EndTime", "9000"}, {"PageSize", "1"}, {"Asc", "1"}}).text("Data.List.EventInfo.0.Time"), "2000");
  EXPECT_EQ(ask({{"StartTime", "0"}, {"EndTime", "9000"}, {"PageSize", "9"}, {"Identifier", "dust"}}).count("Data.List.EventInfo"), 2);
  EXPECT_EQ(ask({{"StartTime", "0"}, {"EndTime", "9000"}, {"PageSize", "9"}, {"EventType", "alert"}}).count("Data.List.EventInfo"), 3);
  EXPECT_EQ(ask({{"StartTime", "2"}, {"EndTime", "1"}, {"PageSize", "9"}}).code(), "iot.device.InvalidTimeBucket");
  EXPECT_EQ(ask({{"StartTime", "0"}, {"EndTime", "1"}, {"PageSize", "101"}}).code(), "iot.check.InvalidFormattedParameter");
}

TEST(ApiHistory, LogLinesOfADevice) {
  ThingsWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  lamp.say(lamp.sys("thing/log/post"), R"({"id":"1","version":"1.0","params":["late"],"method":"thing.log.post"})");
  const Answer lines = world.call("QueryDeviceLog", joined(world.device, world.always()));
  ASSERT_EQ(lines.count("Data.List.LogInfo"), 1) << lines.body;
  EXPECT_NE(lines.text("Data.List.LogInfo.0.Content").find("late"), std::string::npos);
}

/// What the device reported, as the API tells it: "late@1795388100000".
std::string lines_of(ThingsWorld& world, std::string_view instance) {
  const Answer lines =
      world.call("QueryDeviceLog", joined(world.device, joined(world.always(), {{"IotInstanceId", std::string{instance}}})));
  if (!lines.ok()) return lines.code();
  std::string out;
  for (int i = 0; i < lines.count("Data.List.LogInfo"); ++i) {
    const std::string at = "Data.List.LogInfo." + std::to_string(i) + ".";
    out += lines.text(at + "Content") + "@" + lines.text(at + "Time") + " ";
  }
  return out;
}

TEST(ApiHistory, LogLinesStayWhereTheyWereReportedAndAreFoundAgainOnReturn) {  // RULES.md, rules 20 and 21
  ThingsWorld world;
  const auto move = [&](std::string_view from, std::string_view to) {
    const Answer job = world.call("CreateDeviceDistributeJob", {{"ProductKey", world.key},
                                                                {"DeviceName.1", "dev1"},
                                                                {"SourceInstanceId", std::string{from}},
                                                                {"TargetInstanceConfig.1.TargetInstanceId", std::string{to}},
                                                                {"Strategy", "0"},
                                                                {"TargetUid", "198000"}});
    EXPECT_TRUE(job.ok()) << job.body;
  };
  const auto report = [](ApiDevice& lamp, const std::string& line) {
    lamp.say(lamp.sys("thing/log/post"), R"({"id":"1","version":"1.0","params":[")" + line + R"("],"method":"thing.log.post"})");
  };
  ApiDevice at_home(world, shanghai, world.key, "dev1");
  report(at_home, "made at home");
  const std::string made_at_home = lines_of(world, shanghai);
  EXPECT_TRUE(made_at_home.starts_with("made at home@1795388")) << made_at_home;

  move(shanghai, singapore);
  at_home.leave();
  world.now += std::chrono::seconds{60};
  ApiDevice away(world, singapore, world.key, "dev1");
  EXPECT_EQ(lines_of(world, singapore), "") << "logs do not move";
  EXPECT_EQ(lines_of(world, shanghai), "iot.device.NotExistedDevice") << "it resides elsewhere now";
  report(away, "made away");
  const std::string made_away = lines_of(world, singapore);
  EXPECT_TRUE(made_away.starts_with("made away@1795388")) << made_away;

  move(singapore, shanghai);
  away.leave();
  ApiDevice back(world, shanghai, world.key, "dev1");
  EXPECT_EQ(lines_of(world, shanghai), made_at_home) << "with the time at which it was reported";
  report(back, "and back");
  EXPECT_TRUE(lines_of(world, shanghai).ends_with(made_at_home)) << "the newest first: " << lines_of(world, shanghai);
}

TEST(ApiFiles, AreListedFetchedAndDeletedWhereTheyWereMade) {
  ThingsWorld world;
  const Place here{*world.platform.registry().find_instance(shanghai), AccountIndex{0}};
  const DeviceIndex device = *world.platform.registry().find_device(world.key, "dev1");
  world.platform.things()
      .data(device, here)
      .details()
      .add_file("log \"1\".txt", bytes_of("0123456789"), 5000, world.platform.things().limits());
  const Answer list = world.call("QueryDeviceFileList", world.device);
  EXPECT_EQ(list.text("Total") + list.text("Data.FileSummary.0.Size"), "110");
  const std::string id = list.text("Data.FileSummary.0.FileId");
  const Answer file = world.call("QueryDeviceFile", joined(world.device, {{"FileId", id}}));
  EXPECT_EQ(file.text("Data.Name"), "log \"1\".txt");
  const std::string url = file.text("Data.DownloadUrl");
  const std::string path = url.substr(url.find('/', url.find("//") + 2));
  EXPECT_EQ(world.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nRange: bytes=2-4\r\n\r\n").body, "234") << url;
  EXPECT_EQ(world.call("QueryDeviceFile", joined(world.device, {{"FileId", "00"}})).code(), "iot.device.NotExistedFile");
  EXPECT_EQ(world.call("DeleteDeviceFile", {{"ProductKey", world.key}, {"DeviceName", "dev2"}, {"FileId", id}}).code(),
            "iot.device.NotExistedFile");
  EXPECT_TRUE(world.call("DeleteDeviceFile", joined(world.device, {{"FileId", id}})).ok());
  EXPECT_EQ(world.call("QueryDeviceFileList", world.device).text("Total"), "0");
  EXPECT_EQ(world.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").status, 404);
}

TEST(ApiDevices, AreToldOfAndNamedInBatches) {
  ThingsWorld world;
  const ApiDevice online(world, shanghai, world.key, "dev2");
  CallParameters both = {{"ProductKey", world.key}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev2"}};
  const Answer details = world.call("BatchQueryDeviceDetail", both);
  EXPECT_EQ(details.text("Data.Data.0.Status") + " " + details.text("Data.Data.1.Status"), "UNACTIVE ONLINE") << details.body;
  both["DeviceName.2"] = "ghost";
  EXPECT_EQ(world.call("BatchQueryDeviceDetail", both).code(), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.call("QueryDeviceByStatus", {{"ProductKey", world.key}, {"Status", "1"}}).text("Data.SimpleDeviceInfo.0.DeviceName"),
            "dev2");
  EXPECT_EQ(world.call("QueryDeviceByStatus", {{"ProductKey", world.key}, {"Status", "3"}}).text("Total"), "0");
  EXPECT_EQ(world.call("QueryDeviceByStatus", {{"ProductKey", world.key}, {"Status", "2"}}).code(), "iot.check.InvalidFormattedParameter");
  CallParameters names = {{"DeviceNicknameInfo.1.ProductKey", world.key},   {"DeviceNicknameInfo.1.DeviceName", "dev1"},
                          {"DeviceNicknameInfo.1.Nickname", "by the door"}, {"DeviceNicknameInfo.2.ProductKey", world.key},
                          {"DeviceNicknameInfo.2.DeviceName", "dev2"},      {"DeviceNicknameInfo.2.Nickname", "abc"}};
  EXPECT_EQ(world.call("BatchUpdateDeviceNickname", names).code(), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.call("QueryDeviceInfo", world.device).text("Data.Nickname"), "") << "all or none";
  names["DeviceNicknameInfo.2.Nickname"] = "by the window";
  EXPECT_TRUE(world.call("BatchUpdateDeviceNickname", names).ok());
  EXPECT_EQ(world.call("QueryDeviceInfo", world.device).text("Data.Nickname"), "by the door");
}

}  // namespace
}  // namespace fleetsim::platform
