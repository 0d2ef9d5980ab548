#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {

ActionResult create_device_distribute_job(ActionCall& call) {
  DistributeRequest request;
  request.product = ProductKey{call.in.required("ProductKey")};
  request.source = InstanceId{call.in.required("SourceInstanceId")};
  request.policy = call.in.required_whole("Strategy", {.min = 0, .max = 1}) == 1 ? Policy::nearest_access : Policy::region;
  for (const std::string_view name : call.in.list("DeviceName")) request.devices.push_back(DeviceName{name});
  for (const std::string_view target : call.in.list("TargetInstanceConfig", "TargetInstanceId")) {
    if (target.empty()) call.in.wrong(ApiError::business(wrong_format, "a TargetInstanceId is empty"));
    request.targets.push_back(InstanceId{target});
  }
  if (request.devices.empty()) call.in.required("DeviceName.1");
  if (request.targets.empty()) call.in.required("TargetInstanceConfig.1.TargetInstanceId");
  if (call.in.failed()) return call.in.error();
  return create_job(call, std::move(request));
}

}  // namespace fleetsim::platform
