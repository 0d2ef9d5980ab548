// sleep: lets the run go on for a while.
#include <algorithm>

#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void sleep(const Sleep& step, StepHost& host, StepSink&) {
  const Instant end = host.now() + step.duration;
  while (host.now() < end) {
    if (!host.pause(end - host.now())) return;
  }
}

}  // namespace fleetsim::sim
