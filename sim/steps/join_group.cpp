// join_group: users put devices into a group of the platform's.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void join_group(const JoinGroupStep& step, StepHost& host, StepSink& sink) {
  for (const GroupIndex group : host.groups(step.groups)) {
    const WorkCount asked = host.join_group(group, step);
    if (asked.refused == 0) continue;
    sink.failed(fmt::format("{} of {} devices did not join {}: {}", asked.refused, asked.asked, step.device_group, asked.first_reason));
  }
}

}  // namespace fleetsim::sim
