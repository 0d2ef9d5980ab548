// What must hold whatever happened, a crash at any moment included: no device lost or doubled, each where its placement says, every
// move counted once, runtime data where it was made, devices in groups of their place alone. Looks at everything; for recovery and on
// demand, not for every step.
//
//   for (const std::string& violation : violations_of(registry, distribution, things)) tell(violation);
#pragma once

#include <string>
#include <vector>

#include "platform-mock/core/distribution.hpp"
#include "platform-mock/core/registry.hpp"
#include "platform-mock/core/things/thing_store.hpp"

namespace fleetsim::platform {

inline constexpr std::size_t violations_told_max = 100;

/// One sentence each, the first violations_told_max; empty: all is well.
std::vector<std::string> violations_of(const Registry& registry, const Distribution& distribution, const things::ThingStore& things);

}  // namespace fleetsim::platform
