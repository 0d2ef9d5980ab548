// The platform of world `sockets`: the mock in this process, with the run's products and devices registered, asked for jobs and for what
// its registry says. The controller's view of it; devices meet it on sockets only.
//
//   auto platform = LivePlatform::start(scenario, roster, epoch, events);   // the error says what the environment lacks
//   platform->hand_over(group, range, step, entry);
//   platform->moves(group);
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "sim/fleet.hpp"
#include "sim/live/fleet_identities.hpp"
#include "sim/live/live_platform_ledger.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/steps/step_host.hpp"

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
};

class LivePlatform {
 public:
  static Result<std::unique_ptr<LivePlatform>, RunError> start(const Scenario& scenario, const Roster& roster,
                                                               std::chrono::steady_clock::time_point epoch, EventStream* events);
  ~LivePlatform();

  platform::PlatformServer& server() { return *server_; }
  const platform::PlatformConfig& config() const { return config_; }

  /// One job; `entry` is the distribute step it belongs to, in the order of first use.
  HandoverOutcome hand_over(const GroupRange& group, DeviceRange range, const DistributeStep& step, std::size_t entry);
  MoveCount moves(const GroupRange& group);
  // Of StepHost.
  std::string misbehave(const platform::MisbehaviourRule& rule);
  HealOutcome heal(const std::vector<std::string>& names);
  JobsOutcome retry_jobs();
  PlacementCensus census();
  /// One entry per distribute step that made a job, with the spans in which its devices committed beside it.
  std::vector<DistributionResult> distribution();
  std::vector<CommitSpan> commit_spans();
  /// Runs `work` on the platform's thread, where the ledger may be read.
  void with_ledger(const std::function<void(PlatformLedger&)>& work);
  std::vector<bool> all_in_handover();
  std::uint64_t cpu_microseconds() { return server_->cpu_microseconds(); }
  void stop();

 private:
  /// What the last job that named a device said of it.
  enum class Asked : std::uint8_t { never, refused, waiting, handed_over };
  /// A job that had not come to all its devices when it was created.
  struct OpenJob {
    platform::JobIndex job;
    std::size_t first_device = 0;  // in the roster
    std::size_t entry = 0;
  };
  struct Entry {
    std::string name;
    std::string policy;
    std::string source;
    std::uint64_t devices = 0;
    std::uint64_t failed = 0;
    std::vector<platform::JobIndex> jobs;
  };

  LivePlatform(const Scenario& scenario, const Roster& roster, EventStream* events);
  std::optional<RunError> register_devices();
  platform::DistributeRequest request_for(const GroupRange& group, DeviceRange range, const DistributeStep& step) const;
  HandoverOutcome read_outcomes(const platform::Job& job, std::size_t first_device);
  void refresh_open_jobs(const platform::Distribution& distribution);
  Entry& entry_at(std::size_t index, const DistributeStep& step);

  const Roster& roster_;
  platform::PlatformConfig config_;
  PlatformLedger ledger_;
  std::vector<platform::DeviceIndex> indexes_;  // by position in the roster
  std::vector<Asked> asked_;
  std::vector<Entry> entries_;
  std::vector<OpenJob> open_jobs_;
  std::unique_ptr<platform::PlatformServer> server_;  // last: its thread ends before what it uses
};

}  // namespace fleetsim::sim
