#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {

ActionResult create_product_distribute_job(ActionCall& call) {
  DistributeRequest request;
  request.content = JobContent::product_only;
  request.product = ProductKey{call.in.required("ProductKey")};
  request.source = InstanceId{call.in.required("SourceInstanceId")};
  request.targets.push_back(InstanceId{call.in.required("TargetInstanceId")});
  if (call.in.failed()) return call.in.error();
  return create_job(call, std::move(request));
}

}  // namespace fleetsim::platform
