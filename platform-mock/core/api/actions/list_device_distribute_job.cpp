#include <algorithm>
#include <utility>

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/api/distribution_view.hpp"

namespace fleetsim::platform {
namespace {

/// Pages further behind are reached by NextToken.
constexpr std::size_t paged_jobs_max = 10000;

bool wanted(const ActionCall& call, const Job& job, std::int64_t status) {
  const Registry& registry = call.registry();
  return (status < 0 || status == status_number(job.state)) && asks_for(call, "JobId", job.id) &&
         asks_for(call, "ProductKey", job.request.product.view()) &&
         asks_for(call, "TargetUid", registry.account(job.target_account).id.view());
}

}  // namespace

ActionResult list_device_distribute_job(ActionCall& call) {
  call.in.required("PageSize");
  const Page page = call.in.page(page_size_max, page_size_default);
  const auto status = call.in.whole("Status", {.min = 0, .max = 3}, -1);
  const std::string_view token = call.in.optional("NextToken");
  if (call.in.failed()) return call.in.error();
  const Distribution& distribution = std::as_const(call.platform).distribution();
  std::vector<JobIndex> jobs;  // the newest first
  for (const JobIndex job : distribution.jobs_of(call.account))
    if (wanted(call, distribution.job(job), status)) jobs.push_back(job);
  std::reverse(jobs.begin(), jobs.end());
  std::size_t from = page.first();
  if (!token.empty()) {
    const auto after = std::find_if(jobs.begin(), jobs.end(), [&](JobIndex job) { return distribution.job(job).id == token; });
    if (after == jobs.end()) return ApiError::business("iot.common.InvalidPageParams", "\"NextToken\" is none that was given out");
    from = static_cast<std::size_t>(after - jobs.begin()) + 1;
  } else if (from > paged_jobs_max) {
    return ApiError::business("iot.common.InvalidPageParams", "beyond 10,000 jobs go on by NextToken");
  }
  const std::size_t end = std::min(jobs.size(), from + page.size);
  call.out.object("Data").object("JobInfo").array("items");
  for (std::size_t i = from; i < end; ++i) {
    call.out.item();
    write_job(call, distribution.job(jobs[i]), JobDetail::ids_names_and_regions);
    call.out.end();
  }
  call.out.end().end();
  // The last job that was told is where the next call goes on.
  if (from < end && end < jobs.size()) call.out.member("NextToken", distribution.job(jobs[end - 1]).id);
  call.out.member("Total", jobs.size()).end();
  return std::nullopt;
}

}  // namespace fleetsim::platform
