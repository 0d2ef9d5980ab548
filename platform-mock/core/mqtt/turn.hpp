// One call of the shell: what time it is, and where wishes go.
#pragma once

#include "devicecore/base/time.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform::mqtt {

struct Turn {
  Instant now{};
  Output& output;
};

}  // namespace fleetsim::platform::mqtt
