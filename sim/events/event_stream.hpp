// The one typed event stream of a run: what devices and platform did, in the order each thread saw it. `--events FILE` writes it as
// NDJSON, one object a line, first line {"schema_version":1,...}. Never a secret. Thread-safe: producers hand over whole batches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

enum class EventSide : std::uint8_t { device, platform, run };

/// Fields that are empty or zero are left out of the line.
struct RunEvent {
  Instant at{};
  EventSide side = EventSide::device;
  std::string kind;  // the enumerator's name: "connected", "notify_sent", "step_started", ...
  std::string group;
  std::string device;  // "pk/dn"
  std::string instance;
  std::string region;
  std::string detail;  // failure, reason, state, host:port
  std::int64_t code = 0;
  std::string address{};  // of the device: as it shows itself when it opens a link, or as the platform sees it
};

class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void write(std::vector<RunEvent>&& batch) = 0;
  /// False: only what the run itself does is of interest, so nobody need put the rest into words.
  virtual bool wants_both_sides() const { return true; }
  /// Flushes; returns what went wrong when writing (disk full), empty when all is there.
  virtual std::string close() = 0;

  /// Opens FILE ("-" is stdout); the error says why not.
  static Result<std::unique_ptr<EventStream>, std::string> to_file(const std::string& path, std::string_view scenario, std::uint64_t seed);
};

}  // namespace fleetsim::sim
