// upgrade: a firmware goes to the groups' devices, which fetch it, restart into it and tell their new version.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void upgrade(const UpgradeStep& step, StepHost& host, StepSink& sink) {
  for (const GroupIndex group : host.groups(step.groups)) {
    const WorkCount begun = host.begin_upgrade(group, step);
    if (begun.refused > 0) {
      sink.failed(fmt::format("no update to {} for {} of {} devices: {}", step.version, begun.refused, begun.asked, begun.first_reason));
      return;
    }
  }
  ExpectStep told;
  told.groups = step.groups;
  told.at = step.at;
  told.version = step.version;
  told.share = step.share;
  told.timeout = step.timeout;
  expect(told, host, sink);
}

}  // namespace fleetsim::sim
