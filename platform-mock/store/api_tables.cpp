#include "platform-mock/store/api_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/list_text.hpp"

namespace fleetsim::platform {
namespace {

std::vector<std::string> names_in(const SQLite::Column& column, std::int64_t application) {
  auto names = list_in(column.getString());
  if (!names) throw_damaged("application " + std::to_string(application) + " cannot be read");
  return std::move(*names);
}

}  // namespace

ApiTables::ApiTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_nickname_(database, "REPLACE INTO nickname VALUES(?, ?)"),
      drop_nickname_(database, "DELETE FROM nickname WHERE device = ?"),
      put_application_(database, "REPLACE INTO application VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      drop_application_(database, "DELETE FROM application WHERE number = ?") {}

void ApiTables::save_nickname(const ApiState& api, DeviceIndex device) {
  const std::string_view nickname = api.nickname(device);
  if (nickname.empty()) return drop_nickname_(device.value);
  put_nickname_(device.value, nickname);
}

void ApiTables::save_application(ApiState& api, std::int64_t id) {
  const Application* const application = api.find_application(id);
  if (application == nullptr) return drop_application_(id);
  put_application_(id, numbers_.of(application->account), application->product.value, numbers_.of(application->place.instance),
                   numbers_.of(application->place.account), application->state, list_text(application->names),
                   list_text(application->invalid), list_text(application->nicknames));
}

void ApiTables::load(const Registry& registry, ApiState& api) {
  SQLite::Statement nicknames(database_, "SELECT device, text FROM nickname");
  while (nicknames.executeStep()) {
    const DeviceIndex device{number_in(nicknames.getColumn(0))};
    if (device.value >= registry.device_count()) throw_damaged("the nickname of device number " + std::to_string(device.value));
    api.restore_nickname(device, nicknames.getColumn(1).getString());
  }
  SQLite::Statement rows(database_,
                         "SELECT number, account, product, instance, place_account, state, names, invalid, nicknames FROM application "
                         "ORDER BY number");
  while (rows.executeStep()) {
    const std::int64_t id = rows.getColumn(0).getInt64();
    Application application;
    application.account = numbers_.account(rows.getColumn(1));
    application.product = ProductIndex{number_in(rows.getColumn(2))};
    if (application.product.value >= registry.product_count())
      throw_damaged("application " + std::to_string(id) + " is for product number " + std::to_string(application.product.value));
    application.place = {numbers_.instance(rows.getColumn(3)), numbers_.account(rows.getColumn(4))};
    application.state = enum_in(rows.getColumn(5), ApplicationState::registered);
    application.names = names_in(rows.getColumn(6), id);
    application.invalid = names_in(rows.getColumn(7), id);
    application.nicknames = names_in(rows.getColumn(8), id);
    if (!application.nicknames.empty() && application.state == ApplicationState::checked &&
        application.nicknames.size() != application.names.size())
      throw_damaged("application " + std::to_string(id) + " has lost a nickname");
    api.restore(id, std::move(application));
  }
}

}  // namespace fleetsim::platform
