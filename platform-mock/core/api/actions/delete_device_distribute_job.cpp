#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {

ActionResult delete_device_distribute_job(ActionCall& call) {
  const auto job = own_job(call);
  if (!job) return job.error();
  if (auto refused = call.platform.distribution().delete_job(*job)) return ApiError::of(std::move(*refused));
  return std::nullopt;
}

}  // namespace fleetsim::platform
