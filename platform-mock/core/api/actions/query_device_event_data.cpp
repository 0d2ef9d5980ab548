#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/api/record_page.hpp"

namespace fleetsim::platform {

/// What an event is called and of which type it is stands in the product's TSL.
ActionResult query_device_event_data(ActionCall& call) {
  const TimeWindow window = time_window(call);
  const std::string_view identifier = call.in.optional("Identifier");
  const std::string_view type = call.in.optional("EventType");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  if (!type.empty() && type != "info" && type != "alert" && type != "error")
    return ApiError::business("iot.check.InvalidFormattedParameter", "\"EventType\" must be info, alert or error");
  const std::string& tsl = call.registry().product(call.registry().device(*device).product).data.tsl;
  const auto type_of = [&](const TextMembers& event) {
    return member_text(event, "type").empty() ? std::string_view{"info"} : member_text(event, "type");
  };
  const things::ThingDetails* const details = details_of(call, *device);
  RecordPage page;
  if (details != nullptr) {
    page = records_in(details->events, window, [&](const things::Record& record) {
      if (!identifier.empty() && record.name != identifier) return false;
      return type.empty() || type_of(feature_of(tsl, "events", record.name)) == type;
    });
  }
  call.out.object("Data").object("List").array("EventInfo");
  for (const things::Record* record : page.records) {
    const TextMembers event = feature_of(tsl, "events", record->name);
    call.out.item().member("Identifier", record->name).member("Name", member_text(event, "name")).member("EventType", type_of(event));
    call.out.member("OutputData", record->text).member("Time", std::to_string(record->time_ms)).end();
  }
  call.out.end().end();
  write_next(call, page);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
