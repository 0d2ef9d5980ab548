// report: devices tell the platform of themselves, in their own messages; done when all are answered.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void report(const ReportStep& step, StepHost& host, StepSink& sink) {
  const std::uint64_t refused_before = host.refused_reports().refused;
  for (const GroupIndex group : host.groups(step.groups)) host.report(group, step);
  const Instant begin = host.now();
  while (const std::uint64_t pending = host.publishes().pending) {
    if (host.now() - begin >= step.timeout) {
      sink.failed(fmt::format("{} messages are not answered after {:.1f} s", pending, std::chrono::duration<double>(step.timeout).count()) +
                  first_reasons(host));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
  const WorkCount refused = host.refused_reports();
  if (refused.refused > refused_before)
    sink.failed(fmt::format("{} messages were refused, {}", refused.refused - refused_before, refused.first_reason));
}

}  // namespace fleetsim::sim
