// A platform that outlives its process: what a store above the core does for the shell that serves it. Before the bytes of a step go
// out, what the step has changed is written: nobody is told of something that a crash could take back.
//
//   if (auto problem = state.recover(platform.durable_parts(), unix_epoch_us)) say(problem->what, problem->hint);
//   …                                                        // a step of the core
//   if (state.unsaved()) if (auto problem = state.commit()) stop_without_a_word(*problem);
//   write(bytes);
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fleetsim::platform {

class ApiState;
class Distribution;
class Registry;
class UploadedFiles;
namespace ota {
class FirmwareStore;
class Upgrades;
}  // namespace ota
namespace things {
class DeviceRegistration;
class RemoteConfigs;
class ThingStore;
}  // namespace things

/// What is kept of a platform.
struct DurableParts {
  Registry& registry;
  Distribution& distribution;
  things::ThingStore& things;
  things::DeviceRegistration& registration;
  things::RemoteConfigs& remote_configs;
  ota::FirmwareStore& firmwares;
  ota::Upgrades& upgrades;
  UploadedFiles& uploads;
  ApiState& api;
};

struct StoreError {
  std::string what;  // "/var/lib/fleet/platform.db: database or disk is full"
  std::string hint;  // what to do about it
};

class DurableState {
 public:
  virtual ~DurableState() = default;

  /// How often a platform was started from this state before: what is drawn at random must not come again.
  virtual std::uint64_t starts() const = 0;
  /// The seed of the first start: ids that were told follow from it.
  virtual std::uint64_t seed() const = 0;
  /// Puts what is kept into a platform that has no products yet, and records every change from then on. `unix_epoch_us`: what Instant 0
  /// means now; it is another one with every start.
  virtual std::optional<StoreError> recover(const DurableParts& parts, std::int64_t unix_epoch_us) = 0;
  virtual bool unsaved() const = 0;
  /// All changes since the last one, or none of them. After an error the state in memory is ahead of the one that is kept: nothing more
  /// may be said to anybody, and the process ends.
  virtual std::optional<StoreError> commit() = 0;
};

}  // namespace fleetsim::platform
