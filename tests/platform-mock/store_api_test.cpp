// What the management actions bring is there after a restart: it is done by the API, the platform is started again from its folder, and the
// API is asked again.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "platform-mock/core/files/firmware_files.hpp"
#include "tests/platform-mock/api_firmware_world.hpp"
#include "tests/platform-mock/store_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

PlatformConfig without_products() { return StoredWorld::without_products(api_config()); }

std::unique_ptr<SqliteStore> store_in(const std::string& folder) {
  auto opened = SqliteStore::open({.folder = folder, .durability = Durability::normal, .seed = 7});
  EXPECT_TRUE(opened.ok()) << opened.error().what;
  return std::move(*opened);
}

/// The platform of FirmwareWorld in a folder; its product is made at the first start.
struct KeptWorld : FirmwareWorld {
  explicit KeptWorld(const std::string& folder) : KeptWorld(store_in(folder)) {}
  explicit KeptWorld(std::unique_ptr<SqliteStore> opened) : FirmwareWorld(without_products(), opened->starts()), store(std::move(opened)) {
    now += std::chrono::seconds{store->starts() * 1000};
    const auto problem = store->recover(platform.durable_parts(), unix_epoch_ms * 1000);
    EXPECT_FALSE(problem) << problem->what;
    const Registry& registry = platform.registry();
    key = registry.product_count() == 0 ? make_product({"dev1", "dev2", "dev3", "dev4"})
                                        : std::string{registry.product(ProductIndex{0}).config.key.view()};
  }

  Answer call_of(const std::string& action, const std::string& name, const CallParameters& more = {}) {
    return call(action, joined({{"ProductKey", key}, {"DeviceName", name}}, more));
  }

  std::unique_ptr<SqliteStore> store;
};

/// A folder and the platform that is kept in it; each start is another process's life, 1,000 s later.
struct KeptPlatform {
  KeptWorld& start() {
    if (world != nullptr) {
      const auto refused = world->store->commit();
      EXPECT_FALSE(refused) << refused->what;
      world.reset();
      const auto report = check_state(folder.path());
      EXPECT_TRUE(report.ok() && report->violations.empty()) << (report ? report->violations.front() : report.error().what);
    }
    world = std::make_unique<KeptWorld>(folder.path());
    return *world;
  }

  StateFolder folder;
  std::unique_ptr<KeptWorld> world;
};

CallParameters in_group(const KeptWorld& world, const std::string& group, const std::string& device) {
  return {{"GroupId", group}, {"Device.1.ProductKey", world.key}, {"Device.1.DeviceName", device}};
}

TEST(KeptPlatform, GroupsComeBackWithTheirTagsAndWhoIsInThem) {
  KeptPlatform kept;
  std::string building;
  std::string floor;
  std::string gone;
  {
    KeptWorld& world = kept.start();
    building = world.call("CreateDeviceGroup", {{"GroupName", "building"}, {"GroupDesc", "the old one"}}).text("Data.GroupId");
    floor = world.call("CreateDeviceGroup", {{"GroupName", "floor_1"}, {"SuperGroupId", building}}).text("Data.GroupId");
    gone = world.call("CreateDeviceGroup", {{"GroupName", "annex"}}).text("Data.GroupId");
    ASSERT_TRUE(world.call("BatchAddDeviceGroupRelations", in_group(world, floor, "dev1")).ok());
    ASSERT_TRUE(world.call("BatchAddDeviceGroupRelations", in_group(world, gone, "dev2")).ok());
    ASSERT_TRUE(world.call("SetDeviceGroupTags", {{"GroupId", floor}, {"TagString", R"([{"tagKey":"wing","tagValue":"e'ast"}])"}}).ok());
  }
  {
    KeptWorld& world = kept.start();
    const Answer told = world.call("QueryDeviceGroupInfo", {{"GroupId", building}});
    ASSERT_TRUE(told.ok()) << told.body;
    EXPECT_EQ(told.text("Data.GroupName") + told.text("Data.GroupDesc"), "buildingthe old one");
    EXPECT_EQ(told.text("Data.UtcCreate"), "2026-11-22T22:55:00.000Z") << "when it was made, not when it came back";
    EXPECT_EQ(world.call("QuerySuperDeviceGroup", {{"GroupId", floor}}).text("Data.GroupInfo.0.GroupId"), building);
    EXPECT_EQ(world.call("QueryDeviceGroupTagList", {{"GroupId", floor}}).text("Data.GroupTagInfo.0.TagValue"), "e'ast");
    EXPECT_EQ(world.call("QueryDeviceListByDeviceGroup", {{"GroupId", floor}}).text("Data.SimpleDeviceInfo.0.DeviceName"), "dev1");
    EXPECT_EQ(world.call("CreateDeviceGroup", {{"GroupName", "building"}}).code(), "iot.group.AlreadyExistedGroupName");
    EXPECT_EQ(world.call("DeleteDeviceGroup", {{"GroupId", building}}).code(), "iot.group.HasSubGroups");
    ASSERT_TRUE(world.call("UpdateDeviceGroup", {{"GroupId", building}, {"GroupDesc", "painted"}}).ok());
    ASSERT_TRUE(world.call("SetDeviceGroupTags", {{"GroupId", floor}, {"TagString", R"([{"tagKey":"wing","tagValue":"west"}])"}}).ok());
    ASSERT_TRUE(world.call("DeleteDeviceGroup", {{"GroupId", gone}}).ok());
    ASSERT_TRUE(world.call("CreateDeviceGroup", {{"GroupName", "later"}}).ok());
  }
  KeptWorld& world = kept.start();
  EXPECT_EQ(world.call("QueryDeviceGroupInfo", {{"GroupId", building}}).text("Data.GroupDesc"), "painted");
  EXPECT_EQ(world.call("QueryDeviceGroupTagList", {{"GroupId", floor}}).text("Data.GroupTagInfo.0.TagValue"), "west");
  EXPECT_EQ(world.call("QueryDeviceGroupInfo", {{"GroupId", gone}}).code(), "iot.group.NotExistedGroup");
  EXPECT_EQ(world.call_of("QueryDeviceGroupByDevice", "dev2").text("GroupInfos.GroupInfo"), "[]") << "nobody is in a group that is gone";
  const Answer list = world.call("QueryDeviceGroupList", {});
  EXPECT_EQ(list.text("Data.GroupInfo.0.GroupName") + list.text("Data.GroupInfo.1.GroupName"), "laterbuilding") << "the newest first";
}

TEST(KeptPlatform, UploadedFirmwareIsStillFetchedByteForByte) {
  KeptPlatform kept;
  std::string url;
  std::string id;
  std::string job;
  const auto offered = [](const std::string& heard) { return member(heard, "url"); };
  {
    KeptWorld& world = kept.start();
    id = world.make("2.0.0");
    job = world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1"})).text("Data.JobId");
    ApiDevice lamp(world, shanghai, world.key, "dev1");
    url = offered(lamp.hear());
    ASSERT_EQ(world.get(url).body, content + "2.0.0");
  }
  {
    KeptWorld& world = kept.start();
    EXPECT_EQ(world.get(url).body, content + "2.0.0") << "the URL that it was given before";
    ApiDevice lamp(world, shanghai, world.key, "dev1");
    const std::string again = offered(lamp.hear());
    EXPECT_EQ(world.get(again).body, content + "2.0.0");
    EXPECT_EQ(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).code(), "iot.ota.FirmwareInUse");
    lamp.say(world.inform("dev1"), FirmwareWorld::version("2.0.0"));
    EXPECT_EQ(world.tasks(job), "dev1 SUCCEEDED");
    EXPECT_NE(world.platform.firmware_files().uploads().bytes(), 0U);
    ASSERT_TRUE(world.call("DeleteOTAFirmware", {{"FirmwareId", id}}).ok());
  }
  KeptWorld& world = kept.start();
  EXPECT_EQ(world.platform.firmware_files().uploads().bytes(), 0U) << "the file goes with its last firmware";
  EXPECT_EQ(world.get(url).status, 404);
}

TEST(KeptPlatform, AnUploadThatNoFirmwareRefersToIsKeptForItsHour) {
  KeptPlatform kept;
  const std::string early = kept.start().upload("early");
  const std::string late = kept.world->upload("late");
  ASSERT_TRUE(kept.start().call("CreateOTAFirmware", kept.world->firmware("2", early)).ok()) << "1,000 s later it is there";
  KeptWorld& world = kept.start();
  world.now += 1h;
  ASSERT_TRUE(world.call("GenerateOTAUploadURL", {}).ok());
  EXPECT_EQ(world.call("CreateOTAFirmware", world.firmware("3", late)).code(), "iot.ota.FirmwareFileNotExist");
  EXPECT_TRUE(world.call("CreateOTAFirmware", world.firmware("4", early)).ok()) << "a firmware refers to it";
  EXPECT_EQ(kept.start().platform.firmware_files().uploads().all().size(), 1U);
}

TEST(KeptPlatform, FirmwareThatMustBeVerifiedMustStillBe) {
  KeptPlatform kept;
  std::string id;
  const auto batch = [&](KeptWorld& world) { return world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1"})).code(); };
  std::string refusal;
  {
    KeptWorld& world = kept.start();
    id = world.call("CreateOTAFirmware", joined(world.firmware("2.0.0", world.upload()), {{"NeedToVerify", "true"}}))
             .text("Data.FirmwareId");
    refusal = batch(world);
    ASSERT_TRUE(refusal.starts_with("iot.ota.")) << refusal;
  }
  EXPECT_EQ(batch(kept.start()), refusal);
}

TEST(KeptPlatform, ADynamicUpgradeGoesOnChoosingUntilItsSelectionIsEnded) {
  KeptPlatform kept;
  std::string job;
  const auto tell = [](KeptWorld& world, const std::string& name, const std::string& version) {
    ApiDevice device(world, shanghai, world.key, name);
    device.say(world.inform(name), FirmwareWorld::version(version));
    device.leave();
  };
  {
    KeptWorld& world = kept.start();
    const Answer made = world.call("CreateOTADynamicUpgradeJob",
                                   {{"ProductKey", world.key}, {"FirmwareId", world.make("2.0.0")}, {"SrcVersion.1", "1.0.0"}});
    job = made.text("Data.JobId");
    ASSERT_TRUE(made.ok()) << made.body;
    tell(world, "dev1", "1.0.0");
    ASSERT_EQ(world.tasks(job), "dev1 NOTIFIED");
  }
  {
    KeptWorld& world = kept.start();
    tell(world, "dev2", "0.9.0");
    EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED") << "none of its source versions";
    tell(world, "dev2", "1.0.0");
    EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED, dev2 NOTIFIED");
    ASSERT_TRUE(world.call("CancelOTAStrategyByJob", {{"JobId", job}}).ok());
  }
  KeptWorld& world = kept.start();
  EXPECT_EQ(world.call("QueryOTAJob", {{"JobId", job}}).text("Data.JobStatus"), "CANCELED");
  tell(world, "dev3", "1.0.0");
  EXPECT_EQ(world.tasks(job), "dev1 NOTIFIED, dev2 NOTIFIED") << "it takes no more";
}

TEST(KeptPlatform, AnUpgradeEndsWhenItsTimeIsUpCountedFromBeforeTheStart) {
  KeptPlatform kept;
  std::string job;
  {
    KeptWorld& world = kept.start();
    job = world.call("CreateOTAStaticUpgradeJob", joined(world.job(world.make("2.0.0"), {"dev1"}), {{"TimeoutInMinutes", "20"}}))
              .text("Data.JobId");
    ApiDevice lamp(world, shanghai, world.key, "dev1");
    lamp.say(world.progress("dev1"), R"({"id":"2","params":{"step":"10"}})");
  }
  KeptWorld& world = kept.start();
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS") << "1,000 s of 1,200";
  EXPECT_EQ(world.call("ListOTATaskByJob", {{"JobId", job}}).text("Data.SimpleOTATaskInfo.0.UtcCreate"), "2026-11-22T22:55:00.000Z");
  world.now += 199s;
  EXPECT_EQ(world.tasks(job), "dev1 IN_PROGRESS");
  world.now += 1s;
  EXPECT_EQ(world.tasks(job), "dev1 FAILED");
}

TEST(KeptPlatform, ADeviceThatHasToAskForItsUpgradeIsStillNotTold) {
  KeptPlatform kept;
  {
    KeptWorld& world = kept.start();
    ASSERT_TRUE(world.call("CreateOTAStaticUpgradeJob", joined(world.job(world.make("2.0.0"), {"dev1"}), {{"NeedPush", "false"}})).ok());
  }
  KeptWorld& world = kept.start();
  ApiDevice lamp(world, shanghai, world.key, "dev1");
  EXPECT_EQ(lamp.hear(), "");
  lamp.say(lamp.sys("thing/ota/firmware/get"), R"({"id":"3","version":"1.0","params":{}})");
  EXPECT_NE(lamp.hear().find(R"("version":"2.0.0")"), std::string::npos);
}

TEST(KeptPlatform, DeviceLogsAreFoundAgainAfterAMoveAndAStart) {  // RULES.md, rule 21
  KeptPlatform kept;
  const auto report = [](ApiDevice& lamp, const std::string& line) {
    lamp.say(lamp.sys("thing/log/post"), R"({"id":"1","version":"1.0","params":[")" + line + R"("],"method":"thing.log.post"})");
  };
  const auto lines = [](KeptWorld& world, std::string_view instance) {
    const Answer told =
        world.call_of("QueryDeviceLog", "dev1",
                      {{"StartTime", "0"}, {"EndTime", "1999999999999"}, {"PageSize", "9"}, {"IotInstanceId", std::string{instance}}});
    std::string out;
    for (int i = 0; i < told.count("Data.List.LogInfo"); ++i) out += told.text("Data.List.LogInfo." + std::to_string(i) + ".Content") + ";";
    return out;
  };
  const auto move = [](KeptWorld& world, std::string_view from, std::string_view to) {
    EXPECT_TRUE(world
                    .call("CreateDeviceDistributeJob", {{"ProductKey", world.key},
                                                        {"DeviceName.1", "dev1"},
                                                        {"SourceInstanceId", std::string{from}},
                                                        {"TargetInstanceConfig.1.TargetInstanceId", std::string{to}},
                                                        {"Strategy", "0"},
                                                        {"TargetUid", "198000"}})
                    .ok());
  };
  {
    KeptWorld& world = kept.start();
    ApiDevice at_home(world, shanghai, world.key, "dev1");
    report(at_home, "at home");
    move(world, shanghai, singapore);
    at_home.leave();
    ApiDevice away(world, singapore, world.key, "dev1");
    report(away, "away");
  }
  {
    KeptWorld& world = kept.start();
    EXPECT_EQ(lines(world, singapore), "away;");
    move(world, singapore, shanghai);
  }
  KeptWorld& world = kept.start();
  const ApiDevice back(world, shanghai, world.key, "dev1");
  EXPECT_EQ(lines(world, shanghai), "at home;");
}

}  // namespace
}  // namespace fleetsim::platform
