// Distribution: jobs, who may connect where, and when a move commits. The rules of "Distribute devices" that this part holds.
//
//   auto job = distribution.create_job(request, now, output);          // devices are in handover from here on
//   switch (distribution.admit(device, instance, peer)) { ... }         // a valid, signed CONNECT
//   case Admission::commit: distribution.commit(device, instance, peer, output);
//
// A device in handover can be given to another job from the same source: the newer job takes over, and its targets count from then on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform_error.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

enum class Policy : std::uint8_t { region, nearest_access };
enum class JobState : std::uint8_t { initializing, distributing, distributed, failed };

/// "region", "nearest_access".
std::string_view name_of(Policy policy);
std::string_view name_of(JobState state);

struct DistributeRequest {
  AccountId account;
  ProductKey product;
  InstanceId source;
  Policy policy = Policy::region;
  std::vector<InstanceId> targets;  // region: exactly one; nearest access: one per region
  std::vector<DeviceName> devices;
};

using DistributeError = PlatformError;

/// Told when a device is distributed, so that whoever keeps its tags, groups and topology clears them: they do not move.
class DistributionListener {
 public:
  virtual ~DistributionListener() = default;
  virtual void distributed(DeviceIndex device) = 0;
};

/// Why one device of a job failed alone, in the platform's numbers.
namespace outcome_code {
inline constexpr std::int32_t handed_over = 200;
inline constexpr std::int32_t not_at_source = 460;
inline constexpr std::int32_t device_not_found = 6100;
}  // namespace outcome_code

struct JobDeviceOutcome {
  DeviceName device;
  std::int32_t code = outcome_code::handed_over;  // else why this one failed alone
  std::string message;
};

struct Job {
  std::string id;
  DistributeRequest request;  // without its device names: they are in `outcomes`
  JobState state = JobState::initializing;
  AccountIndex source_account;
  AccountIndex target_account;
  std::vector<InstanceIndex> targets;
  std::vector<JobDeviceOutcome> outcomes;  // one per requested device, in order; a name given twice is here once
  std::vector<DeviceIndex> devices;        // those handed over
  Instant created{};

  std::vector<const RegionConfig*> regions;  // of the targets, in their order; they live as long as the registry
  std::vector<std::uint64_t> committed;      // devices that committed, one number per target
  std::map<std::pair<std::string, std::uint32_t>, std::uint64_t> committed_from;  // (country, target's position) -> devices

  std::optional<std::size_t> target_position(InstanceIndex instance) const;
};

enum class Admission : std::uint8_t {
  accept,       // bound here
  commit,       // in handover and this is a target: accept, then call commit()
  notify_only,  // in handover and this is its source
  refuse_disabled,
  refuse_distributed_away,  // bound elsewhere, or a source that refuses
};

class Distribution {
 public:
  /// `seed`: Ports::seed; job ids come from it. All references must outlive this.
  Distribution(const PlatformConfig& config, Registry& registry, const NearestAccess& nearest, std::uint64_t seed = 1);
  Distribution(const Distribution&) = delete;
  Distribution& operator=(const Distribution&) = delete;

  /// Who hears of what moved; null: nobody. It must outlive this.
  void tell(DistributionListener* listener) { listener_ = listener; }

  /// Checks every rule, then hands the devices over at once. The caller notifies the open sessions of Job::devices.
  Result<JobIndex, DistributeError> create_job(const DistributeRequest& request, Instant now, Output& output);
  const Job& job(JobIndex index) const { return jobs_[index.value]; }
  std::size_t job_count() const { return jobs_.size(); }
  std::optional<JobIndex> find_job(std::string_view id) const;

  /// What a valid, signed CONNECT at `instance` from `peer` is worth. Changes nothing.
  Admission admit(DeviceIndex device, InstanceIndex instance, const IpAddress& peer) const;
  /// The move is done: bound here from now on, inactive data there, activated here. Precondition: admit() said commit.
  void commit(DeviceIndex device, InstanceIndex target, const IpAddress& peer, Output& output);
  /// How far the handover of a device has come; ignored for a device that is in none.
  void note(DeviceIndex device, HandoverStep step);

  struct Resolution {
    InstanceIndex instance;
    std::string reason;  // "bound", "job J1 region", "nearest of 4: DE -> eu-central-1 412 km"
  };
  /// Where a bootstrap request from `peer` is sent. A function of placement and address; changes nothing.
  Resolution resolve(DeviceIndex device, const IpAddress& peer) const;

  // What became of it all, for reports.
  std::size_t devices_in_handover() const { return in_handover_; }
  /// Devices whose last job committed.
  std::size_t devices_moved() const { return moved_; }
  std::uint64_t commits() const { return commits_; }
  struct Stranded {
    DeviceIndex device;
    std::string reason;  // "job J1 from iotx-oxssharez200: notified, never replied"
  };
  /// The first `count_max` devices in handover, in registry order.
  std::vector<Stranded> stranded(std::size_t count_max) const;
  /// Instance id -> devices that committed there under this job; every target is listed.
  std::map<std::string, std::uint64_t> committed_by_instance(JobIndex index) const;
  /// "DE -> eu-central-1" -> devices: where the committing CONNECT came from and where it went. Nearest access only.
  std::map<std::string, std::uint64_t> nearest_reasons(JobIndex index) const;

 private:
  std::string next_job_id();
  void set_state(Job& job, JobState state, Output& output);
  void hand_over(Job& job, JobIndex index, ProductIndex product, std::vector<DeviceName> names, Output& output);
  JobDeviceOutcome hand_over_one(JobIndex index, ProductIndex product, InstanceIndex source, DeviceName name);
  NearestChoice nearest_of(const Job& job, const IpAddress& peer) const;
  std::uint32_t& unfinished_of(const AccountId& account);

  const PlatformConfig& config_;
  Registry& registry_;
  const NearestAccess& nearest_;
  std::uint64_t random_state_;
  DistributionListener* listener_ = nullptr;
  std::deque<Job> jobs_;  // a job stays where it is: references to it are handed out
  std::unordered_map<AccountId, std::uint32_t> unfinished_jobs_;
  std::size_t in_handover_ = 0;
  std::size_t moved_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace fleetsim::platform
