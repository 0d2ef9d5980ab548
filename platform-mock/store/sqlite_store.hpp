// The platform's state in a folder: an SQLite file that is written once for each step of the core, before anybody hears of the step.
//
//   auto store = SqliteStore::open({.folder = "/var/lib/fleet", .durability = Durability::full, .seed = 1});
//   if (!store) say(store.error().what, store.error().hint);
//   serve({.state = store->get()});
#pragma once

#include <SQLiteCpp/Database.h>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/durable_state.hpp"
#include "platform-mock/core/journal.hpp"
#include "platform-mock/store/api_tables.hpp"
#include "platform-mock/store/code_tables.hpp"
#include "platform-mock/store/database.hpp"
#include "platform-mock/store/dirty_set.hpp"
#include "platform-mock/store/firmware_tables.hpp"
#include "platform-mock/store/group_tables.hpp"
#include "platform-mock/store/job_tables.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/registry_tables.hpp"
#include "platform-mock/store/thing_tables.hpp"
#include "platform-mock/store/upload_tables.hpp"

namespace fleetsim::platform {

class SqliteStore final : public DurableState, private Journal {
 public:
  struct Options {
    std::string folder;
    Durability durability = Durability::normal;
    std::uint64_t seed = 1;  // of the first start; later ones keep to it
  };
  /// Makes the folder when it is missing, brings an older schema up to date, counts the start.
  static Result<std::unique_ptr<SqliteStore>, StoreError> open(const Options& options);

  /// In no folder: it is gone when this is.
  static Result<std::unique_ptr<SqliteStore>, StoreError> in_memory(std::uint64_t seed);

  std::uint64_t starts() const override { return starts_; }
  std::uint64_t seed() const override { return seed_; }
  /// Again when the platform has crashed: what that one had changed and nobody had committed is forgotten. It must be gone.
  std::optional<StoreError> recover(const DurableParts& parts, std::int64_t unix_epoch_us) override;
  bool unsaved() const override;
  std::optional<StoreError> commit() override;

 private:
  SqliteStore(std::string folder, std::unique_ptr<SQLite::Database> database);

  void prepare(std::uint64_t seed);
  void write_all();
  void forget_changes();

  void product_changed(ProductIndex product) override { products_.mark(product); }
  void device_changed(DeviceIndex device) override { devices_.mark(device); }
  void job_changed(JobIndex job) override { jobs_.mark(job); }
  void firmware_granted(AccountIndex distributor, AccountIndex recipient, std::string_view file) override;
  void stay_changed(DeviceIndex device, const Place& place) override;
  void labels_changed(DeviceIndex device) override { labels_.mark(device); }
  void gateway_changed(DeviceIndex sub_device) override { gateways_.mark(sub_device); }
  void token_changed(DeviceIndex device) override { tokens_.mark(device); }
  void codes_changed(AccountIndex distributor, AccountIndex recipient) override { codes_.emplace(distributor, recipient); }
  void firmware_changed(ota::FirmwareIndex firmware) override { firmwares_.mark(firmware); }
  void upgrade_changed(ota::UpgradeIndex upgrade) override { upgrades_.mark(upgrade); }
  void task_changed(ota::TaskIndex task) override { tasks_.mark(task); }
  void remote_config_changed(ProductIndex product) override { configs_.mark(product); }
  void group_changed(std::string_view id) override;
  void upload_changed(std::string_view name) override { uploads_.emplace(name); }
  void nickname_changed(DeviceIndex device) override { nicknames_.mark(device); }
  void application_changed(std::int64_t id) override { applications_.insert(id); }

  void write_rare();
  struct Stay {
    DeviceIndex device;
    Place place;
  };
  struct Grant {
    AccountIndex distributor;
    AccountIndex recipient;
    std::string file;
  };
  struct Tables {
    RegistryTables registry;
    JobTables jobs;
    ThingTables things;
    GroupTables groups;
    CodeTables codes;
    UploadTables uploads;
    FirmwareTables firmware;
    ApiTables api;
  };

  std::string folder_;
  std::unique_ptr<SQLite::Database> database_;
  std::uint64_t starts_ = 0;
  std::uint64_t seed_ = 0;
  PlaceNumbers numbers_;
  std::unique_ptr<Tables> tables_;       // from recover() on
  std::unique_ptr<DurableParts> parts_;  // from recover() on
  StoredTime time_;

  DirtySet<ProductIndex> products_;
  DirtySet<DeviceIndex> devices_;
  DirtySet<JobIndex> jobs_;
  DirtySet<DeviceIndex> labels_;
  DirtySet<DeviceIndex> gateways_;
  DirtySet<DeviceIndex> tokens_;
  DirtySet<DeviceIndex> stay_devices_;  // a device nearly always changes at one place alone
  std::vector<Stay> stays_;
  std::vector<Grant> grants_;
  std::set<std::pair<AccountIndex, AccountIndex>> codes_;  // distributor, recipient
  DirtySet<ota::FirmwareIndex> firmwares_;
  DirtySet<ota::UpgradeIndex> upgrades_;
  DirtySet<ota::TaskIndex> tasks_;
  DirtySet<ProductIndex> configs_;
  std::vector<std::string> groups_;  // by id, the first changed first: so they are numbered as they were made
  std::set<std::string> uploads_;    // by name
  DirtySet<DeviceIndex> nicknames_;
  std::set<std::int64_t> applications_;
};

}  // namespace fleetsim::platform
