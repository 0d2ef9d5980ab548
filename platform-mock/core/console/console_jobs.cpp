// Jobs: created by either method, listed, retried, deleted; their records; faults on demand.
#include <boost/json/array.hpp>

#include "platform-mock/core/console/console_operations.hpp"
#include "platform-mock/core/console/job_body.hpp"
#include "platform-mock/core/distribution_record.hpp"

namespace fleetsim::platform::console {
namespace {

/// The job that the path names, of this account: another's is none.
Result<JobIndex, ConsoleError> own_job(const ConsoleCall& call) {
  const Distribution& distribution = call.platform.distribution();
  const auto job = distribution.find_job(call.parts[0]);
  if (job && distribution.job(*job).source_account == call.account) return *job;
  return fail(not_found("iot.system.IllegalRequest", "there is no job \"" + call.parts[0].substr(0, 64) + "\""));
}

boost::json::object job_json(const ConsoleCall& call, JobIndex index) {
  const Job& job = call.platform.distribution().job(index);
  boost::json::array targets;
  for (std::size_t i = 0; i < job.targets.size(); ++i) {
    boost::json::object target = place_json(call.registry(), job.targets[i]);
    target["committed"] = job.committed[i];
    targets.push_back(std::move(target));
  }
  std::size_t waiting = job.outcomes.size() - job.next;
  return {{"id", job.id},
          {"state", name_of(job.state)},
          {"method", name_of(job.request.method)},
          {"policy", name_of(job.request.policy)},
          {"content", name_of(job.request.content)},
          {"product", job.request.product.view()},
          {"source", place_json(call.registry(), job.source)},
          {"targets", std::move(targets)},
          {"target_account", call.account_id(job.target_account)},
          {"created_ms", call.unix_ms(job.created)},
          {"changed_ms", call.unix_ms(job.changed)},
          {"attempts", job.attempts},
          {"failure", job.failure},
          {"stuck", job.stalled},
          {"devices", boost::json::object{{"total", job.outcomes.size()},
                                          {"handed_over", job.devices.size()},
                                          {"failed", job.next - job.devices.size()},
                                          {"waiting", waiting}}}};
}

}  // namespace

ConsoleResult create_job(ConsoleCall& call) {
  auto request = read_job_body(call);
  if (!request) return fail(request.error());
  const auto job = call.platform.distribute(*request, call.now, call.output);
  if (!job) return fail(refuse(job.error()));
  return ConsoleContent{.status = 201, .json = job_json(call, *job)};
}

ConsoleResult list_jobs(ConsoleCall& call) {
  const auto page = page_of(call);
  if (!page) return fail(page.error());
  const std::string_view state = call.query_of("state");
  const Distribution& distribution = call.platform.distribution();
  std::vector<JobIndex> jobs = distribution.jobs_of(call.account);
  if (!state.empty()) std::erase_if(jobs, [&](JobIndex job) { return name_of(distribution.job(job).state) != state; });
  boost::json::array shown;
  // The newest first.
  for (std::size_t i = page->first(); i < jobs.size() && shown.size() < page->size; ++i)
    shown.push_back(job_json(call, jobs[jobs.size() - 1 - i]));
  return ConsoleContent{.json = {{"total", jobs.size()}, {"page", page->number}, {"jobs", std::move(shown)}}};
}

ConsoleResult show_job(ConsoleCall& call) {
  const auto job = own_job(call);
  if (!job) return fail(job.error());
  return ConsoleContent{.json = job_json(call, *job)};
}

ConsoleResult retry_job(ConsoleCall& call) {
  const auto job = own_job(call);
  if (!job) return fail(job.error());
  if (auto refused = call.platform.retry_job(*job, call.now, call.output)) return fail(refuse(std::move(*refused)));
  return ConsoleContent{.json = job_json(call, *job)};
}

ConsoleResult delete_job(ConsoleCall& call) {
  const auto job = own_job(call);
  if (!job) return fail(job.error());
  if (auto refused = call.platform.distribution().delete_job(*job)) return fail(refuse(std::move(*refused)));
  return ConsoleContent{.json = {{"deleted", call.parts[0]}}};
}

ConsoleResult download_record(ConsoleCall& call) {
  const auto job = own_job(call);
  if (!job) return fail(job.error());
  return ConsoleContent{.csv = record_of(call.platform.distribution().job(*job), RecordFormat::csv)};
}

ConsoleResult plan_job_fault(ConsoleCall& call) {
  JsonFields fields(call.body, "");
  const std::string fault = fields.text("fault");
  const auto position = fields.whole("before_device");
  if (fault != "jitter" && fault != "stall") fields.mistake("fault", "jitter or stall");
  if (!position) fields.mistake("before_device", "the position of a device in its job, from 0");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  if (!call.platform.job_faults().add(fault == "jitter" ? JobFault::jitter : JobFault::stall, static_cast<std::size_t>(*position)))
    return fail(refuse({"iot.system.IllegalRequest", "too many faults are planned", LimitKind::job_faults}));
  return ConsoleContent{.status = 201, .json = {{"fault", fault}, {"before_device", *position}}};
}

}  // namespace fleetsim::platform::console
