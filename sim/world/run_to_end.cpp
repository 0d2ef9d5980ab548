#include "sim/world/run_to_end.hpp"

#include <chrono>
#include <string>
#include <vector>

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

/// What was found while the devices said good-bye.
void take_last_violations(RunResult& result, const Controller& controller, std::size_t found) {
  const std::vector<std::string>& all = controller.step_report().violations;
  if (all.size() == found) return;
  result.violations.insert(result.violations.end(), all.begin() + static_cast<std::ptrdiff_t>(found), all.end());
  result.verdict = verdict_of(result, controller.ended());
}

}  // namespace

RunResult run_to_end(const Controller::Parts& parts) {
  Controller controller(parts);
  controller.run();
  if (parts.managed != nullptr) parts.managed->set_pause({});  // it said that the run is over, and there are questions left
  RunResult result = make_result(parts.scenario, controller, parts);
  const std::size_t found = controller.step_report().violations.size();
  power_all_off(controller, parts);
  if (parts.options.taps != nullptr) parts.options.taps->on_quiet(parts.clock.now());  // the good-byes
  take_last_violations(result, controller, found);
  return result;
}

}  // namespace fleetsim::sim
