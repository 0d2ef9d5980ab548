// The time of day from the platform: it echoes when the device asked, and adds when it heard that and when it answered. Half of what the
// way there and back took is taken for the way back.
//
//   put_clock_request(text, now);
//   ...
//   if (const auto reading = read_clock(payload, now)) set_clock(reading->unix_ms);
#pragma once

#include <cstdint>
#include <optional>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

/// {"deviceSendTime":"100"}, in milliseconds of the device's own time.
void put_clock_request(TextWriter& text, Instant now);

struct ClockReading {
  std::uint64_t unix_ms = 0;  // now
  Duration one_way{0};
};
/// Nothing when a field is missing or no number, or when the answer is to something that was never asked.
std::optional<ClockReading> read_clock(ByteView payload, Instant now);

}  // namespace fleetsim::device
