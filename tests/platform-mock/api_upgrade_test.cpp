// Upgrade jobs by the management API: which devices they take, how they are told, cancelled, timed and begun anew.
#include <gtest/gtest.h>
#include <string>

#include "api_firmware_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

TEST(ApiUpgrade, GoesToTheDevicesThatAreMeant) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  ApiDevice two(world, shanghai, world.key, "dev2");
  one.say(world.inform("dev1"), FirmwareWorld::version("2.0.0"));
  two.say(world.inform("dev2"), FirmwareWorld::version("1.0.0"));
  const auto made = [&](const CallParameters& how) {
    const Answer answer =
        world.call("CreateOTAStaticUpgradeJob", joined({{"ProductKey", world.key}, {"FirmwareId", id}, {"OverwriteMode", "2"}}, how));
    return answer.ok() ? world.tasks(answer.text("Data.JobId")) : answer.code();
  };
  EXPECT_EQ(made({{"TargetSelection", "ALL"}}), "dev2 NOTIFIED, dev3 QUEUED, dev4 QUEUED") << "dev1 runs that version";
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"SrcVersion.1", "1.0.0"}}), "dev2 NOTIFIED");
  EXPECT_EQ(made({{"TargetSelection", "GRAY"}, {"GrayPercent", "75"}}), "dev2 NOTIFIED, dev3 QUEUED") << "3 of 4, and one of them runs it";
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}, {"TargetDeviceName.1", "dev1"}}), "iot.ota.NoDeviceToUpgrade");
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}, {"TargetDeviceName.1", "ghost"}}), "iot.device.NotExistedDevice");
  EXPECT_EQ(made({{"TargetSelection", "SPECIFIC"}}), "MissingParameter");
  EXPECT_EQ(made({{"TargetSelection", "SOME"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "GRAY"}, {"GrayPercent", "0"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"ScheduleTime", "1"}}), "iot.check.InvalidFormattedParameter")
      << "not served, and it says so";
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"NeedConfirm", "true"}}), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(made({{"TargetSelection", "ALL"}, {"DownloadProtocol", "MQTT"}}), "iot.check.InvalidFormattedParameter");
  const std::string group = world.call("CreateDeviceGroup", {{"GroupName", "hall"}}).text("Data.GroupId");
  world.call("BatchAddDeviceGroupRelations", {{"GroupId", group}, {"Device.1.ProductKey", world.key}, {"Device.1.DeviceName", "dev3"}});
  EXPECT_EQ(made({{"TargetSelection", "GROUP"}, {"GroupId", group}}), "dev3 QUEUED");
  CallParameters many = {{"TargetSelection", "SPECIFIC"}};
  for (int i = 1; i <= 201; ++i) many["TargetDeviceName." + std::to_string(i)] = "dev" + std::to_string(i);
  EXPECT_EQ(made(many), "iot.device.DeviceCountExceeded");
}

TEST(ApiUpgrade, ABusyDeviceFailsAtOnceUnlessItMayBeOverwritten) {
  FirmwareWorld world;
  const std::string first = world.call("CreateOTAStaticUpgradeJob", world.job(world.make("2.0.0"), {"dev1"})).text("Data.JobId");
  const std::string other = world.make("3.0.0");
  const std::string second = world.call("CreateOTAStaticUpgradeJob", world.job(other, {"dev1"})).text("Data.JobId");
  EXPECT_EQ(world.tasks(first) + ", " + world.tasks(second), "dev1 QUEUED, dev1 FAILED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", second}}).text("Data.JobStatus"), "COMPLETED");
  const Answer third = world.call("CreateOTAStaticUpgradeJob", joined(world.job(other, {"dev1"}), {{"OverwriteMode", "2"}}));
  EXPECT_EQ(world.tasks(first) + ", " + world.tasks(third.text("Data.JobId")), "dev1 CANCELED, dev1 QUEUED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", third.text("Data.JobId")}}).text("Data.OverwriteMode"), "2");
}

TEST(ApiUpgrade, IsToldToADeviceOrWaitsUntilItAsks) {
  FirmwareWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer made = world.call("CreateOTAStaticUpgradeJob", joined(world.job(world.make("2.0.0"), {"dev1"}), {{"NeedPush", "false"}}));
  const std::string job = made.text("Data.JobId");
  EXPECT_EQ(lamp.hear(), "");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.NeedPush"), "false");
  lamp.say(lamp.sys("thing/ota/firmware/get"),
           R"({"id":"7","version":"1.0","params":{"module":"default"},"method":"thing.ota.firmware.get"})");
  EXPECT_NE(lamp.hear().find(R"("version":"2.0.0")"), std::string::npos);
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
}

TEST(ApiUpgrade, ADynamicOneTakesDevicesThatTellTheirVersionLater) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  one.say(world.inform("dev1"), FirmwareWorld::version("1.0.0"));
  const CallParameters how = {{"ProductKey", world.key}, {"FirmwareId", id}, {"SrcVersion.1", "1.0.0"}, {"SrcVersion.2", "1.1.0"}};
  const Answer made = world.call("CreateOTADynamicUpgradeJob", how);
  ASSERT_TRUE(made.ok()) << made.body;
  const std::string job = made.text("Data.JobId");
  EXPECT_EQ(world.call("CreateOTADynamicUpgradeJob", how).code(), "iot.ota.DynamicJobExists");
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
  ApiDevice two(world, shanghai, world.key, "dev2");
  two.say(world.inform("dev2"), FirmwareWorld::version("0.9.0"));
  EXPECT_EQ(two.hear(), "") << "none of the source versions";
  two.say(world.inform("dev2"), FirmwareWorld::version("1.1.0"));
  EXPECT_TRUE(two.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED, dev2 NOTIFIED");
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.JobStatus"), "IN_PROGRESS");
  EXPECT_EQ(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).code(), "iot.ota.FirmwareInUse");
  EXPECT_TRUE(world.call("CancelOTAStrategyByJob", {{"JobId", job}}).ok());
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.JobStatus"), "CANCELED");
  ApiDevice three(world, shanghai, world.key, "dev3");
  three.say(world.inform("dev3"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(three.hear(), "") << "it takes no more";
  const Answer later = world.call("CreateOTADynamicUpgradeJob", joined(how, {{"DynamicMode", "2"}}));
  EXPECT_EQ(world.tasks(later.text("Data.JobId")), "") << "mode 2: only those that tell it from now on";
  three.say(world.inform("dev3"), FirmwareWorld::version("1.0.0"));
  EXPECT_EQ(world.tasks(later.text("Data.JobId")), "dev3 NOTIFIED");
}

TEST(ApiUpgrade, EndsWhenItTakesTooLongAndBeginsAnewWhenAsked) {
  FirmwareWorld world;
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  const Answer made =
      world.call("CreateOTAStaticUpgradeJob", joined(world.job(world.make("2.0.0"), {"dev1"}), {{"TimeoutInMinutes", "2"}}));
  const std::string job = made.text("Data.JobId");
  lamp.hear();
  lamp.say(world.progress("dev1"), R"({"id":"2","params":{"step":"10"}})");
  world.now += 119s;
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS");
  const Answer open = world.call("ListOTAUnfinishedTaskByDevice", {{"ProductKey", world.key}, {"DeviceName", "dev1"}});
  EXPECT_EQ(open.text("Data.SimpleOTATaskInfo.0.TaskStatus"), "IN_PROGRESS");
  const std::string task = open.text("Data.SimpleOTATaskInfo.0.TaskId");
  EXPECT_EQ(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", task}}).code(), "iot.ota.TaskNotRetriable");
  world.now += 1s;
  EXPECT_EQ(world.tasks(job), "dev1 FAILED");
  EXPECT_EQ(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", "OTATASK1"}}).code(), "iot.ota.TaskNotExist");
  EXPECT_TRUE(world.call("ReupgradeOTATask", {{"JobId", job}, {"TaskId.1", task}}).ok());
  EXPECT_TRUE(lamp.hear().starts_with("/ota/device/upgrade/"));
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED");
}

TEST(ApiUpgrade, IsCancelledByJobAndByDevice) {
  FirmwareWorld world;
  const std::string id = world.make("2.0.0");
  ApiDevice one(world, shanghai, world.key, "dev1");
  ApiDevice two(world, shanghai, world.key, "dev2");
  const std::string job = world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1", "dev2", "dev3", "dev4"})).text("Data.JobId");
  one.say(world.progress("dev1"), R"({"id":"2","params":{"step":"10"}})");
  const CallParameters of_devices = {{"ProductKey", world.key}, {"FirmwareId", id}, {"DeviceName.1", "dev1"}, {"DeviceName.2", "dev3"}};
  EXPECT_EQ(world.call("CancelOTATaskByDevice", joined(of_devices, {{"JobId", "none"}})).code(), "iot.ota.JobNotExist");
  EXPECT_TRUE(world.call("CancelOTATaskByDevice", of_devices).ok());
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS, dev2 NOTIFIED, dev3 CANCELED, dev4 QUEUED") << "what has begun goes on";
  EXPECT_EQ(world.call("CancelOTATaskByDevice", of_devices).code(), "iot.ota.NoTaskToCancel");
  EXPECT_TRUE(world.call("CancelOTATaskByJob", {{"JobId", job}, {"CancelQueuedTask", "true"}}).ok());
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS, dev2 NOTIFIED, dev3 CANCELED, dev4 CANCELED");
  EXPECT_EQ(world.call_as_other("CancelOTATaskByJob", {{"JobId", job}, {"CancelInProgressTask", "true"}}).code(), "iot.ota.JobNotExist");
  EXPECT_EQ(world.call("CancelOTAStrategyByJob", {{"JobId", job}}).code(), "iot.system.IllegalRequest") << "it is no dynamic one";
  EXPECT_TRUE(world.call("CancelOTATaskByJob", {{"JobId", job}, {"CancelInProgressTask", "true"}, {"CancelNotifiedTask", "true"}}).ok());
  EXPECT_EQ(world.tasks(job), "dev1 CANCELED, dev2 CANCELED, dev3 CANCELED, dev4 CANCELED");
  EXPECT_EQ(world.call("ListOTAJobByFirmware", {{"FirmwareId", id}}).text("Data.SimpleOTAJobInfo.0.JobStatus"), "COMPLETED");
  EXPECT_EQ(world.call("ListOTAJobByDevice", {{"FirmwareId", id}, {"ProductKey", world.key}, {"DeviceName", "dev4"}}).text("Total"), "1");
  EXPECT_TRUE(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).ok());
}

}  // namespace
}  // namespace fleetsim::platform
