// retry: goes on with jobs that failed or got stuck, and waits until all of the step's jobs are done.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

// A retry is a request to the platform: not as often as a look.
constexpr Duration retry_interval = std::chrono::milliseconds{200};

}  // namespace

void retry(const RetryStep& step, StepHost& host, StepSink& sink) {
  const Instant begin = host.now();
  for (;;) {
    const JobCount jobs = host.retry_jobs(step.name);
    if (jobs.jobs == 0) {
      sink.failed(step.name.empty() ? "there is no job to retry" : fmt::format("no job of \"{}\" to retry", step.name));
      return;
    }
    if (jobs.done == jobs.jobs) return;
    if (host.now() - begin >= step.timeout) {
      std::string why = jobs.why_unfinished.empty() ? std::string{} : "; " + jobs.why_unfinished;
      if (!jobs.last_refusal.empty()) why += "; " + jobs.last_refusal;
      sink.failed(shortfall(jobs.done, jobs.jobs, "jobs done", step.timeout) + why);
      return;
    }
    if (!host.pause(retry_interval)) return;
  }
}

}  // namespace fleetsim::sim
