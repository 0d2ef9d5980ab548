// misbehave: from here on the platform does something wrong, to whom and when the rule says.
#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void misbehave(const MisbehaveStep& step, StepHost& host, StepSink& sink) {
  const std::string error = host.misbehave(step.rule);
  if (!error.empty()) sink.failed(error);
}

}  // namespace fleetsim::sim
