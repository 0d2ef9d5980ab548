// The small platform of placement_world.hpp seen from two accounts: 198000 (makers) owns the product and distributes, 198001 (others)
// receives. Time is said with every call.
//
//   RulesWorld world;
//   world.send_code(0s);
//   world.refusal_at(world.cross_request(singapore, {"dev1"}, world.code()), 10s);   // "created"
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {

using namespace std::chrono_literals;

inline constexpr std::string_view makers = "198000";
inline constexpr std::string_view others = "198001";

inline Instant moment(Duration since_start) { return Instant{since_start}; }

/// Remembers what it was told was distributed.
class RecordingListener final : public DistributionListener {
 public:
  void distributed(DeviceIndex device) override { devices.push_back(device); }
  std::vector<DeviceIndex> devices;
};

struct RulesWorld : PlacementWorld {
  explicit RulesWorld(const PlatformConfig& wanted = placement_config()) : PlacementWorld(wanted) { distribution.tell(&listener); }

  AccountIndex account(std::string_view id) const { return *registry.find_account(id); }
  ProductIndex product() const { return *registry.find_product(test_product); }

  void send_code(Duration when, std::string_view from = makers, std::string_view to = others) {
    distribution.codes().send(account(from), account(to), moment(when));
  }
  /// The newest code in the inbox.
  std::string code(std::string_view of = others) const { return distribution.codes().inbox(account(of)).back().code; }

  static DistributeRequest cross_request(std::string_view target, const std::vector<std::string>& devices, const std::string& code) {
    DistributeRequest request = region_request(target, devices);
    request.method = Method::cross_account;
    request.target_account = AccountId{others};
    request.verification_code = code;
    return request;
  }

  Result<JobIndex, DistributeError> create_at(const DistributeRequest& request, Duration when) {
    return distribution.create_job(request, moment(when), output);
  }
  JobIndex must_create_at(const DistributeRequest& request, Duration when) {
    const auto job = create_at(request, when);
    EXPECT_TRUE(job.ok()) << (job ? "" : job.error().code + ": " + job.error().message);
    return job ? *job : JobIndex{};
  }
  std::string refusal_at(const DistributeRequest& request, Duration when) {
    const auto job = create_at(request, when);
    return job ? "created" : job.error().code;
  }
  /// The message of a refusal, for codes that stand for several.
  std::string reason_at(const DistributeRequest& request, Duration when) {
    const auto job = create_at(request, when);
    return job ? "created" : job.error().message;
  }
  /// Moves a device to the recipient, whole: code, job, CONNECT.
  JobIndex give_away(const std::string& device, std::string_view target = singapore) {
    send_code(0s);
    const JobIndex job = must_create_at(cross_request(target, {device}, code()), 1s);
    commit(device, target);
    return job;
  }
  const Job& job(JobIndex index) const { return distribution.job(index); }

  RecordingListener listener;
};

}  // namespace fleetsim::platform
