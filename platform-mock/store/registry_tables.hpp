// Products and devices as rows.
//
//   RegistryTables tables(database, numbers);
//   tables.load(registry, time);
//   tables.save(registry, ProductIndex{0}, time);
//   tables.save(registry, DeviceIndex{7}, time);
#pragma once

#include "platform-mock/core/registry.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"
#include "platform-mock/store/stored_time.hpp"

namespace fleetsim::platform {

class RegistryTables {
 public:
  /// Both must outlive this.
  RegistryTables(SQLite::Database& database, const PlaceNumbers& numbers);

  /// Into a registry without products.
  void load(Registry& registry, const StoredTime& time);
  void save(const Registry& registry, ProductIndex index, const StoredTime& time);
  void save(const Registry& registry, DeviceIndex index, const StoredTime& time);

 private:
  void load_products(Registry& registry, const StoredTime& time);
  void load_devices(Registry& registry, const StoredTime& time);
  void load_residences(Registry& registry);

  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_product_;
  RowWriter drop_copies_;
  RowWriter put_copy_;
  RowWriter drop_topics_;
  RowWriter put_topic_;
  RowWriter put_device_;
  RowWriter put_residence_;
  RowWriter put_sharing_;
  RowWriter drop_sharing_;
};

}  // namespace fleetsim::platform
