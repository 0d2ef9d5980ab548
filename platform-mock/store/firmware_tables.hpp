// Firmware, upgrade jobs with how far each device has come, and remote configurations, as rows.
//
//   FirmwareTables tables(database, numbers);
//   tables.load(registry, {firmwares, upgrades, remote_configs, uploads}, time);
//   tables.save(firmwares, index, time);
#pragma once

#include "platform-mock/core/files/uploaded_files.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"
#include "platform-mock/store/stored_time.hpp"

namespace fleetsim::platform {

class FirmwareTables {
 public:
  /// Both must outlive this.
  FirmwareTables(SQLite::Database& database, const PlaceNumbers& numbers);

  struct Into {
    ota::FirmwareStore& firmwares;
    ota::Upgrades& upgrades;
    things::RemoteConfigs& remote_configs;
    UploadedFiles& uploads;  // loaded already
  };
  /// After the registry.
  void load(const Registry& registry, const Into& into, const StoredTime& time);
  void save(const ota::FirmwareStore& firmwares, ota::FirmwareIndex index, const StoredTime& time);
  void save(const ota::Upgrades& upgrades, ota::UpgradeIndex index, const StoredTime& time);
  void save(const ota::Upgrades& upgrades, ota::TaskIndex index, const StoredTime& time);
  void save(const things::RemoteConfigs& configs, ProductIndex product);

 private:
  void load_firmwares(const Registry& registry, const Into& into, const StoredTime& time);
  void load_upgrades(const Into& into, const StoredTime& time);
  void load_tasks(const Registry& registry, ota::Upgrades& upgrades, const StoredTime& time);

  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_firmware_;
  RowWriter put_upgrade_;
  RowWriter put_task_;
  RowWriter put_config_;
  RowWriter drop_config_;
};

}  // namespace fleetsim::platform
