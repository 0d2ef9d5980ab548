#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/json_reader.hpp"
#include "platform-mock/core/api/record_page.hpp"

namespace fleetsim::platform {
namespace {

/// Setting properties is answered as a service is, and is none.
constexpr std::string_view property_set = "property/set";

}  // namespace

/// What the device answered to service calls; what it was asked is not kept.
ActionResult query_device_service_data(ActionCall& call) {
  const TimeWindow window = time_window(call);
  const std::string_view identifier = call.in.optional("Identifier");
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const std::string& tsl = call.registry().product(call.registry().device(*device).product).data.tsl;
  const things::ThingDetails* const details = details_of(call, *device);
  RecordPage page;
  if (details != nullptr) {
    page = records_in(details->answers, window, [&](const things::Record& record) {
      return record.name != property_set && (identifier.empty() || record.name == identifier);
    });
  }
  call.out.object("Data").object("List").array("ServiceInfo");
  for (const things::Record* record : page.records) {
    call.out.item().member("Identifier", record->name).member("Name", member_text(feature_of(tsl, "services", record->name), "name"));
    call.out.member("InputData", "").member("OutputData", record->text).member("Time", std::to_string(record->time_ms)).end();
  }
  call.out.end().end();
  write_next(call, page);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
