#include "platform-mock/store/sqlite_store.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/store/schema.hpp"

namespace fleetsim::platform {
namespace {

std::uint64_t start_value(SQLite::Database& database, const char* name, std::uint64_t otherwise) {
  SQLite::Statement row(database, "SELECT value FROM start WHERE name = ?");
  row.bind(1, name);
  if (!row.executeStep()) return otherwise;
  const std::string text = row.getColumn(0).getString();
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) throw_damaged(std::string{"the start's "} + name + " is no number");
  return value;
}

}  // namespace

SqliteStore::SqliteStore(std::string folder, std::unique_ptr<SQLite::Database> database)
    : folder_(std::move(folder)), database_(std::move(database)) {}

Result<std::unique_ptr<SqliteStore>, StoreError> SqliteStore::open(const Options& options) {
  auto database = open_database(options.folder, {.durability = options.durability, .open = OpenMode::create});
  if (!database) return fail(database.error());
  std::unique_ptr<SqliteStore> store{new SqliteStore(options.folder, std::move(*database))};
  if (auto problem = guarded(options.folder, [&] { store->prepare(options.seed); })) return fail(*problem);
  return store;
}

Result<std::unique_ptr<SqliteStore>, StoreError> SqliteStore::in_memory(std::uint64_t seed) {
  const std::string nowhere = ":memory:";
  std::unique_ptr<SqliteStore> store;
  auto problem = guarded(nowhere, [&] {
    auto database = std::make_unique<SQLite::Database>(nowhere, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    store.reset(new SqliteStore(nowhere, std::move(database)));
    store->prepare(seed);
  });
  if (problem) return fail(*problem);
  return store;
}

void SqliteStore::prepare(std::uint64_t seed) {
  SQLite::Transaction transaction(*database_);
  require_known_schema(*database_);
  migrate(*database_, schema_version_of(*database_), schema_version_newest());
  starts_ = start_value(*database_, "starts", 0);
  seed_ = start_value(*database_, "seed", seed);
  RowWriter put(*database_, "REPLACE INTO start VALUES(?, ?)");
  put("starts", std::to_string(starts_ + 1));
  put("seed", std::to_string(seed_));
  transaction.commit();
}

std::optional<StoreError> SqliteStore::recover(const DurableParts& parts, std::int64_t unix_epoch_us) {
  time_ = {unix_epoch_us};
  forget_changes();  // of a platform that was here before and has crashed
  auto problem = guarded(folder_, [&] {
    SQLite::Transaction transaction(*database_);
    numbers_.load(*database_, parts.registry);
    transaction.commit();
    tables_.reset(new Tables{{*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_},
                             {*database_, numbers_}});
    tables_->registry.load(parts.registry, time_);
    tables_->jobs.load(parts.distribution, parts.registry, time_);
    tables_->things.load(parts.registry, parts.things, parts.registration);
    tables_->groups.load(parts.things.groups());
    tables_->codes.load(parts.distribution.codes(), time_);
    tables_->uploads.load(parts.uploads, time_);
    tables_->firmware.load(parts.registry, {parts.firmwares, parts.upgrades, parts.remote_configs, parts.uploads}, time_);
    tables_->api.load(parts.registry, parts.api);
  });
  if (problem) return problem;
  parts.distribution.restored();
  parts_ = std::make_unique<DurableParts>(parts);
  parts.registry.record(this);
  parts.distribution.record(this);
  parts.things.record(this);
  parts.registration.record(this);
  parts.remote_configs.record(this);
  parts.firmwares.record(this);
  parts.upgrades.record(this);
  parts.uploads.record(this);
  parts.api.record(this);
  return std::nullopt;
}

bool SqliteStore::unsaved() const {
  return !devices_.empty() || !stays_.empty() || !jobs_.empty() || !products_.empty() || !labels_.empty() || !gateways_.empty() ||
         !tokens_.empty() || !grants_.empty() || !codes_.empty() || !firmwares_.empty() || !upgrades_.empty() || !tasks_.empty() ||
         !configs_.empty() || !groups_.empty() || !uploads_.empty() || !nicknames_.empty() || !applications_.empty();
}

std::optional<StoreError> SqliteStore::commit() {
  if (!unsaved()) return std::nullopt;
  auto problem = guarded(folder_, [&] {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    write_all();
    transaction.commit();
  });
  if (!problem) forget_changes();
  return problem;
}

void SqliteStore::write_all() {
  const DurableParts& parts = *parts_;
  for (const ProductIndex product : products_.items()) tables_->registry.save(parts.registry, product, time_);
  for (const DeviceIndex device : devices_.items()) tables_->registry.save(parts.registry, device, time_);
  for (const JobIndex job : jobs_.items()) tables_->jobs.save(parts.distribution.job(job), job, time_);
  for (const Grant& grant : grants_) tables_->jobs.grant(grant.distributor, grant.recipient, grant.file);
  for (const Stay& stay : stays_) tables_->things.save_stay(parts.things, stay.device, stay.place);
  for (const DeviceIndex device : labels_.items()) tables_->things.save_labels(parts.things, device);
  for (const DeviceIndex device : gateways_.items()) tables_->things.save_gateway(parts.things, device);
  for (const DeviceIndex device : tokens_.items()) tables_->things.save_token(parts.registration, device);
  write_rare();
}

void SqliteStore::write_rare() {
  const DurableParts& parts = *parts_;
  for (const auto& [distributor, recipient] : codes_) tables_->codes.save(parts.distribution.codes(), distributor, recipient, time_);
  for (const ota::FirmwareIndex firmware : firmwares_.items()) tables_->firmware.save(parts.firmwares, firmware, time_);
  for (const ota::UpgradeIndex upgrade : upgrades_.items()) tables_->firmware.save(parts.upgrades, upgrade, time_);
  for (const ota::TaskIndex task : tasks_.items()) tables_->firmware.save(parts.upgrades, task, time_);
  for (const ProductIndex product : configs_.items()) tables_->firmware.save(parts.remote_configs, product);
  for (const std::string& group : groups_) tables_->groups.save(parts.things.groups(), group);
  for (const std::string& file : uploads_) tables_->uploads.save(parts.uploads, file, time_);
  for (const DeviceIndex device : nicknames_.items()) tables_->api.save_nickname(parts.api, device);
  for (const std::int64_t application : applications_) tables_->api.save_application(parts.api, application);
}

void SqliteStore::forget_changes() {
  products_.clear();
  devices_.clear();
  jobs_.clear();
  grants_.clear();
  stays_.clear();
  stay_devices_.clear();
  labels_.clear();
  gateways_.clear();
  tokens_.clear();
  codes_.clear();
  firmwares_.clear();
  upgrades_.clear();
  tasks_.clear();
  configs_.clear();
  groups_.clear();
  uploads_.clear();
  nicknames_.clear();
  applications_.clear();
}

void SqliteStore::firmware_granted(AccountIndex distributor, AccountIndex recipient, std::string_view file) {
  grants_.push_back({distributor, recipient, std::string{file}});
}

void SqliteStore::group_changed(std::string_view id) {
  if (std::find(groups_.begin(), groups_.end(), id) == groups_.end()) groups_.emplace_back(id);
}

void SqliteStore::stay_changed(DeviceIndex device, const Place& place) {
  if (stay_devices_.is_marked(device)) {
    const auto same = [&](const Stay& known) { return known.device == device && known.place == place; };
    if (std::any_of(stays_.rbegin(), stays_.rend(), same)) return;
  }
  stay_devices_.mark(device);
  stays_.push_back({device, place});
}

}  // namespace fleetsim::platform
