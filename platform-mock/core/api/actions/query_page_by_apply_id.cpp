#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult query_page_by_apply_id(ActionCall& call) {
  const auto apply_id = call.in.required_whole("ApplyId", {.min = 1});
  const Page page = call.in.page(small_page_size_max, page_size_default);
  if (call.in.failed()) return call.in.error();
  const Application* const application = own_application(call, apply_id);
  if (application == nullptr) return unknown_application();
  std::vector<DeviceIndex> devices;
  for (const std::string& name : application->names)
    if (const auto device = call.registry().find_device(application->product, name)) devices.push_back(*device);
  call.out.member("Page", page.number).member("PageSize", page.size).member("Total", devices.size());
  call.out.member("PageCount", pages_of(devices.size(), page.size)).object("ApplyDeviceList").array("ApplyDeviceInfo");
  for (std::size_t i = page.first(); i < std::min(devices.size(), page.first() + page.size); ++i) {
    const DeviceRecord& record = call.registry().device(devices[i]);
    const std::string id = call.state.iot_id(devices[i]);
    call.out.item()
        .member("DeviceName", record.name)
        .member("DeviceSecret", record.secret)
        .member("IotId", id)
        .member("DeviceId", id)
        .end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
