// heal: the platform does right again. A rule that never fired has shown nothing, and its scenario neither.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void heal(const HealStep& step, StepHost& host, StepSink& sink) {
  const HealOutcome outcome = host.heal(step.names);
  if (!outcome.error.empty()) sink.failed(outcome.error);
  if (!step.must_have_fired) return;
  for (const HealedRule& rule : outcome.healed)
    if (rule.fired == 0) sink.failed(fmt::format("misbehaviour \"{}\" never fired", rule.name));
}

}  // namespace fleetsim::sim
