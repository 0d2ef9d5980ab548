#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/files/device_files.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult delete_device_file(ActionCall& call) {
  const std::string_view id = call.in.required("FileId");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingDetails* const details = details_of(call, *device);
  const things::DeviceFile* const file = details == nullptr ? nullptr : file_of_id(*details, id);
  if (file == nullptr) return unknown_file();
  const std::string name = file->name;
  call.platform.things().data(*device, call.registry().device(*device).resides_at()).details().remove_file(name);
  return std::nullopt;
}

}  // namespace fleetsim::platform
