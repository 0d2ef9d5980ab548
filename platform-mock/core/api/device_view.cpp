#include "platform-mock/core/api/device_view.hpp"

#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

std::string utc_or_none(std::int64_t unix_ms) { return unix_ms == 0 ? std::string{} : utc_text(unix_ms); }

void write_device_detail(ActionCall& call, DeviceIndex device) {
  const Registry& registry = call.registry();
  const DeviceRecord& record = registry.device(device);
  const ProductRecord& product = registry.product(record.product);
  const Place place = record.listed_at();
  const things::StatusTimes times = call.platform.things().times(device, place);
  const things::ThingData* const thing = call.platform.things().find(device, place);
  const bool has_version = thing != nullptr && thing->known_details() != nullptr;
  const auto gmt_or_none = [](std::int64_t ms) { return ms == 0 ? std::string{} : gmt_text(ms); };
  const std::int64_t created = call.unix_ms(record.created);

  call.out.member("ProductKey", product.config.key.view()).member("ProductName", product.config.name);
  call.out.member("DeviceName", record.name).member("DeviceSecret", record.secret).member("IotId", call.state.iot_id(device));
  call.out.member("Nickname", call.state.nickname(device)).member("Status", status_of(call, device));
  call.out.member("NodeType", node_type_number(product.data.node_type)).member("Owner", product.owner == call.account);
  call.out.member("Region", registry.region(registry.instance(place.instance).region).id.view());
  call.out.member("FirmwareVersion", has_version ? thing->known_details()->version_of("default") : std::string_view{});
  call.out.member("GmtCreate", gmt_text(created)).member("UtcCreate", utc_text(created));
  call.out.member("GmtActive", gmt_or_none(times.active_ms)).member("UtcActive", utc_or_none(times.active_ms));
  call.out.member("GmtOnline", gmt_or_none(times.online_ms)).member("UtcOnline", utc_or_none(times.online_ms));
}

void write_simple_device(ActionCall& call, DeviceIndex device) {
  const DeviceRecord& record = call.registry().device(device);
  const ProductRecord& product = call.registry().product(record.product);
  call.out.member("ProductKey", product.config.key.view()).member("ProductName", product.config.name);
  call.out.member("DeviceName", record.name).member("IotId", call.state.iot_id(device));
}

void write_simple_devices(ActionCall& call, const std::vector<DeviceIndex>& devices, const Page& page) {
  call.out.object("Data").array("SimpleDeviceInfo");
  for (std::size_t i = page.first(); i < std::min(devices.size(), page.first() + page.size); ++i) {
    call.out.item();
    write_simple_device(call, devices[i]);
    call.out.end();
  }
  call.out.end().end().member("Total", devices.size()).member("Page", page.number);
  call.out.member("PageCount", pages_of(devices.size(), page.size)).member("PageSize", page.size);
}

std::vector<DeviceIndex> residing_at(const ActionCall& call, std::vector<DeviceIndex> devices, const Place& place) {
  std::erase_if(devices, [&](DeviceIndex device) {
    const DeviceRecord& record = call.registry().device(device);
    return record.removed || record.listed_at() != place;
  });
  return devices;
}

Result<std::vector<DeviceIndex>, ApiError> devices_named(ActionCall& call, const NamedDevices& how) {
  const std::vector<std::string_view> names = call.in.list(how.parameter);
  const auto product = product_in_sight(call);
  if (!product) return fail(product.error());
  if (names.empty()) return fail(ApiError::gateway(400, "MissingParameter", "\"" + std::string{how.parameter} + ".1\" is missing"));
  if (names.size() > how.devices_max)
    return fail(ApiError::business("iot.device.DeviceCountExceeded", "at most " + std::to_string(how.devices_max) + " devices at once"));
  std::vector<DeviceIndex> devices;
  for (const std::string_view name : names) {
    const auto device = device_of(call, *product, name);
    if (!device) return fail(device.error());
    if (std::find(devices.begin(), devices.end(), *device) != devices.end())
      return fail(ApiError::business("iot.check.InvalidFormattedParameter", "device \"" + std::string{name} + "\" is named twice"));
    devices.push_back(*device);
  }
  return devices;
}

}  // namespace fleetsim::platform
