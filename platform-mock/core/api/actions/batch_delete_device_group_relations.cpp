#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/group_access.hpp"

namespace fleetsim::platform {

ActionResult batch_delete_device_group_relations(ActionCall& call) {
  const auto group = group_in_sight(call);
  if (!group) return group.error();
  const auto devices = devices_listed(call, (*group)->place);
  if (call.in.failed()) return call.in.error();
  std::size_t taken_out = 0;
  for (const DeviceIndex device : devices) {
    const things::DeviceLabels* const known = call.platform.things().find_labels(device);
    if (known != nullptr && known->is_in_group((*group)->id) && call.platform.things().labels(device).leave_group((*group)->id))
      ++taken_out;
  }
  call.out.member("ValidDeviceCount", devices.size()).member("SuccessDeviceCount", taken_out);
  call.out.member("AlreadyRelatedGroupDeviceCount", taken_out);
  return std::nullopt;
}

}  // namespace fleetsim::platform
