// power_off: in an orderly way (DISCONNECT), or by a cut. Waits until no device of the groups is up.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void power_off(const PowerOffStep& step, StepHost& host, StepSink& sink) {
  const std::vector<GroupIndex> groups = host.groups(step.groups);
  for (const GroupIndex group : groups) host.power_off(group, step);
  const Instant begin = host.now();
  while (const std::uint64_t up = host.still_up(groups)) {
    if (host.now() - begin >= step.timeout) {
      sink.failed(fmt::format("{} devices are still up after {:.1f} s", up, std::chrono::duration<double>(step.timeout).count()));
      return;
    }
    if (!host.pause(step_poll_interval)) return;
  }
}

}  // namespace fleetsim::sim
