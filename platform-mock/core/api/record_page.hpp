// Records of a device in a span of time, page by page: what the actions on events, services and logs share.
//
//   const TimeWindow window = time_window(call);
//   if (call.in.failed()) return call.in.error();
//   const RecordPage page = records_in(details->events, window, [](const things::Record& record) { return record.name == "alarm"; });
//   write_next(call, page);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/things/record_ring.hpp"

namespace fleetsim::platform {

namespace things {
struct ThingDetails;
}  // namespace things

enum class TimeOrder : std::uint8_t { newest_first, oldest_first };

struct TimeWindow {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;  // inclusive
  std::size_t size = 1;
  TimeOrder order = TimeOrder::newest_first;

  bool holds(std::int64_t time_ms) const { return time_ms >= start_ms && time_ms <= end_ms; }
};
/// StartTime, EndTime, PageSize and Asc.
TimeWindow time_window(ActionCall& call);

struct RecordPage {
  std::vector<const things::Record*> records;
  bool more = false;
  std::int64_t next_ms = 0;  // of the first one that did not fit: the next page begins (or ends, newest first) there
};
RecordPage records_in(const things::RecordRing& ring, const TimeWindow& window, const std::function<bool(const things::Record&)>& wanted);
/// NextValid and NextTime.
void write_next(ActionCall& call, const RecordPage& page);

/// What is kept of the device where it resides; null: nothing.
const things::ThingDetails* details_of(const ActionCall& call, DeviceIndex device);

}  // namespace fleetsim::platform
