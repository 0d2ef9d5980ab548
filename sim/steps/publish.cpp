// publish: every device of the groups publishes; done when all is acknowledged (QoS 0: sent).
#include <algorithm>
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void publish(const PublishStep& step, StepHost& host, StepSink& sink) {
  const PublishCount before = host.publishes();
  for (const GroupIndex group : host.groups(step.groups)) host.publish(group, step);
  const Instant begin = host.now();
  for (;;) {
    const PublishCount count = host.publishes();
    const std::uint64_t ordered = count.ordered - before.ordered;
    const std::uint64_t failed = std::min(ordered, count.failed - before.failed);
    const bool out_of_time = host.now() - begin >= step.timeout;
    if (failed > 0 && (count.pending == 0 || out_of_time))
      sink.failed(fmt::format("{} of {} never published: {}", failed, ordered, count.why_failed));
    if (count.pending == 0) return;
    if (out_of_time) {
      const std::uint64_t open = std::min(ordered, count.pending + failed);
      sink.failed(shortfall(ordered - open, ordered, step.qos == 0 ? "sent" : "acknowledged", step.timeout) + first_reasons(host));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
}

}  // namespace fleetsim::sim
