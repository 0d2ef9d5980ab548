// distribute: asks the platform to hand the groups' devices over, a batch a job. What became of them is for wait_until to see.
#include <algorithm>
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void distribute(const DistributeStep& step, StepHost& host, StepSink& sink) {
  const std::uint64_t batch = std::max<std::uint32_t>(1, step.batch);
  std::uint64_t asked = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;
  std::string why_refused;
  std::string why_failed;
  std::string why_stopped;
  bool first_job = true;
  for (const GroupIndex group : host.groups(step.groups)) {
    const std::uint64_t devices = host.device_count(group);
    for (std::uint64_t first = 0; first < devices; first += batch) {
      if (!first_job && step.interval > Duration{0} && !host.pause(step.interval)) return;
      first_job = false;
      const DeviceRange range{first, std::min(batch, devices - first)};
      const HandoverOutcome outcome = host.hand_over(group, range, step);
      asked += range.count;
      failed += outcome.failed;
      refused += outcome.refused_devices;
      if (why_refused.empty()) why_refused = outcome.refused;
      if (why_stopped.empty()) why_stopped = outcome.stopped;
      if (why_failed.empty()) why_failed = outcome.first_failure;
    }
  }
  if (refused > 0)
    sink.failed(fmt::format("{} of {} devices not handed over, the platform refused the job: {}", refused, asked, why_refused));
  if (!why_stopped.empty() && !step.may_fail) sink.failed(why_stopped);
  if (failed > 0) sink.failed(fmt::format("{} of {} devices refused one by one, the first {}", failed, asked, why_failed));
}

}  // namespace fleetsim::sim
