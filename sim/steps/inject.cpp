// inject: from here on something goes wrong with links, devices or the platform, where and for how long the fault says.
#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void inject(const InjectStep& step, StepHost& host, StepSink& sink) {
  const std::string error = host.inject(step.fault);
  if (!error.empty()) sink.failed(error);
}

}  // namespace fleetsim::sim
