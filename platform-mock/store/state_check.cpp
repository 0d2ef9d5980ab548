#include "platform-mock/store/state_check.hpp"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include "platform-mock/core/invariants.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/store/database.hpp"
#include "platform-mock/store/job_tables.hpp"
#include "platform-mock/store/registry_tables.hpp"
#include "platform-mock/store/schema.hpp"
#include "platform-mock/store/thing_tables.hpp"

namespace fleetsim::platform {
namespace {

StateReport report_of(const Registry& registry, const Distribution& distribution, const things::ThingStore& things) {
  StateReport report;
  report.violations = violations_of(registry, distribution, things);
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

StateReport inspect(SQLite::Database& database) {
  // Never committed: an older schema is looked at as it would be after its migration, and stays as it is.
  SQLite::Transaction transaction(database);
  require_known_schema(database);
  if (schema_version_of(database) == 0) throw_damaged("nothing was ever written");
  migrate(database, schema_version_of(database), schema_version_newest());
  const PlatformConfig config = stored_places(database);
  Registry registry(config);
  const NearestAccess nearest(config.geo, nullptr, false);
  Distribution distribution(config, registry, nearest);
  things::ThingStore things;
  things::DeviceRegistration registration(registry, {}, 1);
  const StoredTime time;
  PlaceNumbers numbers;
  numbers.load(database, registry);
  StateReport report;
  try {
    RegistryTables(database, numbers).load(registry, time);
    JobTables(database, numbers).load(distribution, registry, time);
    ThingTables(database, numbers).load(registry, things, registration);
    distribution.restored();
    report = report_of(registry, distribution, things);
  } catch (const SQLite::Exception& damaged) {
    if (damaged.getErrorCode() != SQLITE_CORRUPT && damaged.getErrorCode() != SQLITE_MISMATCH) throw;
    report.violations.emplace_back(damaged.what());
  }
  return report;
}

}  // namespace

Result<StateReport, StoreError> check_state(const std::string& folder) {
  auto database = open_database(folder, {.durability = Durability::normal, .open = OpenMode::existing});
  if (!database) return fail(database.error());
  StateReport report;
  if (auto problem = guarded(folder, [&] { report = inspect(**database); })) return fail(*problem);
  return report;
}

std::string summary_of(const StateReport& report) {
  const auto count = [](std::size_t number, const char* thing) { return std::to_string(number) + " " + thing + (number == 1 ? "" : "s"); };
  return count(report.products, "product") + ", " + count(report.devices, "device") + " (" + std::to_string(report.in_handover) +
         " in handover), " + count(report.jobs, "job") + " (" + std::to_string(report.unfinished_jobs) +
         " unfinished): " + (report.violations.empty() ? std::string{"all invariants hold"} : count(report.violations.size(), "violation"));
}

}  // namespace fleetsim::platform
