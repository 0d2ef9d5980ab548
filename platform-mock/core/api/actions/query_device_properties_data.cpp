#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::size_t identifiers_max = 10;

}  // namespace

/// QueryDevicePropertyData for several properties at once. Times are numbers here, as the SDK reads them.
ActionResult query_device_properties_data(ActionCall& call) {
  const std::vector<std::string_view> identifiers = call.in.list("Identifier");
  const TimeWindow window = time_window(call);
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (identifiers.empty() || identifiers.size() > identifiers_max)
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"Identifier\" must name 1 to 10 properties");
  const things::ThingData* const thing = call.platform.things().find(*device, call.registry().device(*device).listed_at());
  call.out.member("NextValid", false).object("PropertyDataInfos").array("PropertyDataInfo");
  for (const std::string_view identifier : identifiers) {
    const things::Property* const property = thing == nullptr ? nullptr : thing->properties.find(identifier);
    call.out.item().member("Identifier", identifier).object("List").array("PropertyInfo");
    if (property != nullptr && window.holds(property->time_ms))
      call.out.item().member("Value", property->value).member("Time", property->time_ms).end();
    call.out.end().end().end();
  }
  call.out.end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
