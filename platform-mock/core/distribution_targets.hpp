// Where a distribution request may go: regions that are served, instances that the recipient may use, one of them or one for each region.
//
//   auto targets = targets_of(registry, request, source, recipient);
#pragma once

#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/distribution_job.hpp"
#include "platform-mock/core/registry.hpp"

namespace fleetsim::platform {

/// An instance that exists and serves the account.
Result<InstanceIndex, DistributeError> usable_instance(const Registry& registry, const InstanceId& id, AccountIndex account);
Result<RegionIndex, DistributeError> served_region(const Registry& registry, const RegionId& id);
/// The targets of a request whose source and recipient are known.
Result<std::vector<InstanceIndex>, DistributeError> targets_of(const Registry& registry, const DistributeRequest& request,
                                                               InstanceIndex source, AccountIndex recipient);

}  // namespace fleetsim::platform
