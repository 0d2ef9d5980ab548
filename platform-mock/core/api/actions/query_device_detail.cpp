#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/product_access.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult query_device_detail(ActionCall& call) {
  const auto device = device_in_sight(call);
  if (!device) return device.error();
  const Registry& registry = call.registry();
  const DeviceRecord& record = registry.device(*device);
  const ProductRecord& product = registry.product(record.product);
  const Place place = record.resides_at();
  const things::StatusTimes times = call.platform.things().times(*device, place);
  const things::ThingData* const thing = call.platform.things().find(*device, place);
  const bool has_version = thing != nullptr && thing->known_details() != nullptr;
  const auto moment = [](std::int64_t ms, std::string (*text)(std::int64_t)) { return ms == 0 ? std::string{} : text(ms); };
  const std::int64_t created = call.unix_ms(record.created);

  call.out.object("Data").member("ProductKey", product.config.key.view()).member("ProductName", product.config.name);
  call.out.member("DeviceName", record.name).member("DeviceSecret", record.secret).member("IotId", call.state.iot_id(*device));
  call.out.member("Nickname", call.state.nickname(*device)).member("Status", status_of(call, *device));
  call.out.member("NodeType", node_type_number(product.data.node_type)).member("Owner", product.owner == call.account);
  call.out.member("Region", registry.region(registry.instance(place.instance).region).id.view());
  call.out.member("FirmwareVersion", has_version ? thing->known_details()->version_of("default") : std::string_view{});
  call.out.member("GmtCreate", gmt_text(created)).member("UtcCreate", utc_text(created));
  call.out.member("GmtActive", moment(times.active_ms, gmt_text)).member("UtcActive", moment(times.active_ms, utc_text));
  call.out.member("GmtOnline", moment(times.online_ms, gmt_text)).member("UtcOnline", moment(times.online_ms, utc_text)).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
