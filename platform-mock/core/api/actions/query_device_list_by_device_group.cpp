#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult query_device_list_by_device_group(ActionCall& call) {
  const Page page = call.in.page(small_page_size_max, page_size_default);
  const auto group = group_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!group) return group.error();
  write_simple_devices(call, devices_in(call, **group), page);
  return std::nullopt;
}

}  // namespace fleetsim::platform
