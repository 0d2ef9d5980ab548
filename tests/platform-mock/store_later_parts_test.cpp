// What came into the store with its third schema: codes, firmware, remote configurations, nicknames and applications.
#include <chrono>
#include <string>

#include "platform-mock/store/schema.hpp"
#include "tests/platform-mock/store_world.hpp"

namespace fleetsim::platform {
namespace {

using namespace std::chrono_literals;

ota::FirmwareFacts facts(const std::string& version) {
  ota::FirmwareFacts facts;
  facts.name = "it's fw";
  facts.version = version;
  facts.source_version = "0.9";
  facts.url = "https://127.0.0.1/" + version;
  facts.size = std::uint64_t{900} * 1024 * 1024;
  facts.md5 = std::string(32, 'a');
  facts.sha256 = std::string(64, 'b');
  facts.extra_data = R"({"a":1})";
  facts.description = "a; DROP TABLE firmware";
  return facts;
}

void send_codes(StoredWorld& world) {
  VerificationCodes& codes = world.distribution.codes();
  codes.send(AccountIndex{0}, AccountIndex{1}, Instant{1s});
  codes.send(AccountIndex{1}, AccountIndex{0}, Instant{2s});
  codes.use(AccountIndex{1}, AccountIndex{0}, "wrong", Instant{3s});
}

void set_upgrades(StoredWorld& world) {
  const ProductIndex product = *world.registry.find_product(test_product);
  const Place home = world.place(shanghai);
  const auto first = world.firmwares.add(facts("1.1"), home.account, product, Instant{1s});
  const auto second = world.firmwares.add(facts("1.2"), home.account, product, Instant{2s});
  const auto third = world.firmwares.add(facts("1.3"), home.account, product, Instant{3s});
  world.firmwares.remove(*third);
  const std::vector<DeviceIndex> devices = {world.device("dev1"), world.device("dev2"), world.device("dev3")};
  ASSERT_TRUE(
      world.upgrades.create({.kind = ota::JobKind::verify, .firmware = *first, .place = home, .devices = devices}, Instant{4s}).ok());
  for (const DeviceIndex device : devices) world.upgrades.pushed(device, home, {}, Instant{5s});
  world.upgrades.informed(devices[0], home, "default", "1.0", Instant{6s});
  world.upgrades.informed(devices[1], home, "default", "1.1", Instant{6s});
  world.upgrades.progressed(devices[2], home, {.module = "default", .step = 40, .description = "half"}, Instant{6s});
  ASSERT_TRUE(
      world.upgrades.create({.kind = ota::JobKind::batch, .firmware = *second, .place = home, .devices = devices}, Instant{7s}).ok());
}

void fill_api(StoredWorld& world) {
  world.remote_configs.set(ProductIndex{0}, {.id = "c1", .content = R"({"interval":60})", .sign = "ff"});
  world.api.set_nickname(world.device("dev1"), "the \"first\" one");
  world.api.set_nickname(world.device("dev2"), "gone soon");
  world.api.forget(world.device("dev2"));
  Application application;
  application.place = world.place(shanghai);
  application.names = {"one", "two"};
  application.invalid = {"dev1"};
  application.nicknames = {"erste", "zweite"};
  const std::int64_t id = world.api.add(application);
  Application* const known = world.api.find_application(world.api.add(std::move(application)));
  known->state = ApplicationState::registered;
  known->names = {"one"};
  world.api.application_changed(id + 1);
}

TEST(StoreLaterParts, ComeBackAsTheyWere) {
  const StateFolder folder;
  std::string before;
  {
    StoredWorld world(folder.path());
    ASSERT_FALSE(world.problem) << world.problem->what;
    send_codes(world);
    set_upgrades(world);
    fill_api(world);
    world.commit_store();
    before = world.text();
  }
  for (const char* part : {"code 0>1", "code 1>0", "inbox 1 from 0", "firmware FW100002", "IN_PROGRESS", "SUCCEEDED", "nickname 0",
                           "application 100002", "config 0"})
    EXPECT_NE(before.find(part), std::string::npos) << part;
  StoredWorld again(folder.path());
  ASSERT_FALSE(again.problem) << again.problem->what;
  EXPECT_EQ(again.text(), before);
}

TEST(StoreLaterParts, EveryOneOfTheirChangesIsKept) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  const auto step = [&](auto&& change) {
    change();
    ASSERT_TRUE(world.store->unsaved());
    world.commit_store();
    ASSERT_EQ(text_after_crash(folder.path()), world.text());
  };
  const Place home = world.place(shanghai);
  const DeviceIndex device = world.device("dev1");
  VerificationCodes& codes = world.distribution.codes();
  step([&] { codes.send(AccountIndex{0}, AccountIndex{1}, Instant{1s}); });
  step([&] { codes.use(AccountIndex{0}, AccountIndex{1}, "wrong", Instant{2s}); });
  step([&] {
    EXPECT_EQ(codes.use(AccountIndex{0}, AccountIndex{1}, codes.inbox(AccountIndex{1}).back().code, Instant{3s}), CodeCheck::accepted);
  });
  step([&] { ASSERT_TRUE(world.firmwares.add(facts("1.1"), home.account, ProductIndex{0}, Instant{1s}).ok()); });
  step([&] {
    ASSERT_TRUE(world.upgrades.create({.kind = ota::JobKind::verify, .firmware = {}, .place = home, .devices = {device}}, {}).ok());
  });
  step([&] { world.upgrades.pushed(device, home, {}, Instant{2s}); });
  step([&] { world.upgrades.informed(device, home, "default", "0.9", Instant{3s}); });
  step([&] { world.upgrades.progressed(device, home, {.module = "default", .step = 10, .description = "x"}, Instant{4s}); });
  step([&] { world.upgrades.informed(device, home, "default", "1.1", Instant{5s}); });
  step([&] { world.firmwares.remove({}); });
  step([&] {
    world.remote_configs.set(ProductIndex{0}, {.id = "c", .content = "{}", .sign = "s", .state = things::RemoteConfigState::off});
  });
  step([&] { world.remote_configs.remove(ProductIndex{0}); });
  step([&] { world.api.set_nickname(device, "name"); });
  step([&] { world.api.set_nickname(device, ""); });
  step([&] {
    world.api.add({.account = home.account, .product = {}, .place = home, .state = {}, .names = {"a"}, .invalid = {}, .nicknames = {}});
  });
}

TEST(StoreLaterParts, ACodeIsUsedOnceHoweverOftenThePlatformStarts) {
  const StateFolder folder;
  std::string code;
  {
    StoredWorld world(folder.path());
    world.distribution.codes().send(AccountIndex{0}, AccountIndex{1}, Instant{});
    code = world.distribution.codes().inbox(AccountIndex{1}).back().code;
    world.commit_store();
  }
  {
    StoredWorld world(folder.path(), placement_config(), 1'060'000'000);  // a minute later by the clock on the wall
    EXPECT_EQ(world.distribution.codes().use(AccountIndex{0}, AccountIndex{1}, code, Instant{239s}), CodeCheck::accepted);
    world.commit_store();
  }
  StoredWorld world(folder.path());
  EXPECT_EQ(world.distribution.codes().use(AccountIndex{0}, AccountIndex{1}, code, Instant{}), CodeCheck::none_sent);
}

TEST(StoreLaterParts, AnApplicationThatWasForgottenStaysSo) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  for (std::size_t i = 0; i < default_limits.api_applications; ++i) world.api.add({});
  world.commit_store();
  world.api.add({});
  world.commit_store();
  EXPECT_EQ(world.api.find_application(100001), nullptr);
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreLaterParts, AFolderOfTheSecondSchemaIsBroughtUpToDate) {
  const StateFolder folder;
  {
    SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, 0, 2);
    database.exec(std::string{rows_of_old_schemas} + "INSERT INTO stay VALUES(0, 1, 1, 7, 8, 9, '[[\"power\",\"1\",8]]', '')");
  }
  EXPECT_TRUE(check_state(folder.path())->violations.empty());
  StoredWorld world(folder.path());
  ASSERT_FALSE(world.problem) << world.problem->what;
  EXPECT_EQ(world.things.times(world.device("dev1"), world.place(shanghai)).online_ms, 8);
  send_codes(world);
  set_upgrades(world);
  fill_api(world);
  world.commit_store();
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreLaterParts, TheFourthSchemaKnewNoFileOfARemoteConfiguration) {
  const StateFolder folder;
  {
    SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, 0, 4);
    database.exec(std::string{rows_of_old_schemas} + "INSERT INTO remote_config VALUES(0, 'c1', 'https://127.0.0.1/c', 17, 'ff', 0)");
  }
  EXPECT_TRUE(check_state(folder.path())->violations.empty());
  StoredWorld world(folder.path());
  ASSERT_FALSE(world.problem) << world.problem->what;
  EXPECT_EQ(world.remote_configs.find(ProductIndex{0}), nullptr);
  fill_api(world);
  world.commit_store();
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreLaterParts, DamageIsSeen) {
  const auto violation_after = [](const std::string& sql) {
    const StateFolder folder;
    {
      StoredWorld world(folder.path());
      set_upgrades(world);
      fill_api(world);
      world.commit_store();
    }
    SQLite::Database(folder.file(), SQLite::OPEN_READWRITE).exec(sql);
    const auto report = check_state(folder.path());
    return !report ? report.error().what : report->violations.empty() ? std::string{} : report->violations.front();
  };
  EXPECT_EQ(violation_after("DELETE FROM firmware WHERE number = 1"), "firmware number 1 is missing");
  EXPECT_EQ(violation_after("UPDATE upgrade SET firmware = 9 WHERE number = 1"), "upgrade OTA100001 is to firmware number 9");
  EXPECT_EQ(violation_after("DELETE FROM upgrade_task WHERE number = 2"), "task number 2 of an upgrade is missing");
  EXPECT_EQ(violation_after("UPDATE upgrade_task SET device = 99 WHERE number = 2"), "a task is of upgrade number 0 and device number 99");
  EXPECT_EQ(violation_after("UPDATE remote_config SET product = 5"), "firmware of product number 5");
  EXPECT_EQ(violation_after("UPDATE nickname SET device = 77"), "the nickname of device number 77");
  EXPECT_EQ(violation_after("UPDATE application SET names = '7' WHERE number = 100001"), "application 100001 cannot be read");
  EXPECT_EQ(violation_after("UPDATE application SET names = '[]' WHERE number = 100001"), "application 100001 has lost a nickname");
}

TEST(StoreCheck, TheConfigurationMustFitTheState) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path());
    world.create(PlacementWorld::region_request(singapore, {"dev1"}));
    world.commit_store();
  }
  PlatformConfig config = placement_config();
  EXPECT_TRUE(check_state(folder.path(), &config)->violations.empty());
  std::erase_if(config.instances, [](const InstanceConfig& instance) { return instance.id.view() == singapore; });
  const auto report = check_state(folder.path(), &config);
  ASSERT_EQ(report->violations.size(), 1U);
  EXPECT_EQ(report->violations[0], "instance iotx-oxssharez400 is missing in the configuration");
}

TEST(StoreCheck, ADamagedPageIsSeen) {
  const StateFolder folder;
  {
    StoredWorld world(folder.path());
    for (int i = 0; i < 400; ++i) ASSERT_FALSE(world.registry.add_device(test_product, "more" + std::to_string(i), "secret"));
    world.commit_store();
  }
  SQLite::Database(folder.file(), SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE sqlite_sequence SET seq = seq; CREATE INDEX extra ON device(name); PRAGMA writable_schema = ON; "
          "UPDATE sqlite_master SET sql = 'CREATE INDEX extra ON device(secret)' WHERE name = 'extra'");
  const auto report = check_state(folder.path());
  ASSERT_TRUE(report.ok()) << report.error().what;
  ASSERT_FALSE(report->violations.empty());
  EXPECT_NE(report->violations[0].find("the file: "), std::string::npos) << report->violations[0];
}

}  // namespace
}  // namespace fleetsim::platform
