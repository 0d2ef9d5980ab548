// Runtime data, labels, topology and tokens of devices as rows.
//
//   ThingTables tables(database, numbers);
//   tables.load(parts);
//   tables.save_stay(things, device, place);
#pragma once

#include "platform-mock/core/things/device_registration.hpp"
#include "platform-mock/core/things/thing_store.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"

namespace fleetsim::platform {

class ThingTables {
 public:
  /// Both must outlive this.
  ThingTables(SQLite::Database& database, const PlaceNumbers& numbers);

  /// After the registry, of whose devices it is.
  void load(const Registry& registry, things::ThingStore& things, things::DeviceRegistration& registration);
  void save_stay(things::ThingStore& things, DeviceIndex device, const Place& place);
  void save_labels(const things::ThingStore& things, DeviceIndex device);
  void save_gateway(const things::ThingStore& things, DeviceIndex sub_device);
  void save_token(const things::DeviceRegistration& registration, DeviceIndex device);

 private:
  void load_stays(const Registry& registry, things::ThingStore& things);

  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_stay_;
  RowWriter put_times_and_properties_;
  RowWriter drop_stay_;
  RowWriter put_labels_;
  RowWriter drop_labels_;
  RowWriter put_gateway_;
  RowWriter drop_gateway_;
  RowWriter put_token_;
  RowWriter drop_token_;
};

}  // namespace fleetsim::platform
