// The rules that a distribution request must keep before anything happens, each with the platform's own error code.
//
//   auto plan = check_request(config, registry, request);
//   if (!plan) return fail(plan.error());
#pragma once

#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/distribution.hpp"

namespace fleetsim::platform {

/// What a request means once every name in it is known.
struct DistributePlan {
  ProductIndex product;
  InstanceIndex source;
  std::vector<InstanceIndex> targets;
};

Result<DistributePlan, DistributeError> check_request(const PlatformConfig& config, const Registry& registry,
                                                      const DistributeRequest& request);

}  // namespace fleetsim::platform
