#include <algorithm>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"

namespace fleetsim::platform {

ActionResult query_device_provisioning(ActionCall& call) {
  const std::string_view key = call.in.required("ProductKey");
  const std::string_view name = call.in.required("DeviceName");
  if (call.in.failed()) return call.in.error();
  const Registry& registry = call.registry();
  const Distribution& distribution = std::as_const(call.platform).distribution();
  const auto device = registry.find_device(key, name);
  const bool own = device && registry.product(registry.device(*device).product).owner == call.account;
  if (!own) return ApiError::business("iot.device.NotExistedDevice", "there is no such device of this account");
  for (std::size_t i = distribution.job_count(); i-- > 0;) {
    const Job& job = distribution.job(JobIndex{static_cast<std::uint32_t>(i)});
    if (std::find(job.devices.begin(), job.devices.end(), *device) == job.devices.end()) continue;
    const Place at = registry.device(*device).resides_at();
    const InstanceIndex target = job.target_position(at.instance) ? at.instance : job.targets.front();
    call.out.member("Code", "success").object("Data").member("ProductKey", key).member("DeviceName", name);
    call.out.member("AliyunUid", registry.account(job.target_account).id.view());
    call.out.member("GmtCreate", call.unix_ms(job.created)).member("GmtModified", call.unix_ms(job.changed));
    call.out.member("SourceIotInstanceId", registry.instance(job.source).config.id.view());
    call.out.member("SourceRegion", registry.instance(job.source).config.region.view());
    call.out.member("TargetIotInstanceId", registry.instance(target).config.id.view());
    call.out.member("TargetRegion", registry.instance(target).config.region.view()).end();
    return std::nullopt;
  }
  return ApiError::business("iot.system.IllegalRequest", "the device was never distributed");
}

}  // namespace fleetsim::platform
