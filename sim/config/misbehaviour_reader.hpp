// One rule of misbehaviour (platform-mock/core/misbehaviour) as YAML has it: what selects and the kind's own parameters, side by side. In a
// platform's `misbehaviour` list and in a scenario's `misbehave` step.
//
//   {name: busy, kind: bootstrap_status, status: 503, share: 20%, calls: {first: 2}}
#pragma once

#include "platform-mock/core/misbehaviour/rule.hpp"
#include "sim/config/reader.hpp"

namespace fleetsim::sim {

/// What cannot be is told with its place; finish() is the caller's.
platform::misbehaviour::Rule read_misbehaviour_rule(MapReader& reader);

}  // namespace fleetsim::sim
