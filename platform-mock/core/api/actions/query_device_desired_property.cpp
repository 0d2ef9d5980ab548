#include <algorithm>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/api/record_page.hpp"
#include "platform-mock/core/things/thing_data.hpp"

namespace fleetsim::platform {

/// Those of Identifier.N, or all.
ActionResult query_device_desired_property(ActionCall& call) {
  const std::vector<std::string_view> identifiers = call.in.list("Identifier");
  call.in.not_served("FunctionBlockId", "features are in no blocks");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const std::string& tsl = call.registry().product(call.registry().device(*device).product).data.tsl;
  const things::ThingDetails* const details = details_of(call, *device);
  call.out.object("Data").object("List").array("DesiredPropertyInfo");
  for (const things::DesiredProperty& wish : details == nullptr ? std::vector<things::DesiredProperty>{} : details->desired.all()) {
    if (!identifiers.empty() && std::find(identifiers.begin(), identifiers.end(), wish.name) == identifiers.end()) continue;
    const TextMembers property = feature_of(tsl, "properties", wish.name);
    call.out.item().member("Identifier", wish.name).member("Name", member_text(property, "name")).member("Value", wish.value);
    call.out.member("DataType", member_text(text_members(member_text(property, "dataType")).value_or(TextMembers{}), "type"));
    call.out.member("Unit", "").member("Time", std::to_string(wish.time_ms)).member("Version", wish.version).end();
  }
  call.out.end().end().end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
