// What steps ask of a platform beyond jobs, the same words for the mock in this process and for one that is served elsewhere.
//
//   PlatformOrders& orders = live ? *live : *managed;
//   WorkCount now = orders.look(group, step);
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/fleet_identities.hpp"

namespace fleetsim::sim {

// The same words for a job that goes on only when it is retried, wherever it is.
inline std::string job_has_failed(std::string_view id, std::string_view why) {
  return std::string("job ").append(id).append(" has failed: ").append(why);
}
inline std::string job_is_stuck(std::string_view id, std::uint64_t waiting) {
  return std::string("job ").append(id).append(" is stuck in distributing, ").append(std::to_string(waiting)).append(" devices wait");
}

class PlatformOrders {
 public:
  /// Lets time pass; false: the run is over.
  using Pause = std::function<bool(Duration)>;

  virtual ~PlatformOrders() = default;

  /// Why the rule is not set; empty: it is.
  virtual std::string misbehave(const platform::MisbehaviourRule& rule) = 0;
  virtual HealOutcome heal(const std::vector<std::string>& names) = 0;
  /// Its process dies as it is, and comes back from its store. The error says why that cannot be; empty: it is done.
  virtual std::string crash() { return "this platform cannot be made to crash"; }
  virtual std::string come_back() { return "this platform cannot be made to come back"; }
  virtual JobCount retry_jobs(const std::string& name) = 0;
  virtual WorkCount begin_upgrade(const GroupRange& group, const UpgradeStep& step) = 0;
  virtual WorkCount set_property(const GroupRange& group, const SetPropertyStep& step) = 0;
  virtual WorkCount join_group(const GroupRange& group, const JoinGroupStep& step) = 0;
  virtual WorkCount change_devices(const GroupRange& group, const ChangeDevicesStep& step) = 0;
  /// As the platform knows them, of devices (positions in the roster) that were not given theirs by us; empty: it does not tell. Elsewhere
  /// it is asked at each of these instances in turn.
  virtual std::vector<std::string> secrets_of(const std::vector<std::size_t>& devices, const std::vector<std::string>& instances) = 0;
  virtual WorkCount look(const GroupRange& group, const ExpectStep& step) = 0;
};

}  // namespace fleetsim::sim
