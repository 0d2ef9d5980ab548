// A platform that is served elsewhere, as the controller orders it about: through its management API (sim/live/managed_platform.hpp). What
// only a registry can tell is asked for as far as the API has it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/report/run_result.hpp"
#include "sim/world/platform_orders.hpp"

namespace fleetsim::sim {

class ExternalPlatform : public PlatformOrders {
 public:
  /// How questions to the platform wait, so that a run can be stopped while one is under way.
  virtual void set_pause(Pause pause) = 0;
  /// One job: created, waited for until the platform calls it done, and its record read. `entry` is the distribute step's number.
  virtual HandoverOutcome hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry,
                                    const Pause& pause) = 0;
  /// Moves asked of the devices at these places of the roster: a device that two jobs named counts twice, as it will move twice.
  virtual std::uint64_t asked(std::size_t first, std::size_t count) const = 0;
  /// One entry per distribute step that made a job; `targets` stay empty, for only the devices know where they went.
  virtual const std::vector<DistributionResult>& distribution() const = 0;
  /// How often each rule fired that this run set or healed; as far as the platform can be asked.
  virtual std::map<std::string, std::uint64_t> misbehaviour() = 0;
  /// Which devices of the roster are in handover, as its console shows; the error says why it cannot be told.
  virtual Result<std::vector<bool>, std::string> all_in_handover(const std::vector<ExternalInstance>& instances) = 0;
};

}  // namespace fleetsim::sim
