#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/file_access.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult delete_device_file(ActionCall& call) {
  const auto found = device_file_in_sight(call);
  if (!found) return found.error();
  const std::string name = found->file.name;
  call.platform.things().data(found->device, found->place).details().remove_file(name);
  return std::nullopt;
}

}  // namespace fleetsim::platform
