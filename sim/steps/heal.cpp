// heal: the platform does right again, and what was injected is over. What never acted has shown nothing, and its scenario neither.
#include <fmt/format.h>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void heal(const HealStep& step, StepHost& host, StepSink& sink) {
  const HealOutcome outcome = host.heal(step.names);
  if (!outcome.error.empty()) sink.failed(outcome.error);
  if (!step.must_have_fired) return;
  for (const HealedRule& rule : outcome.healed)
    if (rule.fired == 0)
      sink.failed(rule.what == HealedRule::What::rule ? fmt::format("misbehaviour \"{}\" never fired", rule.name)
                                                      : fmt::format("fault \"{}\" never acted", rule.name));
}

}  // namespace fleetsim::sim
