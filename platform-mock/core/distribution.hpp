// Distribution: jobs, who may connect where, and when a move commits. The rules of "Distribute devices" that this part holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/nearest.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

enum class Policy : std::uint8_t { region, nearest_access };
enum class JobState : std::uint8_t { initializing, distributing, distributed, failed };

struct DistributeRequest {
  AccountId account;
  ProductKey product;
  InstanceId source;
  Policy policy = Policy::region;
  std::vector<InstanceId> targets;     // region: exactly one; nearest access: one per region
  std::vector<DeviceName> devices;
};

struct DistributeError {
  std::string code;     // the platform's: iot.system.InstanceIdSame, …
  std::string message;  // what, which, what was expected
};

struct JobDeviceOutcome {
  DeviceName device;
  std::int32_t code = 200;  // 200: handed over; else why this one failed alone
  std::string message;
};

struct Job {
  std::string id;
  DistributeRequest request;
  JobState state = JobState::initializing;
  std::vector<InstanceIndex> targets;
  std::vector<JobDeviceOutcome> outcomes;   // one per requested device, in order
  std::vector<DeviceIndex> devices;         // those handed over
  Instant created{};
};

enum class Admission : std::uint8_t {
  accept,            // bound here
  commit,            // in handover and this is a target: accept, then call commit()
  notify_only,       // in handover and this is its source
  refuse_disabled,
  refuse_distributed_away,  // bound elsewhere, or a source that refuses
};

class Distribution {
 public:
  Distribution(const PlatformConfig& config, Registry& registry, const NearestAccess& nearest);

  /// Checks every rule, then hands the devices over at once. The caller notifies the open sessions of Job::devices.
  Result<JobIndex, DistributeError> create_job(const DistributeRequest& request, Instant now, Output& output);
  const Job& job(JobIndex index) const { return jobs_[index.value]; }
  std::size_t job_count() const { return jobs_.size(); }
  std::optional<JobIndex> find_job(std::string_view id) const;

  /// What a valid, signed CONNECT at `instance` from `peer` is worth. Changes nothing.
  Admission admit(DeviceIndex device, InstanceIndex instance, const IpAddress& peer) const;
  /// The move is done: bound here from now on, inactive data there, activated here.
  void commit(DeviceIndex device, InstanceIndex target, const IpAddress& peer, Output& output);

  struct Resolution {
    InstanceIndex instance;
    std::string reason;  // "bound", "job J1 region", "nearest of 4: DE -> eu-central-1 412 km"
  };
  /// Where a bootstrap request from `peer` is sent. A function of placement and address; changes nothing.
  Resolution resolve(DeviceIndex device, const IpAddress& peer) const;

 private:
  std::vector<Job> jobs_;
};

}  // namespace fleetsim::platform
