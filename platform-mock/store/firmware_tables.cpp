#include "platform-mock/store/firmware_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <optional>
#include <string>
#include <utility>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/list_text.hpp"

namespace fleetsim::platform {
namespace {

ProductIndex product_in(const SQLite::Column& column, const Registry& registry) {
  const ProductIndex product{number_in(column)};
  if (product.value >= registry.product_count()) throw_damaged("firmware of product number " + std::to_string(product.value));
  return product;
}

/// Instant 0 is a moment like any other, and what a task has that has not begun.
bool has_begun(const ota::Task& task) { return task.state == ota::TaskState::in_progress || task.begun != Instant{}; }

std::uint64_t size_in(const SQLite::Column& column) { return static_cast<std::uint64_t>(column.getInt64()); }

}  // namespace

FirmwareTables::FirmwareTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_firmware_(database, "REPLACE INTO firmware VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_upgrade_(database, "REPLACE INTO upgrade VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_task_(database, "REPLACE INTO upgrade_task VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_config_(database, "REPLACE INTO remote_config VALUES(?, ?, ?, ?, ?)"),
      drop_config_(database, "DELETE FROM remote_config WHERE product = ?") {}

void FirmwareTables::save(const ota::FirmwareStore& firmwares, ota::FirmwareIndex index, const StoredTime& time) {
  const ota::Firmware& firmware = firmwares.at(index);
  const ota::FirmwareFacts& facts = firmware.facts;
  put_firmware_(index.value, firmware.id, numbers_.of(firmware.owner), firmware.product.value, time.of(firmware.created), firmware.removed,
                firmware.verified, facts.name, facts.module, facts.version, facts.source_version, facts.url, facts.size, facts.md5,
                facts.sha256, facts.extra_data, facts.description, facts.file, facts.verification);
}

void FirmwareTables::save(const ota::Upgrades& upgrades, ota::UpgradeIndex index, const StoredTime& time) {
  const ota::Upgrade& upgrade = upgrades.at(index);
  const ota::UpgradeOptions& options = upgrade.options;
  put_upgrade_(index.value, upgrade.id, upgrade.kind, upgrade.firmware.value, numbers_.of(upgrade.place.instance),
               numbers_.of(upgrade.place.account), time.of(upgrade.created), upgrade.canceled, options.overwrite, options.selection,
               options.push, options.timeout.count(), list_text(options.source_versions), options.target_selection);
}

void FirmwareTables::save(const ota::Upgrades& upgrades, ota::TaskIndex index, const StoredTime& time) {
  const ota::Task& task = upgrades.task(index.value);
  put_task_(index.value, task.upgrade.value, task.device.value, task.state, task.step, task.description, task.from_version,
            time.of(task.changed), time.of(task.created), has_begun(task) ? std::optional{time.of(task.begun)} : std::nullopt);
}

void FirmwareTables::save(const things::RemoteConfigs& configs, ProductIndex product) {
  const things::RemoteConfig* const config = configs.find(product);
  if (config == nullptr) return drop_config_(product.value);
  put_config_(product.value, config->id, config->content, config->sign, config->state);
}

void FirmwareTables::load(const Registry& registry, const Into& into, const StoredTime& time) {
  load_firmwares(registry, into, time);
  load_upgrades(into, time);
  load_tasks(registry, into.upgrades, time);
  SQLite::Statement configs(database_, "SELECT product, id, content, sign, state FROM remote_config");
  while (configs.executeStep())
    into.remote_configs.set(product_in(configs.getColumn(0), registry),
                            {.id = configs.getColumn(1).getString(),
                             .content = configs.getColumn(2).getString(),
                             .sign = configs.getColumn(3).getString(),
                             .state = enum_in(configs.getColumn(4), things::RemoteConfigState::off)});
}

void FirmwareTables::load_firmwares(const Registry& registry, const Into& into, const StoredTime& time) {
  SQLite::Statement rows(database_,
                         "SELECT number, id, owner, product, created_us, removed, verified, name, module, version, source_version, url, "
                         "size, md5, sha256, extra_data, description, file, verification FROM firmware ORDER BY number");
  while (rows.executeStep()) {
    if (number_in(rows.getColumn(0)) != into.firmwares.count())
      throw_damaged("firmware number " + std::to_string(into.firmwares.count()) + " is missing");
    ota::Firmware firmware;
    firmware.id = rows.getColumn(1).getString();
    firmware.owner = numbers_.account(rows.getColumn(2));
    firmware.product = product_in(rows.getColumn(3), registry);
    firmware.created = time.moment(rows.getColumn(4).getInt64());
    firmware.removed = flag_in(rows.getColumn(5));
    firmware.verified = flag_in(rows.getColumn(6));
    firmware.facts = {.name = rows.getColumn(7).getString(),
                      .module = rows.getColumn(8).getString(),
                      .version = rows.getColumn(9).getString(),
                      .source_version = rows.getColumn(10).getString(),
                      .url = rows.getColumn(11).getString(),
                      .size = size_in(rows.getColumn(12)),
                      .md5 = rows.getColumn(13).getString(),
                      .sha256 = rows.getColumn(14).getString(),
                      .extra_data = rows.getColumn(15).getString(),
                      .description = rows.getColumn(16).getString(),
                      .file = rows.getColumn(17).getString(),
                      .verification = enum_in(rows.getColumn(18), ota::Verification::needed)};
    if (!firmware.removed) into.uploads.use(firmware.facts.file);
    into.firmwares.restore(std::move(firmware));
  }
}

void FirmwareTables::load_upgrades(const Into& into, const StoredTime& time) {
  SQLite::Statement rows(database_,
                         "SELECT number, id, kind, firmware, instance, account, created_us, canceled, overwrite, selection, push, "
                         "timeout_us, source_versions, target_selection FROM upgrade ORDER BY number");
  while (rows.executeStep()) {
    if (number_in(rows.getColumn(0)) != into.upgrades.count())
      throw_damaged("upgrade number " + std::to_string(into.upgrades.count()) + " is missing");
    ota::Upgrade upgrade;
    upgrade.id = rows.getColumn(1).getString();
    upgrade.kind = enum_in(rows.getColumn(2), ota::JobKind::batch);
    upgrade.firmware = ota::FirmwareIndex{number_in(rows.getColumn(3))};
    if (upgrade.firmware.value >= into.firmwares.count())
      throw_damaged("upgrade " + upgrade.id + " is to firmware number " + std::to_string(upgrade.firmware.value));
    upgrade.place = {numbers_.instance(rows.getColumn(4)), numbers_.account(rows.getColumn(5))};
    upgrade.created = time.moment(rows.getColumn(6).getInt64());
    upgrade.canceled = flag_in(rows.getColumn(7));
    auto source_versions = list_in(rows.getColumn(12).getString());
    if (!source_versions) throw_damaged("the source versions of upgrade " + upgrade.id + " cannot be read");
    upgrade.options = {.overwrite = enum_in(rows.getColumn(8), ota::Overwrite::keep_former),
                       .selection = enum_in(rows.getColumn(9), ota::Selection::dynamic),
                       .push = enum_in(rows.getColumn(10), ota::Push::asked_for),
                       .timeout = Duration{rows.getColumn(11).getInt64()},
                       .source_versions = std::move(*source_versions),
                       .target_selection = rows.getColumn(13).getString()};
    into.upgrades.restore_upgrade(std::move(upgrade));
  }
}

void FirmwareTables::load_tasks(const Registry& registry, ota::Upgrades& upgrades, const StoredTime& time) {
  SQLite::Statement tasks(database_,
                          "SELECT number, upgrade, device, state, step, description, from_version, changed_us, created_us, "
                          "begun_us FROM upgrade_task ORDER BY number");
  while (tasks.executeStep()) {
    if (number_in(tasks.getColumn(0)) != upgrades.task_count())
      throw_damaged("task number " + std::to_string(upgrades.task_count()) + " of an upgrade is missing");
    ota::Task task;
    task.upgrade = ota::UpgradeIndex{number_in(tasks.getColumn(1))};
    task.device = DeviceIndex{number_in(tasks.getColumn(2))};
    if (task.upgrade.value >= upgrades.count() || task.device.value >= registry.device_count())
      throw_damaged("a task is of upgrade number " + std::to_string(task.upgrade.value) + " and device number " +
                    std::to_string(task.device.value));
    task.state = enum_in(tasks.getColumn(3), ota::TaskState::canceled);
    task.step = static_cast<std::int32_t>(tasks.getColumn(4).getInt());
    task.description = tasks.getColumn(5).getString();
    task.from_version = tasks.getColumn(6).getString();
    task.changed = time.moment(tasks.getColumn(7).getInt64());
    task.created = time.moment(tasks.getColumn(8).getInt64());
    if (!tasks.getColumn(9).isNull()) task.begun = time.moment(tasks.getColumn(9).getInt64());
    upgrades.restore_task(std::move(task));
  }
}

}  // namespace fleetsim::platform
