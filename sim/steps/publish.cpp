// publish: every device of the groups publishes; done when all is acknowledged (QoS 0: sent).
#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void publish(const PublishStep& step, StepHost& host, StepSink& sink) {
  const std::uint64_t ordered_before = host.publishes().ordered;
  for (const GroupIndex group : host.groups(step.groups)) host.publish(group, step);
  const Instant begin = host.now();
  for (;;) {
    const PublishCount count = host.publishes();
    if (count.pending == 0) return;
    if (host.now() - begin >= step.timeout) {
      const std::uint64_t ordered = count.ordered - ordered_before;
      const std::uint64_t pending = count.pending < ordered ? count.pending : ordered;
      sink.failed(shortfall(ordered - pending, ordered, step.qos == 0 ? "sent" : "acknowledged", step.timeout) + first_reasons(host));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
}

}  // namespace fleetsim::sim
