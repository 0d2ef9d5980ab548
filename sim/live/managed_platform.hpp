// A platform that is served elsewhere, ordered about through its management API: world `external`'s counterpart of RunPlatform. What only
// a registry can tell (who is stranded, who committed where) is asked for as far as the API has it; moves are the devices' own word.
//
//   auto platform = ManagedPlatform::make(scenario.external.management, address, ca_pem, scenario.seed);
//   platform->hand_over(roster, group, {0, 1000}, step, entry);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/fleet.hpp"
#include "sim/live/management_client.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/external_platform.hpp"
#include "sim/world/firmware_images.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/thing_picture.hpp"

namespace fleetsim::sim {

class ManagedPlatform final : public ExternalPlatform {
 public:
  /// `roster` must outlive it.
  static Result<std::unique_ptr<ManagedPlatform>, RunError> make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                 std::string_view ca_pem, std::uint64_t seed, const Roster& roster);

  /// Registers the devices of the roster that the platform does not know, and takes the secrets that it tells. Devices that are to register
  /// themselves without being known are left to do so.
  std::optional<RunError> register_devices(Roster& roster, const Scenario& scenario);
  /// Lets the product's devices register themselves, and returns the product's secret, by which they do. The error says why not.
  Result<std::string, std::string> open_registration(const std::string& product_key);

  // ExternalPlatform
  void set_pause(Pause pause) override { client_->set_pause(std::move(pause)); }
  HandoverOutcome hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry,
                            const Pause& pause) override;
  std::uint64_t asked(std::size_t first, std::size_t count) const override;
  const std::vector<DistributionResult>& distribution() const override { return entries_; }

  // What the platform does wrong on demand: managed_platform_misbehaviour.cpp
  std::string misbehave(const platform::MisbehaviourRule& rule) override;
  HealOutcome heal(const std::vector<std::string>& names) override;
  std::map<std::string, std::uint64_t> misbehaviour() override;
  /// What this run set and did not heal: nobody else asked for it. Waits for the platform, but for one call at most when it is gone.
  void take_back_rules();

  Result<std::vector<bool>, std::string> all_in_handover(const std::vector<ExternalInstance>& instances) override;

  // PlatformOrders: managed_platform_orders.cpp
  JobCount retry_jobs(const std::string& name) override;
  WorkCount begin_upgrade(const GroupRange& group, const UpgradeStep& step) override;
  WorkCount set_property(const GroupRange& group, const SetPropertyStep& step) override;
  WorkCount join_group(const GroupRange& group, const JoinGroupStep& step) override;
  WorkCount change_devices(const GroupRange& group, const ChangeDevicesStep& step) override;
  WorkCount look(const GroupRange& group, const ExpectStep& step) override;
  std::vector<std::string> secrets_of(const std::vector<std::size_t>& devices, const std::vector<std::string>& instances) override;

 private:
  ManagedPlatform(std::unique_ptr<ManagementClient> client, ManagementEndpoint endpoint, const Roster& roster)
      : client_(std::move(client)), endpoint_(std::move(endpoint)), roster_(roster) {}
  ManagementParameters job_parameters(const GroupRange& group, DeviceRange range, const DistributeStep& step) const;
  /// The job's id.
  Result<std::string, std::string> create_job(const GroupRange& group, DeviceRange range, const DistributeStep& step);
  Result<std::string, std::string> create_console_job(const GroupRange& group, DeviceRange range, const DistributeStep& step);
  Result<std::string, std::string> code_for(const std::string& holder, const std::string& recipient);
  /// With whom the devices are: their own word is not asked, the jobs that were done are remembered.
  const std::string& holder_of(std::size_t device) const;

  Result<std::string, std::string> upload_firmware(std::string_view product_key, const UpgradeStep& step);

  // What it knows of one device: managed_platform_orders.cpp. The error is why it cannot be told.
  using Picture = Result<ThingPicture, std::string>;
  Picture picture_of(std::size_t device, const ExpectStep& step);
  Picture picture_by_api(std::size_t device, const ExpectStep& step);
  Picture picture_by_console(std::size_t device, const ExpectStep& step);
  bool is_awaited(std::size_t device, const std::string& instance);
  std::string add_values(const ManagementParameters& parameters, const ExpectStep& step, ThingPicture& picture);
  std::string add_labels(const ManagementParameters& parameters, const ExpectStep& step, ThingPicture& picture);
  ManagementParameters device_parameters(std::size_t device, std::string_view instance) const;
  std::string secret_at(std::size_t device, std::string_view instance);
  bool is_own(const std::string& account) const { return account.empty() || account == endpoint_.target_uid; }

  Result<std::int64_t, std::string> status_of(const std::string& job);
  /// What its console says of the job that is not done: "job J1 has failed: …"; empty when it goes on by itself, or nobody can say.
  std::string why_it_stands_still(const std::string& job);
  Result<std::string, std::string> fetch_record(const std::string& job);
  std::string wait_for_end(const std::string& job, const Pause& pause);
  std::string read_record(const std::string& job, std::string_view product, HandoverOutcome& outcome);

  struct RuleCount {
    std::string name;
    std::uint64_t fired = 0;
  };
  Result<std::vector<RuleCount>, std::string> rules();
  /// Of a distribute step's product, in the hands of that account: names of the devices at the instance that are in handover.
  Result<std::set<std::string>, std::string> names_in_handover(const std::string& holder, std::string_view product,
                                                               const std::string& instance);

  std::unique_ptr<ManagementClient> client_;
  ManagementEndpoint endpoint_;
  const Roster& roster_;
  FirmwareImages images_;
  std::map<std::pair<std::string, std::string>, std::string> firmwares_;  // ids by product and version
  std::map<std::string, std::string> job_holders_;                        // who created a job
  std::map<std::size_t, std::string> holders_;                            // devices that a job has given away, by place in the roster
  std::map<std::string, std::string, std::less<>> account_ids_;           // by name, of recipients
  std::map<std::string, std::set<std::string>> awaited_;                  // by product, of the look that is under way
  std::vector<DistributionResult> entries_;
  std::vector<DeviceRange> asked_;                     // of the roster
  std::set<std::string> rules_set_;                    // by this run, and not healed
  std::map<std::string, std::uint64_t> misbehaviour_;  // of rules that are healed
};

/// Why the job does not go on, as the console's JSON of it says; empty: it does, or is done.
std::string standstill_in(const std::string& id, const boost::json::object& job);

}  // namespace fleetsim::sim
