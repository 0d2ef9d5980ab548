#include "platform-mock/core/api/record_page.hpp"

#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::int64_t records_per_page_max = 100;

}  // namespace

TimeWindow time_window(ActionCall& call) {
  TimeWindow window;
  window.start_ms = call.in.required_whole("StartTime", {.min = 0});
  window.end_ms = call.in.required_whole("EndTime", {.min = 0});
  window.size = static_cast<std::size_t>(call.in.whole("PageSize", {.min = 1, .max = records_per_page_max}, 10));
  window.order = call.in.whole("Asc", {.min = 0, .max = 1}, 0) == 1 ? TimeOrder::oldest_first : TimeOrder::newest_first;
  if (window.end_ms < window.start_ms)
    call.in.wrong(ApiError::business("iot.device.InvalidTimeBucket", "\"EndTime\" lies before \"StartTime\""));
  return window;
}

RecordPage records_in(const things::RecordRing& ring, const TimeWindow& window, const std::function<bool(const things::Record&)>& wanted) {
  RecordPage page;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const things::Record& record = ring[window.order == TimeOrder::oldest_first ? i : ring.size() - 1 - i];
    if (!window.holds(record.time_ms) || !wanted(record)) continue;
    if (page.records.size() == window.size) {
      page.more = true;
      page.next_ms = record.time_ms;
      break;
    }
    page.records.push_back(&record);
  }
  return page;
}

void write_next(ActionCall& call, const RecordPage& page) {
  call.out.member("NextValid", page.more);
  if (page.more) call.out.member("NextTime", page.next_ms);
}

const things::ThingDetails* details_of(const ActionCall& call, DeviceIndex device) {
  const things::ThingData* const thing = call.platform.things().find(device, call.registry().device(device).listed_at());
  return thing == nullptr ? nullptr : thing->known_details();
}

}  // namespace fleetsim::platform
