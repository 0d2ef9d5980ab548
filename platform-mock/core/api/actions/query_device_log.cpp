#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/record_page.hpp"

namespace fleetsim::platform {

/// The lines that the device reported (thing/log/post). The vendor shows them in its console alone; this action is the mock's own.
ActionResult query_device_log(ActionCall& call) {
  const TimeWindow window = time_window(call);
  const auto device = device_in_sight(call);
  if (call.in.failed()) return call.in.error();
  if (!device) return device.error();
  const things::ThingDetails* const details = details_of(call, *device);
  RecordPage page;
  if (details != nullptr) page = records_in(details->logs, window, [](const things::Record&) { return true; });
  call.out.object("Data").object("List").array("LogInfo");
  for (const things::Record* record : page.records)
    call.out.item().member("Content", record->text).member("Time", std::to_string(record->time_ms)).end();
  call.out.end().end();
  write_next(call, page);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
