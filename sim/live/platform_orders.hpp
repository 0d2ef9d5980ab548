// What steps ask of a platform beyond jobs, the same words for the mock in this process and for one that is served elsewhere.
//
//   PlatformOrders& orders = live ? *live : *managed;
//   WorkCount now = orders.look(group, step);
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "devicecore/base/time.hpp"
#include "sim/live/fleet_identities.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim {

class PlatformOrders {
 public:
  /// Lets time pass; false: the run is over.
  using Pause = std::function<bool(Duration)>;

  virtual ~PlatformOrders() = default;

  virtual JobCount retry_jobs(const std::string& name) = 0;
  virtual WorkCount begin_upgrade(const GroupRange& group, const UpgradeStep& step) = 0;
  virtual WorkCount set_property(const GroupRange& group, const SetPropertyStep& step) = 0;
  virtual WorkCount join_group(const GroupRange& group, const JoinGroupStep& step) = 0;
  virtual WorkCount look(const GroupRange& group, const ExpectStep& step) = 0;
};

}  // namespace fleetsim::sim
