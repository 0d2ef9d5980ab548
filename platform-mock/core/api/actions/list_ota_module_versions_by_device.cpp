#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/things/thing_data.hpp"

namespace fleetsim::platform {

/// What the device has told of its modules where it resides now.
ActionResult list_ota_module_versions_by_device(ActionCall& call) {
  const Page page = call.in.page(page_size_max, page_size_default);
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingDetails* const details = details_of(call, *device);
  const std::size_t total = details == nullptr ? 0 : details->modules.size();
  const DeviceRecord& record = call.registry().device(*device);
  call.out.object("Data").array("SimpleOTAModuleInfo");
  for (std::size_t i = page.first(); i < std::min(total, page.first() + page.size); ++i) {
    call.out.item().member("ProductKey", key_of(call, record.product)).member("DeviceName", record.name);
    call.out.member("IotId", call.state.iot_id(*device)).member("ModuleName", details->modules[i].module);
    call.out.member("ModuleVersion", details->modules[i].version).end();
  }
  call.out.end().end().member("Total", total).member("CurrentPage", page.number);
  call.out.member("PageCount", pages_of(total, page.size)).member("PageSize", page.size);
  return std::nullopt;
}

}  // namespace fleetsim::platform
