// A platform that is served elsewhere, ordered about through its management API: world `external`'s counterpart of LivePlatform. What only
// a registry can tell (who is stranded, who committed where) is asked for as far as the API has it; moves are the devices' own word.
//
//   auto platform = ManagedPlatform::make(scenario.external.management, address, ca_pem, scenario.seed);
//   platform->hand_over(roster, group, {0, 1000}, step, entry);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/fleet.hpp"
#include "sim/live/fleet_identities.hpp"
#include "sim/live/management_client.hpp"
#include "sim/steps/step_host.hpp"

namespace fleetsim::sim {

class ManagedPlatform {
 public:
  /// Lets time pass while a job is under way; false: the run is over.
  using Pause = ManagementClient::Pause;
  static constexpr int looks_failed_max = 5;  // in a row, before a job is given up that may well be under way

  static Result<std::unique_ptr<ManagedPlatform>, RunError> make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                 std::string_view ca_pem, std::uint64_t seed);

  /// How questions to the platform wait, so that a run can be stopped while one is under way.
  void set_pause(Pause pause) { client_->set_pause(std::move(pause)); }

  /// One job: created, waited for until the platform calls it done, and its record read. `entry` is the distribute step's number.
  HandoverOutcome hand_over(const Roster& roster, const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry,
                            const Pause& pause);
  /// Moves asked of the devices at these places of the roster: a device that two jobs named counts twice, as it will move twice.
  std::uint64_t asked(std::size_t first, std::size_t count) const;
  /// One entry per distribute step that made a job; `targets` stay empty, for only the devices know where they went.
  const std::vector<DistributionResult>& distribution() const { return entries_; }

 private:
  explicit ManagedPlatform(std::unique_ptr<ManagementClient> client, ManagementEndpoint endpoint)
      : client_(std::move(client)), endpoint_(std::move(endpoint)) {}
  ManagementParameters job_parameters(const Roster& roster, const GroupRange& group, DeviceRange range, const DistributeStep& step) const;
  std::string wait_for_end(const std::string& job, const Pause& pause);
  std::string read_record(const std::string& job, std::string_view product, HandoverOutcome& outcome);

  std::unique_ptr<ManagementClient> client_;
  ManagementEndpoint endpoint_;
  std::vector<DistributionResult> entries_;
  std::vector<DeviceRange> asked_;  // of the roster
};

}  // namespace fleetsim::sim
