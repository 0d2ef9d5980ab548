#include "platform-mock/store/thing_tables.hpp"

#include <SQLiteCpp/Statement.h>
#include <limits>
#include <memory>
#include <utility>

#include "platform-mock/store/database.hpp"
#include "platform-mock/store/thing_text.hpp"

namespace fleetsim::platform {
namespace {

constexpr const char* no_properties = "[]";

DeviceIndex device_in(const SQLite::Column& column, const Registry& registry) {
  const DeviceIndex device{number_in(column)};
  if (device.value >= registry.device_count()) throw_damaged("runtime data of device number " + std::to_string(device.value));
  return device;
}

}  // namespace

ThingTables::ThingTables(SQLite::Database& database, const PlaceNumbers& numbers)
    : database_(database),
      numbers_(numbers),
      put_stay_(database, "REPLACE INTO stay VALUES(?, ?, ?, ?, ?, ?, ?, ?)"),
      // Most changes: the details, which can be large, stay as they are.
      put_times_and_properties_(database,
                                "INSERT INTO stay VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, '') ON CONFLICT(device, instance, account) "
                                "DO UPDATE SET active_ms = ?4, online_ms = ?5, offline_ms = ?6, properties = ?7"),
      drop_stay_(database, "DELETE FROM stay WHERE device = ? AND instance = ? AND account = ?"),
      put_labels_(database, "REPLACE INTO label VALUES(?, ?, ?)"),
      drop_labels_(database, "DELETE FROM label WHERE device = ?"),
      put_gateway_(database, "INSERT INTO gateway(sub_device, gateway) VALUES(?, ?)"),
      drop_gateway_(database, "DELETE FROM gateway WHERE sub_device = ?"),
      put_token_(database, "REPLACE INTO token VALUES(?, ?, ?)"),
      drop_token_(database, "DELETE FROM token WHERE device = ?") {}

void ThingTables::save_stay(things::ThingStore& things, DeviceIndex device, const Place& place) {
  const std::int64_t instance = numbers_.of(place.instance);
  const std::int64_t account = numbers_.of(place.account);
  const things::StatusTimes times = things.times(device, place);
  things::ThingData* const thing = things.find_for_saving(device, place);
  if (thing == nullptr && times.active_ms == 0 && times.online_ms == 0 && times.offline_ms == 0)
    return drop_stay_(device.value, instance, account);
  const std::string properties = thing == nullptr ? std::string{no_properties} : properties_text(*thing);
  if (thing != nullptr && thing->take_details_changed()) {
    put_stay_(device.value, instance, account, times.active_ms, times.online_ms, times.offline_ms, properties, details_text(*thing));
  } else {
    put_times_and_properties_(device.value, instance, account, times.active_ms, times.online_ms, times.offline_ms, properties);
  }
}

void ThingTables::save_labels(const things::ThingStore& things, DeviceIndex device) {
  const things::DeviceLabels* const labels = things.find_labels(device);
  if (labels == nullptr) return drop_labels_(device.value);
  put_labels_(device.value, tags_text(labels->tags()), groups_text(*labels));
}

void ThingTables::save_gateway(const things::ThingStore& things, DeviceIndex sub_device) {
  drop_gateway_(sub_device.value);
  if (const auto gateway = things.topology().gateway_of(sub_device)) put_gateway_(sub_device.value, gateway->value);
}

void ThingTables::save_token(const things::DeviceRegistration& registration, DeviceIndex device) {
  const things::DeviceRegistration::Token* const token = registration.token_of(device);
  if (token == nullptr) return drop_token_(device.value);
  put_token_(device.value, token->client_id, token->text);
}

void ThingTables::load(const Registry& registry, things::ThingStore& things, things::DeviceRegistration& registration) {
  load_stays(registry, things);
  SQLite::Statement labels(database_, "SELECT device, tags, groups FROM label");
  while (labels.executeStep()) {
    const DeviceIndex device = device_in(labels.getColumn(0), registry);
    if (!read_labels(labels.getColumn(1).getString(), labels.getColumn(2).getString(), things.labels(device)))
      throw_damaged("the labels of device \"" + registry.device(device).name + "\" cannot be read");
  }
  SQLite::Statement gateways(database_, "SELECT sub_device, gateway FROM gateway ORDER BY number");
  while (gateways.executeStep())
    things.topology().add(device_in(gateways.getColumn(1), registry), device_in(gateways.getColumn(0), registry),
                          std::numeric_limits<std::size_t>::max());
  SQLite::Statement tokens(database_, "SELECT device, client_id, text FROM token");
  while (tokens.executeStep())
    registration.restore(device_in(tokens.getColumn(0), registry), {tokens.getColumn(1).getString(), tokens.getColumn(2).getString()});
}

void ThingTables::load_stays(const Registry& registry, things::ThingStore& things) {
  SQLite::Statement rows(database_, "SELECT device, instance, account, active_ms, online_ms, offline_ms, properties, details FROM stay");
  while (rows.executeStep()) {
    const DeviceIndex device = device_in(rows.getColumn(0), registry);
    const Place place{numbers_.instance(rows.getColumn(1)), numbers_.account(rows.getColumn(2))};
    const things::StatusTimes times{rows.getColumn(3).getInt64(), rows.getColumn(4).getInt64(), rows.getColumn(5).getInt64()};
    const std::string properties = rows.getColumn(6).getString();
    const std::string details = rows.getColumn(7).getString();
    std::unique_ptr<things::ThingData> data;
    if (properties != no_properties || !details.empty()) {
      data = std::make_unique<things::ThingData>();
      if (!read_thing(properties, details, *data))
        throw_damaged("the runtime data of device \"" + registry.device(device).name + "\" cannot be read");
    }
    things.restore(device, place, times, std::move(data));
  }
}

}  // namespace fleetsim::platform
