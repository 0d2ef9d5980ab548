#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

/// Of a property the latest value is kept, and no older one.
ActionResult query_device_property_data(ActionCall& call) {
  const std::string_view identifier = call.in.required("Identifier");
  const TimeWindow window = time_window(call);
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingData* const thing = call.platform.things().find(*device, call.registry().device(*device).listed_at());
  const things::Property* const property = thing == nullptr ? nullptr : thing->properties.find(identifier);
  call.out.object("Data").object("List").array("PropertyInfo");
  if (property != nullptr && window.holds(property->time_ms))
    call.out.item().member("Value", property->value).member("Time", std::to_string(property->time_ms)).end();
  call.out.end().end().member("NextValid", false).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
