// Firmware over the air: what a device is told and tells, and where an update can be set after a move (the page's note on firmware).
#include <gtest/gtest.h>

#include "tests/platform-mock/services_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

using ota::TaskState;

const std::string md5 = "93230c3bde425a9d7984a594ac55ea1e";
const std::string inform = "/ota/device/inform/a1TestPK001/dev1";
const std::string progress = "/ota/device/progress/a1TestPK001/dev1";
const std::string upgrade = "/ota/device/upgrade/a1TestPK001/dev1 ";

PlatformConfig two_accounts() {
  PlatformConfig config = config_with_gateway();
  config.accounts.push_back({AccountId{"198001"}, "recipient"});
  return config;
}

struct FirmwareWorld : ServicesWorld {
  explicit FirmwareWorld(const PlatformConfig& config = two_accounts()) : ServicesWorld(config), fw(add("2.0.0")) {}

  ota::FirmwareFacts facts(const std::string& version) {
    return {.name = "fw", .version = version, .url = "https://127.0.0.1/ota/t1", .size = 432945, .md5 = md5};
  }
  ota::FirmwareIndex add(const std::string& version) { return *platform.firmwares().add(facts(version), place().account, lamps(), now); }
  /// "" or the code of the refusal.
  std::string set(std::string_view instance, std::string_view account = "198000", ota::JobKind kind = ota::JobKind::batch) {
    const auto made =
        platform.devices().upgrade({.kind = kind, .firmware = fw, .place = place(instance, account), .devices = {device("dev1")}}, turn());
    if (made) last = *made;
    return made ? "" : made.error().code;
  }
  const ota::Task& task() { return platform.upgrades().task(platform.upgrades().at(last).tasks.at(0)); }

  ota::FirmwareIndex fw;
  ota::UpgradeIndex last;
};

TEST(Upgrade, IsToldAtOnceFollowedAndDone) {
  FirmwareWorld world;
  Client lamp = world.online("dev1");
  world.say(lamp, inform, R"({"id":1,"params":{"version":"1.0.0"}})");
  EXPECT_EQ(world.thing("dev1")->known_details()->version_of("default"), "1.0.0");
  ASSERT_EQ(world.set(shanghai), "");
  EXPECT_EQ(lamp.take_message(),
            upgrade + R"({"code":"1000","data":{"size":432945,"version":"2.0.0","isDiff":0,"url":"https://127.0.0.1/ota/t1","md5":")" +
                md5 + R"(","sign":")" + md5 + R"(","signMethod":"MD5","module":"default"},"id":1700000000000,"message":"success"})");
  EXPECT_EQ(world.task().state, TaskState::notified);
  world.say(lamp, progress, R"({"id":2,"params":{"step":"40","desc":"downloading","module":"default"}})");
  EXPECT_EQ(world.task().state, TaskState::in_progress);
  EXPECT_EQ(world.task().step, 40);
  world.say(lamp, progress, R"({"id":2,"params":{"step":"101"}})");
  EXPECT_EQ(world.task().step, 40);
  world.say(lamp, inform, R"({"id":3,"params":{"version":"2.0.0"}})");
  EXPECT_EQ(world.task().state, TaskState::succeeded);
  EXPECT_EQ(world.ask(lamp, inform, R"({"id":4,"params":{"version":"2.0.0"}})"), "");
}

TEST(Upgrade, WaitsForADeviceThatIsAway) {
  FirmwareWorld world;
  ASSERT_EQ(world.set(shanghai, "198000", ota::JobKind::verify), "");
  EXPECT_EQ(world.task().state, TaskState::queued);
  Client lamp = world.online("dev1");
  EXPECT_TRUE(says(lamp.take_message(), upgrade));
  EXPECT_EQ(world.task().state, TaskState::notified);
  // A device that restarts with the old version is told again.
  EXPECT_TRUE(says(world.ask(lamp, inform, R"({"id":1,"params":{"version":"1.0.0","module":"default"}})"), upgrade));
  EXPECT_FALSE(world.platform.firmwares().at(world.fw).verified);
  world.say(lamp, inform, R"({"id":1,"params":{"version":"2.0.0"}})");
  EXPECT_TRUE(world.platform.firmwares().at(world.fw).verified);
}

TEST(Upgrade, IsFetchedByADeviceThatAsks) {
  FirmwareWorld world;
  Client lamp = world.online("dev1");
  const std::string get = sys("dev1", "thing/ota/firmware/get");
  EXPECT_TRUE(says(world.ask(lamp, get, R"({"id":"1","params":{"module":"default"}})"), R"("data":{},)"));
  world.set(shanghai);
  EXPECT_TRUE(says(world.ask(lamp, get, R"({"id":"1","params":{"module":"default"}})"), R"("data":{"size":432945,)"));
  EXPECT_TRUE(says(world.ask(lamp, get, R"({"id":"1","params":{"module":"other"}})"), R"("data":{},)"));
}

TEST(Upgrade, FailsWithTheDevicesWord) {
  FirmwareWorld world;
  Client lamp = world.online("dev1");
  for (const std::string step : {"-1", "-2", "-3", "-4"}) {
    world.set(shanghai);
    world.say(lamp, progress, R"({"id":2,"params":{"step":)" + step + R"(,"desc":"no room"}})");
    EXPECT_EQ(world.task().state, TaskState::failed) << step;
    EXPECT_EQ(world.task().description, "no room");
  }
  world.set(shanghai);
  EXPECT_EQ(world.platform.upgrades().cancel(world.last, world.now), 1U);
  EXPECT_EQ(world.task().state, TaskState::canceled);
  EXPECT_EQ(world.platform.upgrades().cancel(world.last, world.now), 0U);
}

TEST(Upgrade, IsSetOnlyWhereTheDeviceWasDistributedTo) {
  FirmwareWorld world;
  world.set(shanghai);
  Client lamp = world.online("dev1");
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(world.task().state, TaskState::canceled) << "what was set at the source does not follow the device";
  lamp.take();
  EXPECT_EQ(world.set(shanghai), "iot.device.NotExistedDevice");
  ASSERT_EQ(world.set(singapore), "");
  EXPECT_EQ(lamp.take_message(), "") << "the old place tells nothing of it";
  lamp.drop();
  Client away = world.online("dev1", singapore);
  EXPECT_TRUE(says(away.take_message(), upgrade));
  EXPECT_EQ(world.set(shanghai), "iot.device.NotExistedDevice");
  EXPECT_EQ(world.set(singapore, "198001"), "iot.device.NotExistedDevice") << "another account at the same instance";
}

TEST(Upgrade, OfAnotherAccountsProductNeedsItsFile) {
  FirmwareWorld world;
  Registry& registry = world.platform.registry();
  const AccountIndex recipient = *registry.find_account("198001");
  registry.start_handover(world.device("dev1"), JobIndex{}, {world.instance(singapore), recipient});
  registry.bind(world.device("dev1"), {world.instance(singapore), recipient});
  EXPECT_EQ(world.set(singapore), "iot.device.NotExistedDevice") << "the distributor has no say there any more";
  EXPECT_EQ(world.set(singapore, "198001"), "iot.ota.FirmwareNotObtained");
  ASSERT_TRUE(world.platform.distribution().firmware_grants().hand_over(world.place().account, recipient, md5));
  EXPECT_EQ(world.set(singapore, "198001"), "");
}

TEST(Firmware, HasAJsonObjectForItsExtraDataOrNone) {
  ota::FirmwareStore store;
  ota::FirmwareFacts facts{.name = "fw", .module = "default", .version = "2.0.0"};
  facts.url = "http://127.0.0.1/fw.bin";
  facts.size = 1;
  facts.md5 = std::string(32, '0');
  for (const std::string_view bad : {"x", "[1]", "\"text\"", "{", "{}}", R"({"a":1},"version":"9")"}) {
    facts.extra_data = bad;
    const auto added = store.add(facts, {}, {}, Instant{});
    ASSERT_FALSE(added.ok()) << bad;
    EXPECT_EQ(added.error().code, "iot.check.InvalidFormattedParameter");
  }
  facts.extra_data = R"({"a":{"b":[1]}})";
  EXPECT_TRUE(store.add(facts, {}, {}, Instant{}).ok());
}

TEST(Upgrade, IsRefusedForWhatDoesNotFit) {
  PlatformConfig config = two_accounts();
  config.limits.mode = LimitsMode::documented;
  FirmwareWorld world(config);
  ota::Upgrades& upgrades = world.platform.upgrades();
  const Place here = world.place();
  EXPECT_EQ(upgrades.create({.firmware = world.fw, .place = here, .devices = {}}, world.now).error().code, "iot.device.NullDeviceName");
  EXPECT_EQ(upgrades.create({.firmware = world.fw, .place = here, .devices = {world.device("dev1"), world.gate()}}, world.now).error().code,
            "iot.device.NotExistedDevice");
  EXPECT_EQ(upgrades
                .create({.kind = ota::JobKind::verify,
                         .firmware = world.fw,
                         .place = here,
                         .devices = std::vector<DeviceIndex>(11, world.device("dev1"))},
                        world.now)
                .error()
                .code,
            "iot.device.DeviceCountExceeded");
  EXPECT_EQ(upgrades.count(), 0U);
  ota::FirmwareStore& store = world.platform.firmwares();
  const auto refusal = [&](ota::FirmwareFacts facts) {
    return store.add(std::move(facts), here.account, world.lamps(), world.now).error().code;
  };
  EXPECT_EQ(refusal(world.facts("2.0.0")), "iot.ota.DuplicateFirmwareVersion");
  ota::FirmwareFacts bad = world.facts("3");
  bad.md5 = "xyz";
  EXPECT_EQ(refusal(bad), "iot.check.InvalidFormattedParameter");
  bad = world.facts("3");
  bad.url.clear();
  EXPECT_EQ(refusal(bad), "iot.check.InvalidFormattedParameter");
  store.remove(world.fw);
  EXPECT_EQ(world.set(shanghai), "iot.ota.FirmwareNotExist");
  EXPECT_FALSE(store.find(store.at(world.fw).id).has_value());
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
