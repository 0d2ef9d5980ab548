#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {

ActionResult query_device_distribute_job(ActionCall& call) {
  const auto index = own_job(call);
  if (!index) return index.error();
  const Job& job = std::as_const(call.platform).distribution().job(*index);
  call.out.object("Data");
  write_job(call, job, JobDetail::ids);
  call.out.end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
