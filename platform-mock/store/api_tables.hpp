// What the management API itself keeps, as rows: nicknames, and applications to register many devices.
//
//   ApiTables tables(database, numbers);
//   tables.load(registry, api);
//   tables.save_nickname(api, device);
//   tables.save_application(api, 100001);
#pragma once

#include "platform-mock/core/api/api_state.hpp"
#include "platform-mock/store/place_numbers.hpp"
#include "platform-mock/store/row_writer.hpp"

namespace fleetsim::platform {

class ApiTables {
 public:
  /// Both must outlive this.
  ApiTables(SQLite::Database& database, const PlaceNumbers& numbers);

  /// After the registry.
  void load(const Registry& registry, ApiState& api);
  void save_nickname(const ApiState& api, DeviceIndex device);
  void save_application(ApiState& api, std::int64_t id);

 private:
  SQLite::Database& database_;
  const PlaceNumbers& numbers_;
  RowWriter put_nickname_;
  RowWriter drop_nickname_;
  RowWriter put_application_;
  RowWriter drop_application_;
};

}  // namespace fleetsim::platform
