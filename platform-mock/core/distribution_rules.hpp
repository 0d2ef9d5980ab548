// The rules that a distribution request must keep before anything happens, each with the platform's own error code.
//
//   auto plan = check_request(config, registry, request);
//   if (!plan) return fail(plan.error());
#pragma once

#include <optional>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/distribution_job.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

/// Nothing of a product is distributed while one of its devices is authorized or transferred.
std::optional<DistributeError> refusal_of_shared(const Registry& registry, ProductIndex product);

/// What a request means once every name in it is known.
struct DistributePlan {
  ProductIndex product;
  AccountIndex source_account;
  AccountIndex target_account;
  InstanceIndex source;
  std::vector<InstanceIndex> targets;
};

/// Every rule but two, which change something and so come last: the verification code and the number of unfinished jobs.
Result<DistributePlan, DistributeError> check_request(const PlatformConfig& config, const Registry& registry,
                                                      const DistributeRequest& request);

/// The recipient of a cross-account request, by id or by name: for whoever sends it a code.
Result<AccountIndex, DistributeError> find_recipient(const Registry& registry, AccountIndex distributor, const AccountId& id,
                                                     std::string_view name);

}  // namespace fleetsim::platform
