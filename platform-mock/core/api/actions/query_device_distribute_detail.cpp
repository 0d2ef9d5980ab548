#include <chrono>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"
#include "platform-mock/core/files/job_records.hpp"

namespace fleetsim::platform {

ActionResult query_device_distribute_detail(ActionCall& call) {
  const auto index = own_job(call);
  if (!index) return index.error();
  const Job& job = std::as_const(call.platform).distribution().job(*index);
  const auto lifetime = std::chrono::floor<std::chrono::milliseconds>(call.config.api.file_url_lifetime).count();
  call.out.member("File", call.files.url(job_record_folder, job.id, call.unix_ms(call.now) + lifetime));
  return std::nullopt;
}

}  // namespace fleetsim::platform
