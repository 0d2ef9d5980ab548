#include <algorithm>
#include <optional>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {
namespace {

/// The last job that has distributed it, be it deleted; nothing when none has.
std::optional<JobIndex> last_job_of(const Registry& registry, const Distribution& distribution, DeviceIndex device) {
  if (const auto* const handover = std::get_if<Handover>(&registry.device(device).placement); handover != nullptr) return handover->job;
  for (std::size_t i = distribution.job_count(); i-- > 0;) {
    const JobIndex index{static_cast<std::uint32_t>(i)};
    const auto& devices = distribution.job(index).devices;
    if (std::find(devices.begin(), devices.end(), device) != devices.end()) return index;
  }
  return std::nullopt;
}

}  // namespace

/// Told to the product's owner, to whom the device belongs now, and to who has distributed it last. One that never was distributed is
/// where it is, as of now.
ActionResult query_device_provisioning(ActionCall& call) {
  const std::string_view key = call.in.required("ProductKey");
  const std::string_view name = call.in.required("DeviceName");
  if (call.in.failed()) return call.in.error();
  const Registry& registry = call.registry();
  const Distribution& distribution = std::as_const(call.platform).distribution();
  const auto device = registry.find_device(key, name);
  const auto index = device ? last_job_of(registry, distribution, *device) : std::nullopt;
  const Job* const job = index ? &distribution.job(*index) : nullptr;
  const bool is_told =
      device && (registry.product(registry.device(*device).product).owner == call.account ||
                 registry.device(*device).listed_at().account == call.account || (job != nullptr && job->source_account == call.account));
  if (!is_told) return ApiError::business("iot.device.NotExistedDevice", "there is no such device of this account");
  const Place at = registry.device(*device).listed_at();
  call.out.member("Code", "success").object("Data").member("ProductKey", key).member("DeviceName", name);
  call.out.member("AliyunUid", registry.account(at.account).id.view());
  call.out.member("GmtCreate", call.unix_ms(job != nullptr ? job->created : call.now));
  call.out.member("GmtModified", call.unix_ms(job != nullptr ? job->changed : call.now));
  const auto write_place = [&](const std::string& side, std::optional<InstanceIndex> instance) {
    const InstanceConfig* const config = instance ? &registry.instance(*instance).config : nullptr;
    call.out.member(side + "IotInstanceId", config != nullptr ? config->id.view() : std::string_view{});
    call.out.member(side + "Region", config != nullptr ? config->region.view() : std::string_view{});
  };
  write_place("Source", job != nullptr ? job->source : at.instance);
  write_place("Target", job != nullptr ? target_of(registry, *job, *device) : at.instance);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
