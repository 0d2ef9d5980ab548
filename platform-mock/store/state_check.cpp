#include "platform-mock/store/state_check.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include "platform-mock/core/invariants.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/core/update_invariants.hpp"
#include "platform-mock/store/api_tables.hpp"
#include "platform-mock/store/code_tables.hpp"
#include "platform-mock/store/database.hpp"
#include "platform-mock/store/firmware_tables.hpp"
#include "platform-mock/store/group_tables.hpp"
#include "platform-mock/store/job_tables.hpp"
#include "platform-mock/store/registry_tables.hpp"
#include "platform-mock/store/schema.hpp"
#include "platform-mock/store/thing_tables.hpp"
#include "platform-mock/store/upload_tables.hpp"

namespace fleetsim::platform {
namespace {

StateReport report_of(const Registry& registry, const Distribution& distribution) {
  StateReport report;
  for (std::uint32_t i = 0; i < registry.product_count(); ++i)
    if (!registry.product(ProductIndex{i}).removed) ++report.products;
  for (std::uint32_t i = 0; i < registry.device_count(); ++i)
    if (!registry.device(DeviceIndex{i}).removed) ++report.devices;
  report.in_handover = distribution.devices_in_handover();
  for (std::uint32_t i = 0; i < distribution.job_count(); ++i) {
    const Job& job = distribution.job(JobIndex{i});
    if (!job.deleted) ++report.jobs;
    if (!job.finished()) ++report.unfinished_jobs;
  }
  return report;
}

/// What SQLite itself finds wrong with the file.
void check_pages(SQLite::Database& database, StateReport& report) {
  SQLite::Statement rows(database, "PRAGMA integrity_check(20)");
  while (rows.executeStep()) {
    const std::string found = rows.getColumn(0).getString();
    if (found != "ok") report.violations.push_back("the file: " + found);
  }
}

PlatformConfig places_for(SQLite::Database& database, const PlatformConfig* configuration) {
  if (configuration == nullptr) return stored_places(database);
  PlatformConfig places = *configuration;
  places.products.clear();
  return places;
}

/// A platform without sockets, to put back into it what is kept.
struct QuietPlatform {
  explicit QuietPlatform(const PlatformConfig& config)
      : registry(config),
        nearest(config.geo, nullptr, false),
        distribution(config, registry, nearest),
        registration(registry, {}, 1),
        upgrades(firmwares, registry, distribution),
        api(1) {}

  void load(SQLite::Database& database) {
    const StoredTime time;
    PlaceNumbers numbers;
    numbers.load(database, registry);
    RegistryTables(database, numbers).load(registry, time);
    JobTables(database, numbers).load(distribution, registry, time);
    ThingTables(database, numbers).load(registry, things, registration);
    GroupTables(database, numbers).load(things.groups());
    CodeTables(database, numbers).load(distribution.codes(), time);
    UploadTables(database, numbers).load(uploads, time);
    FirmwareTables(database, numbers).load(registry, {firmwares, upgrades, remote_configs, uploads}, time);
    ApiTables(database, numbers).load(registry, api);
    distribution.restored();
  }

  Registry registry;
  NearestAccess nearest;
  Distribution distribution;
  things::ThingStore things;
  things::DeviceRegistration registration;
  things::RemoteConfigs remote_configs;
  ota::FirmwareStore firmwares;
  ota::Upgrades upgrades;
  UploadedFiles uploads;
  ApiState api;
};

StateReport inspect(SQLite::Database& database, const PlatformConfig* configuration) {
  // Never committed: an older schema is looked at as it would be after its migration, and stays as it is.
  SQLite::Transaction transaction(database);
  require_known_schema(database);
  if (schema_version_of(database) == 0) throw SQLite::Exception("nothing was ever written", SQLITE_NOTADB);
  StateReport pages;
  check_pages(database, pages);
  if (!pages.violations.empty()) return pages;
  migrate(database, schema_version_of(database), schema_version_newest());
  const PlatformConfig config = places_for(database, configuration);
  QuietPlatform kept(config);
  StateReport report;
  try {
    kept.load(database);
    report = report_of(kept.registry, kept.distribution);
    report.violations = violations_of(kept.registry, kept.distribution, kept.things);
    for (std::string& violation : update_violations_of({kept.firmwares, kept.upgrades, kept.uploads, kept.registry}))
      report.violations.push_back(std::move(violation));
  } catch (const SQLite::Exception& damaged) {
    if (damaged.getErrorCode() != SQLITE_CORRUPT && damaged.getErrorCode() != SQLITE_MISMATCH) throw;
    report.violations.emplace_back(damaged.what());
  }
  return report;
}

}  // namespace

Result<StateReport, StoreError> check_state(const std::string& folder, const PlatformConfig* configuration) {
  auto database = open_database(folder, {.durability = Durability::normal, .open = OpenMode::existing});
  if (!database) return fail(database.error());
  StateReport report;
  if (auto problem = guarded(folder, [&] { report = inspect(**database, configuration); })) return fail(*problem);
  return report;
}

std::string summary_of(const StateReport& report) {
  const auto count = [](std::size_t number, const char* thing) { return std::to_string(number) + " " + thing + (number == 1 ? "" : "s"); };
  return count(report.products, "product") + ", " + count(report.devices, "device") + " (" + std::to_string(report.in_handover) +
         " in handover), " + count(report.jobs, "job") + " (" + std::to_string(report.unfinished_jobs) +
         " unfinished): " + (report.violations.empty() ? std::string{"all invariants hold"} : count(report.violations.size(), "violation"));
}

}  // namespace fleetsim::platform
