// command: one device gets or loses power, or tells the platform something.
#include "sim/steps/steps.hpp"

namespace fleetsim::sim {

void command(const CommandStep& step, StepHost& host, StepSink& sink) {
  const auto device = host.find_device(step.device);
  if (!device) return sink.failed(device.error());
  if (const std::string why_not = host.command(*device, step.order); !why_not.empty()) sink.failed(why_not);
}

}  // namespace fleetsim::sim
