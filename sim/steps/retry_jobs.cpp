// retry_jobs: goes on with jobs that failed or are stuck, again and again, until each is distributed. A stuck one may be retried only after
// the platform's limits.job_stuck_after.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void retry_jobs(const RetryJobsStep& step, StepHost& host, StepSink& sink) {
  const Instant until = host.now() + step.timeout;
  for (;;) {
    const JobsOutcome outcome = host.retry_jobs();
    if (!outcome.error.empty()) return sink.failed(outcome.error);
    if (outcome.unfinished == 0) return;
    if (host.now() >= until) {
      sink.failed(fmt::format("{} of {} jobs not distributed after {:.1f} s, the first: {}", outcome.unfinished, outcome.jobs,
                              std::chrono::duration<double>(step.timeout).count(), outcome.why));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
}

}  // namespace fleetsim::sim
