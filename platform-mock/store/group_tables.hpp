// Device groups as rows, in the order in which they were made. Who is in them stands on the devices' labels (thing_tables.hpp).
//
//   GroupTables tables(database, numbers);
//   tables.load(things.groups());
//   tables.save(things.groups(), "Gx1");
#pragma once

#include <string>

#include "platform-mock/core/things/device_groups.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"

namespace fleetsim::platform {

class GroupTables {
 public:
  /// Both must outlive this.
  GroupTables(SQLite::Database& database, const PlaceNumbers& numbers);

  void load(things::DeviceGroups& groups);
  void save(const things::DeviceGroups& groups, const std::string& id);

 private:
  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_;
  RowWriter drop_;
};

}  // namespace fleetsim::platform
