#include <algorithm>
#include <array>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

/// Status: 0 inactive, 1 online, 3 offline, 8 disabled.
ActionResult query_device_by_status(ActionCall& call) {
  const auto status = call.in.required_whole("Status", {.min = 0, .max = 8});
  const Page page = call.in.page(small_page_size_max, page_size_default);
  const auto product = product_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!product) return product.error();
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 4> names = {
      {{0, "UNACTIVE"}, {1, "ONLINE"}, {3, "OFFLINE"}, {8, "DISABLE"}}};
  const auto wanted = std::find_if(names.begin(), names.end(), [status](const auto& name) { return name.first == status; });
  if (wanted == names.end()) return ApiError::business("iot.check.InvalidFormattedParameter", "\"Status\" must be 0, 1, 3 or 8");
  std::vector<DeviceIndex> devices;
  for (const DeviceIndex device : call.registry().devices_of(product->index))
    if (call.registry().device(device).listed_at() == product->place && status_of(call, device) == wanted->second)
      devices.push_back(device);
  call.out.object("Data").array("SimpleDeviceInfo");
  for (std::size_t i = page.first(); i < std::min(devices.size(), page.first() + page.size); ++i) {
    const DeviceRecord& record = call.registry().device(devices[i]);
    const std::int64_t created = call.unix_ms(record.created);
    call.out.item().member("ProductKey", key_of(call, product->index)).member("DeviceName", record.name);
    call.out.member("DeviceSecret", record.secret).member("IotId", call.state.iot_id(devices[i]));
    call.out.member("Nickname", call.state.nickname(devices[i])).member("Status", wanted->second);
    call.out.member("GmtCreate", gmt_text(created)).member("GmtModified", gmt_text(created));
    call.out.member("UtcCreate", utc_text(created)).member("UtcModified", utc_text(created)).end();
  }
  call.out.end().end().member("Total", devices.size()).member("Page", page.number);
  call.out.member("PageCount", pages_of(devices.size(), page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
