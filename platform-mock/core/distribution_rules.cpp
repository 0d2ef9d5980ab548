#include "platform-mock/core/distribution_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "platform-mock/core/distribution_targets.hpp"

namespace fleetsim::platform {
namespace {

/// Another account's product is none: who asks must not learn which keys exist.
bool knows_product(const Registry& registry, ProductIndex product, AccountIndex account) {
  const auto& copies = registry.product(product).copies;
  return std::any_of(copies.begin(), copies.end(), [account](const ProductCopy& copy) { return copy.at.account == account; });
}

std::optional<DistributeError> wrong_product(const Registry& registry, const DistributeRequest& request, const Place& source,
                                             ProductIndex product) {
  const std::string name{request.product.view()};
  if (!registry.visible_at(product, source))
    return refusal("iot.prod.NotExistedProduct", "product \"" + name + "\" is not at instance \"" + std::string{request.source.view()} +
                                                     "\": its devices reside elsewhere");
  if (registry.product(product).shared_devices > 0)
    return refusal("iot.system.IllegalRequest",
                   "a device of product \"" + name + "\" is authorized or transferred: none of its devices can be distributed");
  return std::nullopt;
}

Result<InstanceIndex, DistributeError> source_of(const Registry& registry, const DistributeRequest& request, AccountIndex account) {
  auto source = usable_instance(registry, request.source, account);
  if (!source || request.source_region.empty()) return source;
  const auto region = served_region(registry, request.source_region);
  if (!region) return fail(region.error());
  if (registry.instance(*source).region != *region)
    return fail(refusal("iot.system.InstanceNotFound", "instance \"" + std::string{request.source.view()} + "\" is not in region " +
                                                           std::string{request.source_region.view()}));
  return source;
}

Result<AccountIndex, DistributeError> target_account_of(const Registry& registry, const DistributeRequest& request, AccountIndex account) {
  switch (request.method) {
    case Method::this_account:
      if (!request.target_account.empty() || !request.target_account_name.empty())
        return fail(refusal("iot.check.InvalidFormattedParameter", "method this_account takes no target account"));
      return account;
    case Method::cross_account:
      return find_recipient(registry, account, request.target_account, request.target_account_name);
  }
  return account;
}

std::optional<DistributeError> wrong_policy(const DistributeRequest& request) {
  if (request.policy != Policy::nearest_access) return std::nullopt;
  if (request.method == Method::cross_account)
    return refusal("iot.check.InvalidFormattedParameter", "policy nearest_access is not for another account: give one region");
  if (request.content == JobContent::product_only)
    return refusal("iot.check.InvalidFormattedParameter", "policy nearest_access needs devices: a product alone goes to one region");
  return std::nullopt;
}

std::optional<DistributeError> wrong_device_count(const Limits& limits, const DistributeRequest& request) {
  if (request.content == JobContent::product_only) {
    if (request.devices.empty()) return std::nullopt;
    return refusal("iot.check.InvalidFormattedParameter", "a job for the product alone names no devices");
  }
  if (request.devices.empty()) return refusal("iot.device.NullDeviceName", "the job names no device");
  if (limits.mode == LimitsMode::documented && request.devices.size() > limits.devices_per_job)
    return DistributeError{
        "iot.device.DeviceCountExceeded",
        "a job takes at most " + std::to_string(limits.devices_per_job) + " devices, not " + std::to_string(request.devices.size()),
        LimitKind::devices_per_job};
  return std::nullopt;
}

}  // namespace

Result<AccountIndex, DistributeError> find_recipient(const Registry& registry, AccountIndex distributor, const AccountId& id,
                                                     std::string_view name) {
  if (id.empty() == name.empty())
    return fail(
        refusal("iot.check.InvalidFormattedParameter", "method cross_account takes the target account's id or its name, one of them"));
  const auto found = id.empty() ? registry.find_account_by_name(name) : registry.find_account(id.view());
  if (!found) {
    const std::string given = id.empty() ? "of the name \"" + std::string{name} : "\"" + std::string{id.view()};
    return fail(refusal("iot.system.UidNotFound", "there is no account " + given + "\""));
  }
  if (*found == distributor)
    return fail(refusal("iot.check.InvalidFormattedParameter", "the target account is this account: method this_account is for that"));
  return *found;
}

Result<DistributePlan, DistributeError> check_request(const PlatformConfig& config, const Registry& registry,
                                                      const DistributeRequest& request) {
  const auto account = registry.find_account(request.account.view());
  if (!account) return fail(refusal("iot.system.UidNotFound", "there is no account \"" + std::string{request.account.view()} + "\""));
  if (request.product.empty()) return fail(refusal("iot.prod.NullProductKey", "the job names no product"));
  const auto product = registry.find_product(request.product.view());
  if (!product || !knows_product(registry, *product, *account))
    return fail(refusal("iot.prod.NotExistedProduct", "there is no product \"" + std::string{request.product.view()} + "\""));
  const auto source = source_of(registry, request, *account);
  if (!source) return fail(source.error());
  if (auto wrong = wrong_product(registry, request, {*source, *account}, *product)) return fail(std::move(*wrong));
  const auto target_account = target_account_of(registry, request, *account);
  if (!target_account) return fail(target_account.error());
  if (auto wrong = wrong_policy(request)) return fail(std::move(*wrong));
  auto targets = targets_of(registry, request, *source, *target_account);
  if (!targets) return fail(targets.error());
  if (auto wrong = wrong_device_count(config.limits, request)) return fail(std::move(*wrong));
  return DistributePlan{*product, *account, *target_account, *source, std::move(*targets)};
}

}  // namespace fleetsim::platform
