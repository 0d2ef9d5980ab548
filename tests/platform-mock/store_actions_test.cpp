// What came into the store with its fourth schema: device groups, uploaded files, and what upgrades had not kept.
#include <chrono>
#include <string>

#include "platform-mock/store/schema.hpp"
#include "tests/platform-mock/store_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

const std::string bytes_of_every_kind{"\0fw\xff'\n;--", 9};

ota::FirmwareFacts uploaded_facts(const std::string& version) {
  ota::FirmwareFacts facts;
  facts.name = "fw";
  facts.version = version;
  facts.url = "http://127.0.0.1/oss/ota/198000/x7.bin";
  facts.size = bytes_of_every_kind.size();
  facts.md5 = std::string(32, 'a');
  facts.file = "x7.bin";
  facts.verification = ota::Verification::needed;
  return facts;
}

ota::FirmwareIndex add_firmware(StoredWorld& world, const std::string& version) {
  const Place home = world.place(shanghai);
  if (world.uploads.find("x7.bin") == nullptr)
    world.uploads.put("x7.bin", {.owner = home.account, .content = bytes_of_every_kind, .uploaded = Instant{1s}});
  const auto added = world.firmwares.add(uploaded_facts(version), home.account, ProductIndex{0}, Instant{2s});
  world.uploads.use("x7.bin");
  return *added;
}

ota::UpgradeRequest dynamic_request(StoredWorld& world, ota::FirmwareIndex firmware) {
  ota::UpgradeRequest request{.kind = ota::JobKind::batch, .firmware = firmware, .place = world.place(shanghai), .devices = {}};
  request.options = {.overwrite = ota::Overwrite::keep_former,
                     .selection = ota::Selection::dynamic,
                     .push = ota::Push::asked_for,
                     .timeout = 7min,
                     .source_versions = {"1.0", "it's \"1.1\""},
                     .target_selection = "ALL"};
  return request;
}

void make_groups(StoredWorld& world) {
  things::DeviceGroups& groups = world.things.groups();
  const Place home = world.place(shanghai);
  ASSERT_FALSE(groups.add({.id = "zz", .name = "first", .description = "d'", .place = home, .created_ms = 5}, kept_of_a_device));
  ASSERT_FALSE(groups.add({.id = "aa", .name = "second", .super_id = "zz", .place = home, .created_ms = 6}, kept_of_a_device));
  ASSERT_FALSE(groups.add({.id = "mm", .name = "first", .place = world.place(singapore), .created_ms = 7}, kept_of_a_device));
  groups.set_tags("aa", {{"room", "kitchen"}});
  ASSERT_TRUE(world.things.labels(world.device("dev1")).join_group("aa", kept_of_a_device));
}

TEST(StoreActions, EveryOneOfTheirChangesIsKept) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  const auto step = [&](auto&& change) {
    change();
    ASSERT_TRUE(world.store->unsaved());
    world.commit_store();
    ASSERT_EQ(text_after_crash(folder.path()), world.text());
  };
  const DeviceIndex device = world.device("dev1");
  const Place home = world.place(shanghai);
  ota::FirmwareIndex firmware;
  ota::UpgradeIndex upgrade;
  step([&] { make_groups(world); });
  step([&] { world.things.groups().describe("zz", "another"); });
  step([&] { world.things.groups().set_tags("zz", {{"a", "b"}}); });
  step([&] {
    world.things.dissolve_group("aa");
    world.things.groups().remove("aa");
  });
  step([&] { world.uploads.put("x7.bin", {.owner = home.account, .content = "older", .uploaded = Instant{1s}}); });
  step([&] { world.uploads.put("x7.bin", {.owner = home.account, .content = bytes_of_every_kind, .uploaded = Instant{2s}}); });
  step([&] { world.uploads.put("unused.bin", {.owner = AccountIndex{1}, .content = "bytes", .uploaded = Instant{3s}}); });
  step([&] { firmware = add_firmware(world, "2.0"); });
  step([&] { upgrade = *world.upgrades.create(dynamic_request(world, firmware), Instant{4s}); });
  step([&] { world.upgrades.informed(device, home, "default", "1.0", Instant{5s}); });
  step([&] { world.upgrades.pushed(device, home, {}, Instant{6s}); });
  step([&] { world.upgrades.progressed(device, home, {.module = "default", .step = 10, .description = ""}, Instant{7s}); });
  step([&] { world.upgrades.progressed(device, home, {.module = "default", .step = 20, .description = ""}, Instant{8s}); });
  step([&] { world.upgrades.end_selection(upgrade); });
  step([&] { world.upgrades.cancel(upgrade, Instant{9s}); });
  step([&] { world.uploads.forget_unused(Instant{1h + 3s}, 1h); });
  EXPECT_EQ(world.uploads.all().size(), 1U) << "a firmware refers to the other one";
  step([&] {
    world.firmwares.remove(firmware);
    world.uploads.release("x7.bin");
  });
  EXPECT_EQ(world.uploads.bytes(), 0U);
}

TEST(StoreActions, AGroupThatIsReadIsNotWritten) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  make_groups(world);
  world.commit_store();
  EXPECT_NE(world.things.groups().find("aa", world.place(shanghai)), nullptr);
  EXPECT_EQ(world.things.groups().find("aa", world.place(singapore)), nullptr);
  EXPECT_FALSE(world.store->unsaved());
}

TEST(StoreActions, TheMomentATaskBeganMovesWithTheClockOnTheWall) {
  const StateFolder folder;
  const auto task_of = [](StoredWorld& world) { return world.upgrades.task(0); };
  {
    StoredWorld world(folder.path());
    const auto request = dynamic_request(world, add_firmware(world, "2.0"));
    ASSERT_TRUE(world.upgrades.create(request, Instant{}).ok());
    const DeviceIndex device = world.device("dev1");
    world.upgrades.informed(device, request.place, "default", "1.0", Instant{});
    EXPECT_EQ(task_of(world).begun, Instant{});
    world.upgrades.pushed(device, request.place, {}, Instant{});
    world.upgrades.progressed(device, request.place, {.module = "default", .step = 10, .description = ""}, Instant{});  // at Instant 0
    world.commit_store();
  }
  StoredWorld world(folder.path(), placement_config(), 1'060'000'000);  // a minute later
  EXPECT_EQ(task_of(world).begun, Instant{-60s});
  EXPECT_EQ(task_of(world).created, Instant{-60s});
  world.upgrades.expire(Instant{6min - 1us});
  EXPECT_EQ(task_of(world).state, ota::TaskState::in_progress);
  world.upgrades.expire(Instant{6min});
  EXPECT_EQ(task_of(world).state, ota::TaskState::failed) << "seven minutes after it began";
}

TEST(StoreActions, LabelsOfTheSourceDoNotComeAlongWhenNearestAccessHasDecided) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  make_groups(world);
  world.create(PlacementWorld::nearest_request({singapore, frankfurt}, {"dev1"}));
  ASSERT_TRUE(world.things.labels(world.device("dev1")).set_tags({{"room", "hall"}}, kept_of_a_device));
  EXPECT_TRUE(world.violations().empty());
  world.distribution.commit(world.device("dev1"), world.at(singapore), nowhere(), world.output);
  EXPECT_EQ(world.things.find_labels(world.device("dev1")), nullptr);
  world.commit_store();
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreActions, AFolderOfTheThirdSchemaIsBroughtUpToDate) {
  const StateFolder folder;
  {
    SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, 0, 3);
    database.exec(
        std::string{rows_of_old_schemas} +
        "INSERT INTO device VALUES(1, 0, 1, 'dev2', 'kept', 5, 1, NULL, 1, 0, 0, 0, 0);"
        "INSERT INTO label VALUES(0, '[[\"room\",\"hall\"]]', '[[\"lost\"]]'); INSERT INTO label VALUES(1, '[]', '[[\"lost\"]]');"
        "INSERT INTO firmware VALUES(0, 'FW100000', 1, 0, 5, 0, 0, 'fw', 'default', '2.0', '', 'http://x/y', 9, 'aa', '', '', '');"
        "INSERT INTO upgrade VALUES(0, 'OTA100000', 1, 0, 1, 1, 1000000100);"
        "INSERT INTO upgrade_task VALUES(0, 0, 0, 2, 40, 'half', '1.0', 1000000300);"
        "INSERT INTO upgrade_task VALUES(1, 0, 1, 0, 0, '', '', 1000000200)");
  }
  const auto report = check_state(folder.path());
  ASSERT_TRUE(report.ok()) << report.error().what;
  EXPECT_TRUE(report->violations.empty()) << report->violations.front();
  {
    SQLite::Database database(folder.file());
    EXPECT_EQ(schema_version_of(database), 3) << "looked at, and left as it is";
  }
  StoredWorld world(folder.path());
  ASSERT_FALSE(world.problem) << world.problem->what;
  const things::DeviceLabels* const labels = world.things.find_labels(world.device("dev1"));
  ASSERT_NE(labels, nullptr);
  EXPECT_EQ(labels->find_tag("room")->value, "hall");
  EXPECT_TRUE(labels->groups().empty()) << "that group was never kept";
  EXPECT_EQ(world.things.find_labels(world.device("dev2")), nullptr);
  const ota::Firmware& firmware = world.firmwares.at(ota::FirmwareIndex{0});
  EXPECT_EQ(firmware.facts.url + firmware.facts.file, "http://x/y");
  EXPECT_EQ(world.upgrades.at(ota::UpgradeIndex{0}).options.selection, ota::Selection::fixed);
  EXPECT_EQ(world.upgrades.task(0).created, Instant{100us});
  EXPECT_EQ(world.upgrades.task(0).begun, Instant{300us});
  EXPECT_EQ(world.upgrades.task(1).begun, Instant{});
  make_groups(world);
  ASSERT_TRUE(world.upgrades.create(dynamic_request(world, add_firmware(world, "3.0")), Instant{4s}).ok());
  world.commit_store();
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreActions, DamageIsSeen) {
  const auto violation_after = [](const std::string& sql) {
    const StateFolder folder;
    {
      StoredWorld world(folder.path());
      make_groups(world);
      const auto upgrade = world.upgrades.create(dynamic_request(world, add_firmware(world, "2.0")), Instant{4s});
      EXPECT_TRUE(upgrade.ok());
      for (const char* name : {"dev1", "dev2"})
        world.upgrades.informed(world.device(name), world.place(shanghai), "default", "1.0", Instant{5s});
      world.commit_store();
      EXPECT_TRUE(world.violations().empty());
    }
    SQLite::Database(folder.file(), SQLite::OPEN_READWRITE).exec(sql);
    const auto report = check_state(folder.path());
    return !report ? report.error().what : report->violations.empty() ? std::string{} : report->violations.front();
  };
  EXPECT_EQ(violation_after("SELECT 1"), "");
  EXPECT_EQ(violation_after("DELETE FROM device_group WHERE id = 'aa'"), "device \"dev1\" is in group aa, which does not exist");
  EXPECT_EQ(violation_after("UPDATE device_group SET super_id = '', instance = 2 WHERE id = 'aa'"),
            "device \"dev1\" is in group aa of another place");
  EXPECT_EQ(violation_after("DELETE FROM device_group WHERE id = 'zz'"), "group aa stands in a group that is not at its place");
  EXPECT_EQ(violation_after("UPDATE device_group SET super_id = 'zz' WHERE id = 'zz'"), "group zz stands in itself");
  EXPECT_EQ(violation_after("UPDATE device_group SET name = 'first' WHERE id = 'aa'"), "group aa has the name of another one at its place");
  EXPECT_EQ(violation_after("UPDATE device_group SET tags = '7' WHERE id = 'aa'"), "the tags of group aa cannot be read");
  EXPECT_EQ(violation_after("DELETE FROM uploaded_file"), "firmware FW100000 has lost its file x7.bin");
  EXPECT_EQ(violation_after("UPDATE uploaded_file SET content = x'0102'"), "firmware FW100000 has 9 bytes, its file 2");
  EXPECT_EQ(violation_after("INSERT INTO account VALUES(9, '198009', ''); UPDATE uploaded_file SET owner = 9"),
            "firmware FW100000 has a file of another account");
  EXPECT_EQ(violation_after("UPDATE upgrade_task SET device = 0"), "upgrade OTA100000 has chosen device \"dev1\" twice");
  EXPECT_EQ(violation_after("UPDATE upgrade SET source_versions = 'x'"), "the source versions of upgrade OTA100000 cannot be read");
  EXPECT_EQ(violation_after("UPDATE upgrade SET selection = 9"), "column selection holds 9");
}

}  // namespace
}  // namespace fleetsim::platform
