#include <string>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

ActionResult query_device_property_status(ActionCall& call) {
  call.in.not_served("FunctionBlockId", "features are in no blocks");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingData* const thing = call.platform.things().find(*device, call.registry().device(*device).listed_at());
  call.out.object("Data").object("List").array("PropertyStatusInfo");
  if (thing != nullptr) {
    for (const auto& property : thing->properties.all()) {
      call.out.item().member("Identifier", property.name).member("Name", property.name).member("Value", property.value);
      call.out.member("Time", std::to_string(property.time_ms)).member("DataType", "").member("Unit", "").end();
    }
  }
  call.out.end().end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
