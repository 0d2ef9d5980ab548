// bring_online: starts the executors of the groups and waits until every device that they bring up is online.
#include <algorithm>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void bring_online(const BringOnline& step, StepHost& host, StepSink& sink) {
  const std::vector<GroupIndex> groups = host.groups(step.groups);
  const Instant begin = host.now();
  std::uint64_t expected = 0;
  Instant last_up = begin;
  for (const GroupIndex group : groups) {
    const ArrivalPlan plan = host.begin_arrivals(group);
    expected += plan.expected;
    last_up = std::max(last_up, plan.last_up);
  }
  // The time-out counts from the last arrival: how long the executor takes is the scenario's own choice.
  const Instant deadline = last_up + step.timeout;
  for (;;) {
    std::uint64_t online = 0;
    for (const GroupIndex group : groups) online += host.online(group);
    if (host.now() >= last_up && online >= expected) break;
    if (host.now() >= deadline) {
      sink.failed(shortfall(online, expected, "online", host.now() - begin) + first_reasons(host));
      break;
    }
    if (!host.pause(step_poll_interval)) return;
  }
  for (const GroupIndex group : groups) host.begin_load(group);
}

}  // namespace fleetsim::sim
