// A distribution job as data: what was asked, how far it is, and what became of each device.
//
//   DistributeRequest request;
//   request.account = AccountId{"198000"};
//   request.product = ProductKey{"a1TestPK001"};
//   request.source = InstanceId{"iotx-oxssharez200"};
//   request.targets = {InstanceId{"iotx-oxssharez400"}};
//   request.devices = {DeviceName{"dev1"}};
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/ids.hpp"
#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/core/platform_error.hpp"

namespace fleetsim::platform {

enum class Method : std::uint8_t { this_account, cross_account };
enum class Policy : std::uint8_t { region, nearest_access };
enum class JobContent : std::uint8_t { devices, product_only };
enum class JobState : std::uint8_t { initializing, distributing, distributed, failed };

/// "this_account", "cross_account".
std::string_view name_of(Method method);
/// "region", "nearest_access".
std::string_view name_of(Policy policy);
/// "devices", "product_only".
std::string_view name_of(JobContent content);
std::string_view name_of(JobState state);

struct DistributeRequest {
  AccountId account;
  ProductKey product;
  InstanceId source;
  Policy policy = Policy::region;
  std::vector<InstanceId> targets;  // region: exactly one; nearest access: one per region
  std::vector<DeviceName> devices;  // none when only the product is distributed

  JobContent content = JobContent::devices;
  RegionId source_region;                // the source must be in it; empty: not said
  std::vector<RegionId> target_regions;  // none, or one per target; an empty target is then the public instance of its region
  Method method = Method::this_account;
  // Of a cross-account job: the recipient by id or by name, and the code that it was sent.
  AccountId target_account = {};
  std::string target_account_name = {};
  std::string verification_code = {};
};

using DistributeError = PlatformError;

/// Why one device of a job failed alone, in the platform's numbers.
namespace outcome_code {
inline constexpr std::int32_t waiting = 0;  // the job has not come to it
inline constexpr std::int32_t handed_over = 200;
inline constexpr std::int32_t not_at_source = 460;
inline constexpr std::int32_t product_shared = 403;  // since the job was created
inline constexpr std::int32_t device_not_found = 6100;
}  // namespace outcome_code

struct JobDeviceOutcome {
  DeviceName device;
  std::int32_t code = outcome_code::waiting;
  std::uint32_t message = 0;  // in Job::messages
};

struct Job {
  std::string id;
  DistributeRequest request;  // without its device names, which are in `outcomes`, and without its verification code
  JobState state = JobState::initializing;
  AccountIndex source_account;
  AccountIndex target_account;
  ProductIndex product;
  InstanceIndex source;
  std::vector<InstanceIndex> targets;
  std::vector<JobDeviceOutcome> outcomes;  // one per requested device, in order; a name given twice is here once
  std::vector<std::string> messages{{}};   // what is said of them: devices that follow one another mostly share one
  std::size_t next = 0;                    // the first outcome that still waits
  std::vector<DeviceIndex> devices;        // those handed over
  Instant created{};
  Instant changed{};           // when it last did something
  std::uint32_t attempts = 0;  // 1, and one more with each retry
  std::string failure;         // why it failed; empty otherwise
  bool stalled = false;        // distributing, and nothing more will happen by itself
  bool deleted = false;        // kept for the devices that follow it, or once did
  Instant next_batch_at{};     // while it is distributing

  std::vector<const RegionConfig*> regions;  // of the targets, in their order; they live as long as the registry
  std::vector<std::uint64_t> committed;      // devices that committed, one number per target
  std::map<std::pair<std::string, std::uint32_t>, std::uint64_t> committed_from;  // (country, target's position) -> devices

  std::optional<std::size_t> target_position(InstanceIndex instance) const;
  /// Where people find what it has handed over: with policy region at the target from that moment on, with nearest access where it took
  /// them from, until they have connected.
  Place lists_at() const;
  /// What became of an outcome's device, and what is said of it to people.
  void note(JobDeviceOutcome& outcome, std::int32_t code, std::string_view message);
  const std::string& message_of(const JobDeviceOutcome& outcome) const { return messages[outcome.message]; }
  bool finished() const { return state == JobState::distributed || state == JobState::failed; }
};

}  // namespace fleetsim::platform
