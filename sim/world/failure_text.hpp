// Says in plain words why a device is not where it should be. Never a secret.
//
//   describe_failure(cell.failure)   // "connect refused: 4 (bad user name or password)"
#pragma once

#include <string>
#include <string_view>

#include "devicecore/agent_state.hpp"
#include "devicecore/device_event.hpp"
#include "sim/world/device_cell.hpp"

namespace fleetsim::sim {

std::string describe_failure(const LastFailure& last);
std::string_view event_name(device::EventKind kind);
/// "backing_off", "online".
std::string_view agent_state_name(device::AgentState state);
std::string_view failure_name(device::Failure failure);
std::string_view link_end_name(device::LinkEnd end);

}  // namespace fleetsim::sim
