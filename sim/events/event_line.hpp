// One event as one line of NDJSON; README.md beside this file says what the fields mean.
//
//   append_event_line(out, event);   // {"t":1.250000,"side":"device","kind":"connected",...}\n
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/events/event_stream.hpp"

namespace fleetsim::sim {

inline constexpr int events_schema_version = 1;

/// "device", "platform", "run".
std::string_view side_name(EventSide side);
/// The first line of a stream.
std::string event_header_line(std::string_view scenario, std::uint64_t seed);
void append_event_line(std::string& out, const RunEvent& event);

}  // namespace fleetsim::sim
