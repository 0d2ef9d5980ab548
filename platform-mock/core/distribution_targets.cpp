#include "platform-mock/core/distribution_targets.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace fleetsim::platform {
namespace {

std::optional<DistributeError> wrong_target_count(const DistributeRequest& request) {
  const std::size_t given = request.targets.size();
  if (request.policy == Policy::region && given != 1)
    return refusal("iot.check.InvalidFormattedParameter", "policy region takes exactly one target instance, not " + std::to_string(given));
  if (request.targets.empty())
    return refusal("iot.check.InvalidFormattedParameter", "policy nearest_access takes at least one target instance");
  if (!request.target_regions.empty() && request.target_regions.size() != given)
    return refusal("iot.check.InvalidFormattedParameter", "regions and instances of the targets must be as many");
  return std::nullopt;
}

/// The public instance stands in for one that was not named, but for a move within one account to one region: there it must be chosen.
Result<InstanceIndex, DistributeError> public_instance(const Registry& registry, const DistributeRequest& request,
                                                       std::optional<RegionIndex> region) {
  if (request.policy == Policy::region && request.method == Method::this_account)
    return fail(refusal("iot.check.InvalidFormattedParameter", "method this_account needs a target instance"));
  if (!region) return fail(refusal("iot.check.InvalidFormattedParameter", "give the region of the target, its instance, or both"));
  const auto found = registry.public_instance_of(*region);
  if (!found)
    return fail(
        refusal("iot.system.InstanceNotFound", "region " + std::string{registry.region(*region).id.view()} + " has no public instance"));
  return *found;
}

Result<InstanceIndex, DistributeError> one_target(const Registry& registry, const DistributeRequest& request, std::size_t position,
                                                  AccountIndex recipient) {
  std::optional<RegionIndex> region;
  if (!request.target_regions.empty() && !request.target_regions[position].empty()) {
    const auto served = served_region(registry, request.target_regions[position]);
    if (!served) return fail(served.error());
    region = *served;
  }
  const InstanceId& id = request.targets[position];
  if (id.empty()) return public_instance(registry, request, region);
  auto target = usable_instance(registry, id, recipient);
  if (!target) return target;
  if (region && registry.instance(*target).region != *region)
    return fail(refusal("iot.system.InstanceNotFound",
                        "instance \"" + std::string{id.view()} + "\" is not in region " + std::string{registry.region(*region).id.view()}));
  return target;
}

/// Nearest access asks for one instance of each region, so that a region decides an instance.
std::optional<DistributeError> region_taken(const Registry& registry, const std::vector<InstanceIndex>& targets, InstanceIndex added) {
  const RegionIndex region = registry.instance(added).region;
  const bool taken =
      std::any_of(targets.begin(), targets.end(), [&](InstanceIndex target) { return registry.instance(target).region == region; });
  if (!taken) return std::nullopt;
  return refusal("iot.check.InvalidFormattedParameter",
                 "two targets are in region " + std::string{registry.region(region).id.view()} + ": select one instance of each region");
}

}  // namespace

Result<InstanceIndex, DistributeError> usable_instance(const Registry& registry, const InstanceId& id, AccountIndex account) {
  const auto index = registry.find_instance(id.view());
  if (!index) return fail(refusal("iot.system.InstanceNotFound", "there is no instance \"" + std::string{id.view()} + "\""));
  if (!registry.instance(*index).serves(account))
    return fail(refusal("iot.common.AuthActionPermissionDeny", "instance \"" + std::string{id.view()} + "\" belongs to another account"));
  return *index;
}

Result<RegionIndex, DistributeError> served_region(const Registry& registry, const RegionId& id) {
  const auto region = registry.find_region(id.view());
  if (!region) return fail(refusal("iot.check.InvalidFormattedParameter", "region \"" + std::string{id.view()} + "\" is not served"));
  return *region;
}

Result<std::vector<InstanceIndex>, DistributeError> targets_of(const Registry& registry, const DistributeRequest& request,
                                                               InstanceIndex source, AccountIndex recipient) {
  if (auto wrong = wrong_target_count(request)) return fail(std::move(*wrong));
  std::vector<InstanceIndex> targets;
  for (std::size_t i = 0; i < request.targets.size(); ++i) {
    const auto target = one_target(registry, request, i, recipient);
    if (!target) return fail(target.error());
    // A public instance serves both accounts, but a device is not handed from one to the other inside it.
    if (request.policy == Policy::region && *target == source)
      return fail(refusal("iot.system.InstanceIdSame",
                          "source and target are both \"" + std::string{registry.instance(source).config.id.view()} + "\""));
    if (auto taken = region_taken(registry, targets, *target)) return fail(std::move(*taken));
    targets.push_back(*target);
  }
  return targets;
}

}  // namespace fleetsim::platform
