// probe: the oracle from outside. With the fleet off, a CONNECT with valid credentials at every instance: exactly one may accept.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration power_off_timeout = std::chrono::seconds{30};

}  // namespace

void probe(const ProbeStep& step, StepHost& host, StepSink& sink) {
  const std::vector<GroupIndex> groups = host.groups(step.groups);
  // A device that is up would be thrown off by its own probe and come back: the fleet must be silent first.
  if (host.still_up(groups) > 0) power_off({step.groups, false, power_off_timeout}, host, sink);
  const ProbeOutcome outcome = host.probe(groups, step.sample);
  if (!outcome.error.empty()) {
    sink.failed(outcome.error);
    return;
  }
  for (const std::string& violation : outcome.violations) sink.violated(violation);
  if (outcome.violations_total > outcome.violations.size()) {
    sink.violated(fmt::format("and {} more devices", outcome.violations_total - outcome.violations.size()));
  }
  if (outcome.left_out > 0) {
    sink.failed(fmt::format("{} devices are still in handover: a probe would move them, so they were left out", outcome.left_out));
  }
}

}  // namespace fleetsim::sim
