#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {
namespace {

struct Distributed {
  DeviceIndex device;
  JobIndex job;
};

bool wanted(const ActionCall& call, const Job& job, DeviceIndex device) {
  const Registry& registry = call.registry();
  const auto same = [&](std::string_view name, std::string_view value) {
    const std::string_view asked = call.in.optional(name);
    return asked.empty() || asked == value;
  };
  return same("ProductKey", job.request.product.view()) && same("DeviceName", registry.device(device).name) &&
         same("SourceInstanceId", registry.instance(job.source).config.id.view()) &&
         same("TargetUid", registry.account(job.target_account).id.view());
}

/// Every device that the account has distributed, with the last job that did; the newest job first.
std::vector<Distributed> distributed_by(const ActionCall& call) {
  const Distribution& distribution = std::as_const(call.platform).distribution();
  std::vector<Distributed> all;
  std::unordered_set<DeviceIndex> seen;
  for (std::size_t i = distribution.job_count(); i-- > 0;) {
    const JobIndex index{static_cast<std::uint32_t>(i)};
    const Job& job = distribution.job(index);
    if (job.source_account != call.account) continue;
    for (const DeviceIndex device : job.devices) {
      const bool fresh = seen.insert(device).second;
      if (fresh && !call.registry().device(device).removed && wanted(call, job, device)) all.push_back({device, index});
    }
  }
  return all;
}

/// Where it has arrived, or the only place where it can; nothing while nearest access has not decided.
std::optional<InstanceIndex> target_of(const Registry& registry, const Job& job, DeviceIndex device) {
  if (job.targets.size() == 1) return job.targets.front();
  const auto* const bound = std::get_if<Bound>(&registry.device(device).placement);
  if (bound != nullptr && job.target_position(bound->at)) return bound->at;
  return std::nullopt;
}

}  // namespace

ActionResult list_distributed_device(ActionCall& call) {
  call.in.required("CurrentPage");
  call.in.required("PageSize");
  const Page page = call.in.page(page_size_max, page_size_default);
  if (call.in.failed()) return call.in.error();
  const Registry& registry = call.registry();
  const std::vector<Distributed> all = distributed_by(call);
  call.out.object("Data").object("Info").array("items");
  for (std::size_t i = page.first(); i < std::min(all.size(), page.first() + page.size); ++i) {
    const Job& job = std::as_const(call.platform).distribution().job(all[i].job);
    call.out.item().member("ProductKey", job.request.product.view()).member("DeviceName", registry.device(all[i].device).name);
    call.out.member("GmtCreate", call.unix_ms(job.created)).member("GmtModified", call.unix_ms(job.changed));
    write_side(call, JobSide::source, job.source, job.source_account);
    write_side(call, JobSide::target, target_of(registry, job, all[i].device), job.target_account);
    call.out.end();
  }
  call.out.end().end().member("Total", all.size()).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
