#include <unordered_set>
#include <utility>
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
  return asks_for(call, "ProductKey", job.request.product.view()) && asks_for(call, "DeviceName", registry.device(device).name) &&
         asks_for(call, "SourceInstanceId", registry.instance(job.source).config.id.view()) &&
         asks_for(call, "TargetUid", registry.account(job.target_account).id.view());
}

/// Every device that the account has distributed, with the last job that did, be it deleted; the newest job first.
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

}  // namespace

ActionResult list_distributed_device(ActionCall& call) {
  const Page page = required_page(call);
  if (call.in.failed()) return call.in.error();
  const Registry& registry = call.registry();
  const std::vector<Distributed> all = distributed_by(call);
  write_items(call, page, all.size(), [&](std::size_t i) {
    const Job& job = std::as_const(call.platform).distribution().job(all[i].job);
    call.out.member("ProductKey", job.request.product.view()).member("DeviceName", registry.device(all[i].device).name);
    call.out.member("GmtCreate", call.unix_ms(job.created)).member("GmtModified", call.unix_ms(job.changed));
    write_side(call, JobSide::source, job.source, job.source_account);
    write_side(call, JobSide::target, target_of(registry, job, all[i].device), job.target_account);
  });
  return std::nullopt;
}

}  // namespace fleetsim::platform
