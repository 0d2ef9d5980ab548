// What the firmware actions tell, member by member; and that a task whose time is up has ended for whoever looks first.
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "api_firmware_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

/// A JSON text in which a test names the values that differ from run to run.
std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values)
    for (std::size_t at = text.find("<" + name + ">"); at != std::string::npos; at = text.find("<" + name + ">"))
      text.replace(at, name.size() + 2, value);
  return text;
}

TEST(ApiFirmwareView, TellsAllThatIsKnownOfAFirmware) {
  FirmwareWorld world;
  const std::string url = world.upload();
  const Answer made = world.call("CreateOTAFirmware", joined(world.firmware("2.0.0", url), {{"FirmwareDesc", "the new one"},
                                                                                            {"ModuleName", "mcu"},
                                                                                            {"Type", "1"},
                                                                                            {"SrcVersion", "1.0.0"},
                                                                                            {"SignMethod", "Sha256"},
                                                                                            {"NeedToVerify", "true"}}));
  ASSERT_TRUE(made.ok()) << made.body;
  EXPECT_EQ(made.text("Data"),
            filled(R"({"FirmwareId":"<id>","UtcCreate":"2026-11-22T22:55:00.000Z"})", {{"id", made.text("Data.FirmwareId")}}));
  const std::string told = filled(
      R"("FirmwareId":"<id>","FirmwareName":"fw 2.0.0","FirmwareDesc":"the new one","ProductKey":"<key>","ProductName":"product1",)"
      R"("ModuleName":"mcu","DestVersion":"2.0.0","SrcVersion":"1.0.0","FirmwareSize":18,"FirmwareSign":"<sha256>","SignMethod":"Sha256",)"
      R"("Type":1,"Status":0,"UtcCreate":"2026-11-22T22:55:00.000Z","UtcModified":"2026-11-22T22:55:00.000Z")",
      {{"id", made.text("Data.FirmwareId")}, {"key", world.key}, {"sha256", world.digest(DigestMethod::sha256, content)}});
  const CallParameters firmware = {{"FirmwareId", made.text("Data.FirmwareId")}};
  EXPECT_EQ(world.call("QueryOTAFirmware", firmware).text("FirmwareInfo"),
            "{" + told + R"(,"FirmwareUrl":")" + url + R"(","VerifyProgress":0})");
  EXPECT_EQ(world.call("ListOTAFirmware", {}).text("FirmwareInfo.SimpleFirmwareInfo"), "[{" + told + "}]");
}

TEST(ApiFirmwareView, TellsAllThatIsKnownOfAJobAndItsTasks) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  lamp.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  const Answer made =
      world.call("CreateOTAStaticUpgradeJob",
                 joined(world.job(id, {"dev1"}),
                        {{"SrcVersion.1", "1.0.0"}, {"OverwriteMode", "2"}, {"NeedPush", "true"}, {"TimeoutInMinutes", "5"}}));
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string job = made.text("Data.JobId");
  EXPECT_EQ(made.text("Data"), R"({"JobId":")" + job + R"(","UtcCreate":"2026-11-22T22:55:00.000Z"})");
  lamp.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  world.now += 10s;
  lamp.say(world.progress("dev1"), R"({"id":"2","params":{"step":"40","desc":"downloading"}})");
  const std::string iot_id = world.call("QueryDeviceDetail", {{"ProductKey", world.key}, {"DeviceName", "dev1"}}).text("Data.IotId");
  const std::vector<std::pair<std::string, std::string>> values = {{"id", id}, {"job", job}, {"key", world.key}, {"iot", iot_id}};
  const auto of_job = [&](const std::string& state, const std::string& end) {
    return filled(R"("JobId":"<job>","JobType":"UPGRADE_FIRMWARE","JobStatus":"<state>","FirmwareId":"<id>","ProductKey":"<key>",)"
                  R"("SelectionType":"STATIC","TargetSelection":"SPECIFIC","UtcCreate":"2026-11-22T22:55:00.000Z",)"
                  R"("UtcStartTime":"2026-11-22T22:55:00.000Z","UtcModified":"2026-11-22T22:55:10.000Z","UtcEndTime":"<end>")",
                  {{"job", job}, {"id", id}, {"key", world.key}, {"state", state}, {"end", end}});
  };
  const std::string more = R"(,"DestVersion":"2.0.0","DownloadProtocol":"HTTPS","NeedPush":true,"NeedConfirm":false,"OverwriteMode":2,)"
                           R"("TimeoutInMinutes":5,"SrcVersions":{"SrcVersion":["1.0.0"]}})";
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data"), "{" + of_job("IN_PROGRESS", "") + more);
  EXPECT_EQ(world.call("ListOTAJobByFirmware", {{"FirmwareId", id}}).text("Data.SimpleOTAJobInfo"),
            "[{" + of_job("IN_PROGRESS", "") + "}]");
  const auto of_task = [&](const std::string& state, const std::string& progress) {
    return filled(R"([{"TaskId":"OTATASK100000","JobId":"<job>","FirmwareId":"<id>","ProductKey":"<key>","ProductName":"product1",)"
                  R"("DeviceName":"dev1","IotId":"<iot>","ModuleName":"default","DestVersion":"2.0.0","SrcVersion":"1.0.0",)",
                  values) +
           R"("TaskStatus":")" + state + R"(","TaskDesc":"downloading","Progress":")" + progress +
           R"(","UtcCreate":"2026-11-22T22:55:00.000Z","UtcModified":"2026-11-22T22:55:10.000Z"}])";
  };
  EXPECT_EQ(world.call("ListOTATaskByJob", {{"JobId", job}}).text("Data.SimpleOTATaskInfo"), of_task("IN_PROGRESS", "40"));
  EXPECT_EQ(world.call("ListOTAUnfinishedTaskByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}}).text("Data.SimpleOTATaskInfo"),
            of_task("IN_PROGRESS", "40"));
  lamp.say(world.inform("dev1"), FirmwareWorld::version("2.0.0"));
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data"), "{" + of_job("COMPLETED", "2026-11-22T22:55:10.000Z") + more);
  EXPECT_EQ(world.call("ListOTATaskByJob", {{"JobId", job}}).text("Data.SimpleOTATaskInfo"), of_task("SUCCEEDED", "100"));
}

TEST(ApiFirmwareView, AVerifyJobAndADynamicOneAreNamedSo) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  const auto job = [&](const std::string& action) {
    const Answer made = world.call(action, world.job(id, {"dev1"}));
    const Answer told = world.call("QueryOTAJob", {{"JobId", made.text("Data.JobId")}});
    return told.text("Data.JobType") + " " + told.text("Data.SelectionType") + " " + told.text("Data.TargetSelection");
  };
  EXPECT_EQ(job("CreateOTAVerifyJob"), "VERIFY_FIRMWARE STATIC SPECIFIC");
  EXPECT_EQ(job("CreateOTADynamicUpgradeJob"), "UPGRADE_FIRMWARE DYNAMIC ALL");
}

/// dev1 has begun an update that must not take longer than a minute, and is silent since then.
struct LateWorld : FirmwareWorld {
  LateWorld()
      : id(call("CreateOTAFirmware", joined(firmware("2.0.0", upload()), {{"NeedToVerify", "true"}})).text("Data.FirmwareId")),
        lamp(*this, shanghai, key, "dev1") {
    lamp.say(inform("dev1"), version("1.0.0"));
    late = call("CreateOTAVerifyJob", joined(job(id, {"dev1"}), {{"TimeoutInMinutes", "1"}})).text("Data.JobId");
    lamp.say(progress("dev1"), R"({"id":"2","params":{"step":"40"}})");
    now += 1min;
  }
  std::string only_task(const Answer& made) { return tasks(made.text("Data.JobId")); }

  std::string id;
  std::string late;
  ApiDevice lamp;
};

TEST(ApiUpgrade, WhoseTimeIsUpHasEndedForWhoeverLooksFirst) {
  const std::vector<std::pair<std::string, std::function<std::string(LateWorld&)>>> looks = {
      {"3",
       [](LateWorld& world) {
         return world.call("QueryOTAFirmware", {{"FirmwareId", world.id}}).text("FirmwareInfo.Status");
       }},
      {"COMPLETED",
       [](LateWorld& world) {
         return world.call("QueryOTAJob", {{"JobId", world.late}}).text("Data.JobStatus");
       }},
      {"dev1 FAILED", [](LateWorld& world) { return world.tasks(world.late); }},
      {"COMPLETED",
       [](LateWorld& world) {
         return world.call("ListOTAJobByFirmware", {{"FirmwareId", world.id}}).text("Data.SimpleOTAJobInfo.0.JobStatus");
       }},
      {"COMPLETED",
       [](LateWorld& world) {
         return world.call("ListOTAJobByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}, {"FirmwareId", world.id}})
             .text("Data.SimpleOTAJobInfo.0.JobStatus");
       }},
      {"[]",
       [](LateWorld& world) {
         return world.call("ListOTAUnfinishedTaskByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}})
             .text("Data.SimpleOTATaskInfo");
       }},
      {"true",
       [](LateWorld& world) {
         return world.call("DeleteOTAFirmware", {{"FirmwareId", world.id}}).text("Success");
       }},
      {"dev1 NOTIFIED", [](LateWorld& world) { return world.only_task(world.call("CreateOTAVerifyJob", world.job(world.id, {"dev1"}))); }},
      {"dev1 NOTIFIED",
       [](LateWorld& world) { return world.only_task(world.call("CreateOTAStaticUpgradeJob", world.job(world.make("3.0.0"), {"dev1"}))); }},
      {"dev1 NOTIFIED",
       [](LateWorld& world) {
         return world.only_task(world.call("CreateOTADynamicUpgradeJob", {{"ProductKey", world.key}, {"FirmwareId", world.make("3.0.0")}}));
       }},
  };
  for (std::size_t i = 0; i < looks.size(); ++i) {
    LateWorld world;
    EXPECT_EQ(looks[i].second(world), looks[i].first) << "look " << i;
  }
}

}  // namespace
}  // namespace fleetsim::platform
