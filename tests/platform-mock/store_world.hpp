// A platform's state with a store behind it, without sockets: the small platform of placement_world.hpp in a folder of its own.
//
//   StateFolder folder;
//   StoredWorld world(folder.path());
//   world.distribute_region("iotx-oxssharez400", {"dev1"}); world.commit_store();
//   StoredWorld again(folder.path());            // once `world` is closed
//   again.text() == text_before;
#pragma once

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform-mock/core/api/api_state.hpp"
#include "platform-mock/core/configured_products.hpp"
#include "platform-mock/core/invariants.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/core/things/remote_config.hpp"
#include "platform-mock/core/things/thing_store.hpp"
#include "platform-mock/core/update_invariants.hpp"
#include "platform-mock/store/sqlite_store.hpp"
#include "platform-mock/store/state_check.hpp"
#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {

/// A product with one device, for folders of schemas 1 to 3.
inline constexpr const char* rows_of_old_schemas =
    "INSERT INTO account VALUES(1, '198000', 'makers'); INSERT INTO instance VALUES(1, 'iotx-oxssharez200', '', 'cn-shanghai', NULL);"
    "INSERT INTO product VALUES(0, 'a1TestPK001', 'old', '', 1, 5, 0, 1, 0, 0, '', '', '', 0, 0);"
    "INSERT INTO product_copy VALUES(0, 0, 1, 1, 5);"
    "INSERT INTO device VALUES(0, 0, 1, 'dev1', 'kept', 5, 1, NULL, 1, 0, 0, 0, 0);";

/// Gone, with all in it, at the end of the test.
class StateFolder {
 public:
  StateFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fleetsim-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~StateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string file() const { return path_ + "/" + database_file; }

 private:
  std::string path_;
};

/// How much is kept, as where nothing else is said.
inline constexpr const things::ThingLimits& kept_of_a_device = things::default_thing_limits;

/// As a crash leaves them: the file and what is in its log.
inline void copy_state(const std::string& from, const std::string& to) {
  std::filesystem::create_directories(to);
  for (const char* name : {"platform.db", "platform.db-wal"}) {
    if (std::filesystem::exists(from + "/" + name))
      std::filesystem::copy_file(from + "/" + name, to + "/" + name, std::filesystem::copy_options::overwrite_existing);
  }
}

struct StoredWorld {
  explicit StoredWorld(const std::string& folder, const PlatformConfig& wanted = placement_config(), std::int64_t epoch_us = 1'000'000'000)
      : config(without_products(wanted)),
        registry(config),
        nearest(config.geo, nullptr, false),
        distribution(config, registry, nearest),
        registration(registry, {}, 1),
        upgrades(firmwares, registry, distribution),
        api(1) {
    distribution.tell(&things);
    auto opened = SqliteStore::open({.folder = folder, .durability = Durability::normal, .seed = 1});
    if (!opened) {
      problem = opened.error();
      return;
    }
    store = std::move(*opened);
    if (auto refused =
            store->recover({registry, distribution, things, registration, remote_configs, firmwares, upgrades, uploads, api}, epoch_us)) {
      problem = *refused;
      return;
    }
    told = add_configured(registry, wanted.products);
    if (auto refused = store->commit()) problem = *refused;
  }

  static PlatformConfig without_products(PlatformConfig config) {
    config.products.clear();
    return config;
  }
  void commit_store() {
    const auto refused = store->commit();
    EXPECT_FALSE(refused) << refused->what;
  }
  DeviceIndex device(std::string_view name) const { return *registry.find_device(test_product, name); }
  InstanceIndex at(std::string_view instance) const { return *registry.find_instance(instance); }
  Place place(std::string_view instance, std::string_view account = "198000") const {
    return {at(instance), *registry.find_account(account)};
  }
  JobIndex create(const DistributeRequest& request, Instant now = {}) {
    const auto job = distribution.create_job(request, now, output);
    EXPECT_TRUE(job.ok()) << (job ? "" : job.error().message);
    return job ? *job : JobIndex{};
  }
  std::vector<std::string> violations() const {
    std::vector<std::string> all = violations_of(registry, distribution, things);
    for (std::string& violation : update_violations_of({firmwares, upgrades, uploads, registry})) all.push_back(std::move(violation));
    return all;
  }
  /// Everything that is kept, as lines of text, with times as Unix time.
  std::string text() const;

  std::optional<StoreError> problem;
  std::vector<std::string> told;
  PlatformConfig config;
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
  RecordingOutput output;
  std::unique_ptr<SqliteStore> store;
};

/// The kept state of `folder`, looked at in a copy, so that whoever has it open keeps it.
std::string text_after_crash(const std::string& folder);

}  // namespace fleetsim::platform
