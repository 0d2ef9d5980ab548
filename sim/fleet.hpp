// The façade: run one scenario in its world and get the result. What the command line and Python stand on. Names no Asio type.
//
//   Result<RunResult, RunError> result = run_scenario(scenario, {.progress = print_line, .stop = &interrupted});
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "devicecore/base/result.hpp"
#include "sim/events/event_stream.hpp"
#include "sim/report/run_result.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

class RunTaps;      // sim/world/run_taps.hpp
class StepHost;     // sim/steps/step_host.hpp
class RunPlatform;  // sim/world/run_platform.hpp; null in world external

class ForeignDevice;  // sim/world/foreign_device.hpp
struct DeviceSpec;    // sim/world/shard.hpp
struct Roster;        // sim/world/fleet_identities.hpp
struct RunRuntime;    // likewise

/// Makes the engine of a device that is somebody else's: world virtual asks for each device, before the first step. Null: it is one of
/// ours.
using ForeignMaker = std::function<std::unique_ptr<ForeignDevice>(const DeviceSpec& spec, const RunRuntime& runtime)>;

struct OwnFault;  // sim/faults/own_fault.hpp

/// Makes the faults of a run that are none of the list; they are added behind the scenario's when the run begins.
using OwnFaults = std::function<std::vector<OwnFault>()>;

/// What is done in a run whose steps are not a scenario's: called on the controller's thread when all is there; the run ends when it
/// returns.
using RunScript = std::function<void(StepHost& host, RunPlatform* platform, const Roster& roster)>;

struct Progress {
  double elapsed_seconds = 0;
  std::string step;  // what is going on
  std::uint64_t devices_total = 0;
  std::uint64_t online = 0;
  std::uint64_t moved = 0;
  double connects_per_second = 0;  // since the last report
  double publishes_per_second = 0;
};

struct RunOptions {
  std::function<void(const Progress&)> progress;   // about twice a second, on the controller's thread; may be empty
  std::function<void(const std::string&)> notice;  // one line for people: hosts map, warnings; may be empty
  EventStream* events = nullptr;
  RunTaps* taps = nullptr;                  // who listens to the wire and to both sides
  const ForeignMaker* foreign = nullptr;    // whose engines the devices of world virtual have; null: all have ours
  const OwnFaults* own_faults = nullptr;    // null: none
  const RunScript* script = nullptr;        // instead of the scenario's steps; groups start when it says so
  const std::atomic<bool>* stop = nullptr;  // set by Ctrl-C: the run ends cleanly with what it has
};

/// The environment does not allow the run (port in use, missing file, too few descriptors): exit code 3.
struct RunError {
  std::string what;
  std::string hint;
};

Result<RunResult, RunError> run_scenario(const Scenario& scenario, const RunOptions& options);

}  // namespace fleetsim::sim
