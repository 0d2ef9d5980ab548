// end_run: the run is over here, whatever its executors and loads still have before them.
#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void end_run(const EndRun&, StepHost& host, StepSink&) { host.end_run(); }

}  // namespace fleetsim::sim
