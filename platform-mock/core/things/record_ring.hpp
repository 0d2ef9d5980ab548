// The latest entries of something that never ends: events, log lines, answers to calls. Bounded by number and by bytes; the oldest go
// first. Room is used again, so a device that goes on reporting small events costs no allocation.
//
//   RecordRing events;
//   events.add("alarm", R"({"level":3})", now_ms, limits);
//   for (std::size_t i = 0; i < events.size(); ++i) use(events[i]);   // the oldest first
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

struct Record {
  std::string name;  // of the event, the module, the service
  std::string text;  // compact JSON, or a log line
  std::int64_t time_ms = 0;
  std::int32_t code = 0;  // of an answer
};

class RecordRing {
 public:
  /// False: older entries had to go for it, or it is larger than record_bytes_per_device by itself and is not kept.
  bool add(std::string_view name, std::string_view text, std::int64_t time_ms, const ThingLimits& limits, std::int32_t code = 0);
  std::size_t size() const { return count_; }
  const Record& operator[](std::size_t index) const { return slots_[(first_ + index) % slots_.size()]; }
  /// All that were ever added.
  std::uint64_t total() const { return total_; }

 private:
  void drop_oldest();

  std::vector<Record> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace fleetsim::platform::things
