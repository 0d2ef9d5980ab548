#include "platform-mock/core/distribution_rules.hpp"

#include <algorithm>

namespace fleetsim::platform {
namespace {

DistributeError error(std::string_view code, std::string message) { return {std::string{code}, std::move(message)}; }

bool may_use(const Instance& instance, const AccountId& account) {
  switch (instance.config.kind) {
    case InstanceKind::public_shared:
      return true;
    case InstanceKind::enterprise:
      return instance.config.owner == account;
  }
  return false;
}

Result<InstanceIndex, DistributeError> usable_instance(const Registry& registry, const InstanceId& id, const AccountId& account) {
  const auto index = registry.find_instance(id.view());
  if (!index) return fail(error("iot.system.InstanceNotFound", "there is no instance \"" + std::string{id.view()} + "\""));
  if (!may_use(registry.instance(*index), account))
    return fail(error("iot.common.AuthActionPermissionDeny", "instance \"" + std::string{id.view()} + "\" belongs to another account"));
  return *index;
}

std::optional<DistributeError> wrong_target_count(const DistributeRequest& request) {
  const auto given = std::to_string(request.targets.size());
  if (request.policy == Policy::region && request.targets.size() != 1)
    return error("iot.check.InvalidFormattedParameter", "policy region takes exactly one target instance, not " + given);
  if (request.targets.empty())
    return error("iot.check.InvalidFormattedParameter", "policy nearest_access takes at least one target instance");
  return std::nullopt;
}

std::optional<DistributeError> wrong_device_count(const Limits& limits, const DistributeRequest& request) {
  if (request.devices.empty()) return error("iot.device.NullDeviceName", "the job names no device");
  if (limits.mode == LimitsMode::documented && request.devices.size() > limits.devices_per_job)
    return error("iot.device.DeviceCountExceeded", "a job takes at most " + std::to_string(limits.devices_per_job) + " devices, not " +
                                                       std::to_string(request.devices.size()));
  return std::nullopt;
}

/// Nearest access asks for one instance of each region, so that a region decides an instance.
std::optional<DistributeError> region_taken(const Registry& registry, const std::vector<InstanceIndex>& targets, InstanceIndex added) {
  const RegionIndex region = registry.instance(added).region;
  const bool taken =
      std::any_of(targets.begin(), targets.end(), [&](InstanceIndex target) { return registry.instance(target).region == region; });
  if (!taken) return std::nullopt;
  return error("iot.check.InvalidFormattedParameter",
               "two targets are in region " + std::string{registry.region(region).id.view()} + ": select one instance of each region");
}

}  // namespace

Result<DistributePlan, DistributeError> check_request(const PlatformConfig& config, const Registry& registry,
                                                      const DistributeRequest& request) {
  if (!registry.has_account(request.account.view()))
    return fail(error("iot.system.UidNotFound", "there is no account \"" + std::string{request.account.view()} + "\""));
  if (request.product.empty()) return fail(error("iot.prod.NullProductKey", "the job names no product"));
  const auto product = registry.find_product(request.product.view());
  // Another account's product is none: who asks must not learn which keys exist.
  if (!product || registry.product(*product).config.owner != request.account)
    return fail(error("iot.prod.NotExistedProduct", "there is no product \"" + std::string{request.product.view()} + "\""));
  const auto source = usable_instance(registry, request.source, request.account);
  if (!source) return fail(source.error());
  if (auto wrong = wrong_target_count(request)) return fail(std::move(*wrong));

  DistributePlan plan{*product, *source, {}};
  for (const InstanceId& id : request.targets) {
    const auto target = usable_instance(registry, id, request.account);
    if (!target) return fail(target.error());
    if (request.policy == Policy::region && *target == *source)
      return fail(error("iot.system.InstanceIdSame", "source and target are both \"" + std::string{id.view()} + "\""));
    if (auto taken = region_taken(registry, plan.targets, *target)) return fail(std::move(*taken));
    plan.targets.push_back(*target);
  }
  if (auto wrong = wrong_device_count(config.limits, request)) return fail(std::move(*wrong));
  return plan;
}

}  // namespace fleetsim::platform
