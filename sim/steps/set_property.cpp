// set_property: users set properties, devices answer, apply them and post them.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void set_property(const SetPropertyStep& step, StepHost& host, StepSink& sink) {
  for (const GroupIndex group : host.groups(step.groups)) {
    const WorkCount asked = host.set_property(group, step);
    if (asked.refused > 0) {
      sink.failed(fmt::format("{} of {} devices were not asked: {}", asked.refused, asked.asked, asked.first_reason));
      return;
    }
  }
  ExpectStep posted;
  posted.groups = step.groups;
  posted.at = step.at;
  posted.properties.values = step.properties;
  posted.timeout = step.timeout;
  expect(posted, host, sink);
}

}  // namespace fleetsim::sim
