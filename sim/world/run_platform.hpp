// The platform of worlds `sockets` and `virtual`: the mock in this process, with the run's products and devices registered, asked for jobs
// and for what its registry says. The controller's view of it; devices meet it on sockets only.
//
//   auto platform = RunPlatform::start(scenario, roster, events, make_host);   // the error says what the environment lacks
//   platform->hand_over(group, range, step, entry);
//   platform->moves(group);
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/ota/firmware_store.hpp"
#include "platform-mock/core/platform_host.hpp"
#include "sim/fleet.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/steps/step_host.hpp"
#include "sim/world/firmware_images.hpp"
#include "sim/world/fleet_identities.hpp"
#include "sim/world/platform_ledger.hpp"
#include "sim/world/platform_orders.hpp"

namespace fleetsim::sim {

/// A device that is still in handover.
struct Stranded {
  std::size_t device = 0;
  std::string reason;
};

/// Where every device is placed, as the registry says.
struct PlacementCensus {
  std::uint64_t moved = 0;  // devices whose last job committed
  std::uint64_t commits = 0;
  std::uint64_t stranded = 0;
  std::vector<Stranded> stranded_list;  // the first failures_listed_max
  struct OfGroup {
    std::uint64_t moved = 0;
    std::uint64_t stranded = 0;
    std::map<std::string, std::uint64_t> reasons;  // why stranded -> devices
  };
  std::vector<OfGroup> groups;  // one per Scenario::groups
};

class RunPlatform final : public PlatformOrders {
 public:
  /// Where the platform is to run: the configuration is the run's, with what its fleet needs besides; each event is to be told, on the
  /// platform's thread.
  using EventSink = std::function<void(const platform::PlatformEvent&, Instant)>;
  using HostMaker = std::function<Result<std::unique_ptr<platform::PlatformHost>, RunError>(platform::PlatformConfig, EventSink)>;

  static Result<std::unique_ptr<RunPlatform>, RunError> start(const Scenario& scenario, const Roster& roster, EventStream* events,
                                                              const HostMaker& make_host);
  ~RunPlatform() override;

  platform::PlatformHost& host() { return *host_; }
  const platform::PlatformConfig& config() const { return config_; }

  /// One job; `entry` is the distribute step it belongs to, in the order of first use.
  HandoverOutcome hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry);
  /// Of a group of the scenario.
  MoveCount moves(std::uint16_t group);
  PlacementCensus census();
  /// One entry per distribute step that made a job, with the spans in which its devices committed beside it.
  std::vector<DistributionResult> distribution();
  std::vector<CommitSpan> commit_spans();
  /// Runs `work` on the platform's thread, where the ledger may be read.
  void with_ledger(const std::function<void(PlatformLedger&)>& work);
  std::vector<bool> all_in_handover();
  std::uint64_t in_handover(const GroupRange& group);
  /// For each device: where properties are kept that it reported, by position in the configuration. Nobody is asked twice.
  void look_at_kept(const std::function<void(std::size_t device, std::span<const std::uint16_t> instances)>& tell);

  // PlatformOrders
  std::string misbehave(const platform::MisbehaviourRule& rule) override;
  HealOutcome heal(const std::vector<std::string>& names) override;
  std::string crash() override;
  std::string come_back() override;
  JobCount retry_jobs(const std::string& name) override;
  WorkCount begin_upgrade(const GroupRange& group, const UpgradeStep& step) override;
  WorkCount set_property(const GroupRange& group, const SetPropertyStep& step) override;
  WorkCount join_group(const GroupRange& group, const JoinGroupStep& step) override;
  WorkCount change_devices(const GroupRange& group, const ChangeDevicesStep& step) override;
  WorkCount look(const GroupRange& group, const ExpectStep& step) override;
  std::vector<std::string> secrets_of(const std::vector<std::size_t>& devices, const std::vector<std::string>& instances) override;
  std::uint64_t cpu_microseconds() { return host_->cpu_microseconds(); }
  void stop();

 private:
  struct Entry {
    std::string name;
    std::string policy;
    std::string source;
    std::vector<platform::JobIndex> jobs;
  };

  RunPlatform(const Scenario& scenario, const Roster& roster, EventStream* events);
  std::optional<RunError> register_devices(const Scenario& scenario);
  void prepare(platform::Platform& platform);
  void prepare_products(platform::Registry& registry) const;
  platform::DistributeRequest request_for(const GroupRange& group, DeviceRange range, const DistributeStep& step) const;
  void name_recipient(platform::Platform& platform, platform::DistributeRequest& request, const DistributeStep& step, Instant now) const;
  void count_outcomes(const platform::Job& job, std::size_t first, std::size_t count, HandoverOutcome& outcome);
  std::string name_of(std::size_t device) const;
  std::optional<platform::DeviceIndex> index_of(const platform::Registry& registry, std::size_t device);
  Result<platform::ota::FirmwareIndex, platform::PlatformError> firmware_for(platform::Platform& platform,
                                                                             const platform::DeviceRecord& device, const UpgradeStep& step,
                                                                             Instant now);
  Entry& entry_at(std::size_t index, const DistributeStep& step);

  const Scenario& scenario_;
  const Roster& roster_;
  platform::PlatformConfig config_;
  PlatformLedger ledger_;
  // By position in the roster; nothing: the platform does not know the device yet, or any more.
  std::vector<std::optional<platform::DeviceIndex>> indexes_;
  FirmwareImages images_;
  std::map<std::pair<std::uint32_t, std::string>, platform::ota::FirmwareIndex> firmwares_;  // by product and version
  std::vector<Entry> entries_;
  std::map<std::string, std::uint64_t> fired_before_;  // by rules, before the platform crashed
  std::unique_ptr<platform::PlatformHost> host_;       // last: its thread ends before what it uses
};

}  // namespace fleetsim::sim
