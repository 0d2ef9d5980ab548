// State folders that cannot be used, that are older, and that do not hold together.
#include <SQLiteCpp/Statement.h>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform-mock/store/schema.hpp"
#include "tests/platform-mock/store_world.hpp"

namespace fleetsim::platform {
namespace {

void run_sql(const StateFolder& folder, const std::string& sql) {
  SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

StoreError refusal_of(const std::string& folder) {
  auto store = SqliteStore::open({.folder = folder, .durability = Durability::normal, .seed = 1});
  EXPECT_FALSE(store.ok());
  return store.ok() ? StoreError{} : store.error();
}

/// A folder with a job in the middle and a device that has moved.
void fill(const StateFolder& folder) {
  StoredWorld world(folder.path());
  world.create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  world.distribution.commit(world.device("dev1"), world.at(singapore), nowhere(), world.output);
  world.things.data(world.device("dev1"), world.place(singapore)).properties.set("n", "1", 1, kept_of_a_device);
  world.commit_store();
}

std::vector<std::string> violations_after(const std::string& sql) {
  const StateFolder folder;
  fill(folder);
  run_sql(folder, sql);
  const auto report = check_state(folder.path());
  EXPECT_TRUE(report.ok()) << (report ? "" : report.error().what);
  return report ? report->violations : std::vector<std::string>{};
}

bool tells(const std::vector<std::string>& violations, std::string_view what) {
  for (const std::string& violation : violations)
    if (violation.find(what) != std::string::npos) return true;
  return false;
}

TEST(StoreFolder, ANewerSchemaIsRefusedAndLeftAsItIs) {
  const StateFolder folder;
  fill(folder);
  run_sql(folder, "UPDATE schema_version SET version = 999");
  const StoreError error = refusal_of(folder.path());
  EXPECT_NE(error.what.find("written by a newer fleetsim: its schema is 999"), std::string::npos) << error.what;
  EXPECT_NE(error.hint.find("use the fleetsim that wrote it"), std::string::npos) << error.hint;
  const auto report = check_state(folder.path());
  ASSERT_FALSE(report.ok());
  run_sql(folder, "UPDATE schema_version SET version = " + std::to_string(schema_version_newest()));
  EXPECT_TRUE(check_state(folder.path())->violations.empty());
}

TEST(StoreFolder, AnotherProgramsFileIsRefused) {
  const StateFolder folder;
  run_sql(folder, "CREATE TABLE songs(title TEXT)");
  EXPECT_NE(refusal_of(folder.path()).what.find("another program's file"), std::string::npos);
  const StateFolder noise;
  std::ofstream(noise.file()) << std::string(5000, 'x');
  EXPECT_NE(refusal_of(noise.path()).what.find("not a database"), std::string::npos);
}

TEST(StoreFolder, ASecondPlatformOnTheSameFolderIsRefused) {
  const StateFolder folder;
  const StoredWorld first(folder.path());
  ASSERT_FALSE(first.problem);
  const StoreError error = refusal_of(folder.path());
  EXPECT_NE(error.what.find("locked"), std::string::npos) << error.what;
  EXPECT_NE(error.hint.find("another process uses this folder"), std::string::npos);
}

TEST(StoreFolder, AFolderThatCannotBeWrittenIsRefused) {
  const StateFolder folder;
  fill(folder);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  ASSERT_EQ(::chmod(folder.file().c_str(), 0444), 0);
  constexpr uid_t nobody = 65534;
  const uid_t self = ::geteuid();
  const bool is_root = self == 0;  // to whom nothing is read-only
  ASSERT_TRUE(!is_root || ::seteuid(nobody) == 0);
  const StoreError error = refusal_of(folder.path());
  ASSERT_TRUE(!is_root || ::seteuid(self) == 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  EXPECT_NE(error.hint.find("writable"), std::string::npos) << error.what << error.hint;
}

TEST(StoreFolder, WithoutRoomNothingHalfDoneIsKept) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  const std::string before = world.text();
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto size = static_cast<rlim_t>(std::filesystem::file_size(folder.file() + "-wal"));
  const rlimit full{.rlim_cur = size + 10000, .rlim_max = old.rlim_max};
  const auto before_signal = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  world.registry.product_data(ProductIndex{0}).tsl = std::string(100000, 't');
  world.create(PlacementWorld::region_request(singapore, {"dev1", "dev2"}));
  const auto problem = world.store->commit();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, before_signal);
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->hint.find("make room on the disk"), std::string::npos) << problem->what;
  EXPECT_EQ(text_after_crash(folder.path()), before);
}

TEST(StoreFolder, AnOlderSchemaIsBroughtUpToDate) {
  const StateFolder folder;
  {
    SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(database, 0, 1);
    database.exec(rows_of_old_schemas);
  }
  const auto report = check_state(folder.path());  // looks at it as it will be, and leaves it as it is
  ASSERT_TRUE(report.ok()) << report.error().what;
  EXPECT_TRUE(report->violations.empty());
  {
    SQLite::Database database(folder.file());
    EXPECT_EQ(schema_version_of(database), 1);
  }
  StoredWorld world(folder.path());
  ASSERT_FALSE(world.problem) << world.problem->what;
  EXPECT_EQ(world.registry.device(world.device("dev1")).secret, "kept");
  world.things.data(world.device("dev1"), world.place(shanghai)).properties.set("n", "1", 1, kept_of_a_device);
  world.commit_store();
  EXPECT_EQ(text_after_crash(folder.path()), world.text());
}

TEST(StoreFolder, FullDurabilityWaitsForTheDiskAtEachCommit) {
  const auto waits = [](Durability durability) {
    const StateFolder folder;
    auto database = open_database(folder.path(), {.durability = durability, .open = OpenMode::create});
    EXPECT_EQ((*database)->execAndGet("PRAGMA journal_mode").getString(), "wal");
    return (*database)->execAndGet("PRAGMA synchronous").getInt();
  };
  constexpr int at_checkpoints = 1;
  constexpr int at_commits = 2;
  EXPECT_EQ(waits(Durability::normal), at_checkpoints);
  EXPECT_EQ(waits(Durability::full), at_commits);
}

TEST(StoreFolder, VersionsHaveNoGaps) {
  int expected = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, expected++);
}

TEST(StoreFolder, AnInstanceThatTheConfigurationLostIsToldByName) {
  const StateFolder folder;
  fill(folder);
  PlatformConfig smaller = placement_config();
  std::erase_if(smaller.instances, [](const InstanceConfig& instance) { return instance.id.view() == singapore; });
  const StoredWorld world(folder.path(), smaller);
  ASSERT_TRUE(world.problem);
  EXPECT_NE(world.problem->what.find("instance iotx-oxssharez400 is missing in the configuration"), std::string::npos);
}

TEST(StoreCheck, ASoundFolderIsSaidToBeSound) {
  const StateFolder folder;
  fill(folder);
  const auto report = check_state(folder.path());
  ASSERT_TRUE(report.ok()) << report.error().what;
  EXPECT_EQ(summary_of(*report), "1 product, 8 devices (1 in handover), 1 job (0 unfinished): all invariants hold");
}

TEST(StoreCheck, NoFolderIsNoState) {
  const auto report = check_state("/nonexistent/state");
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().what.find("there is no state in"), std::string::npos);
}

TEST(StoreCheck, DamageIsSeen) {
  EXPECT_TRUE(tells(violations_after("DELETE FROM device WHERE name = 'dev3'"), "device number 2 is missing"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET name = 'dev4' WHERE name = 'dev3'"), "is there twice"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET job = 7 WHERE name = 'dev2'"), "follows a job that does not exist"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET job = 0 WHERE name = 'dev5'"), "follows a job that does not name it"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET job = NULL WHERE name = 'dev2'"), "does not follow it and has not arrived"));
  EXPECT_TRUE(tells(violations_after("UPDATE job SET source = 3"), "follows a job from another place"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET moves = 3 WHERE name = 'dev1'"), "moved 3 times and has 2 stays"));
  EXPECT_TRUE(tells(violations_after("UPDATE job_target SET committed = 5"), "the jobs counted 5"));
  EXPECT_TRUE(tells(violations_after("DELETE FROM product_copy WHERE position = 1"), "resides where its product is not"));
  EXPECT_TRUE(tells(violations_after("DELETE FROM residence WHERE device = 0 AND stays = 1 AND instance = 2"), "has no residence"));
  EXPECT_TRUE(tells(violations_after("UPDATE stay SET instance = 4"), "has runtime data where it never lived"));
  EXPECT_TRUE(tells(violations_after("UPDATE job_device SET code = 0 WHERE position = 0"), "out of order"));
  EXPECT_TRUE(tells(violations_after("UPDATE stay SET properties = 'x'"), "cannot be read"));
  EXPECT_TRUE(tells(violations_after("UPDATE device SET activated = 9 WHERE name = 'dev1'"), "column activated holds 9"));
}

TEST(StoreCheck, AListingThatIsNotTheJobsIsSeen) {
  const StateFolder folder;
  StoredWorld world(folder.path());
  world.create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.create(PlacementWorld::region_request(virginia, {"dev2"}));
  EXPECT_TRUE(world.violations().empty());
  world.registry.restore_listing(world.device("dev1"), world.place(virginia));
  EXPECT_TRUE(tells(world.violations(), "device \"dev1\" is not listed where its job says"));
}

}  // namespace
}  // namespace fleetsim::platform
