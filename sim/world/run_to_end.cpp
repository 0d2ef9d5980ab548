#include "sim/world/run_to_end.hpp"

#include <chrono>

#include "sim/world/run_outcome.hpp"
#include "sim/world/run_taps.hpp"

namespace fleetsim::sim {
namespace {

constexpr Duration orderly_end_max = std::chrono::seconds{5};
constexpr Duration orderly_end_look = std::chrono::milliseconds{10};

/// Devices say good-bye as they would in the field; a run that was stopped does not wait for that.
void power_all_off(Controller& controller, const Controller::Parts& parts) {
  if (controller.ended() == Controller::End::interrupted) return;
  for (std::size_t g = 0; g < parts.scenario.groups.size(); ++g) parts.fleet.power_off(static_cast<GroupIndex>(g), {});
  const Instant deadline = parts.clock.now() + orderly_end_max;
  while (parts.fleet.totals().powered_on > 0 && parts.clock.now() < deadline) parts.clock.pass(orderly_end_look);
}

}  // namespace

RunResult run_to_end(const Controller::Parts& parts) {
  Controller controller(parts);
  controller.run();
  if (parts.managed != nullptr) parts.managed->set_pause({});  // it said that the run is over, and there are questions left
  RunResult result = make_result(parts.scenario, controller, parts);
  power_all_off(controller, parts);
  if (parts.options.taps != nullptr) parts.options.taps->on_quiet(parts.clock.now());  // the good-byes
  return result;
}

}  // namespace fleetsim::sim
