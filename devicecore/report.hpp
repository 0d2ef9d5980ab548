// Tells the application that something happened. When a step has no room left for another action, the event is lost: what a device does
// never depends on who listens.
//
//   report(context, {.kind = EventKind::connect_failed, .failure = Failure::timed_out});
#pragma once

#include "devicecore/device_event.hpp"
#include "devicecore/step_context.hpp"

namespace fleetsim::device {

inline void report(const StepContext& context, const Event& event) { context.workspace.push(Report{event}); }

}  // namespace fleetsim::device
