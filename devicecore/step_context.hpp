// What the shell lends to one step of a device.
#pragma once

#include <cstdint>

#include "devicecore/base/time.hpp"
#include "devicecore/block_pool.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/workspace.hpp"

namespace fleetsim::device {

struct StepContext {
  Instant now;
  std::uint32_t random = 0;  // a fresh uniform word for this step
  const DeviceConfig& config;
  BlockPool& pool;
  Workspace& workspace;
  Duration clock_error{0};  // of its time of day: Unix time is DeviceConfig::unix_epoch_ms + now + clock_error. `now` itself is a counter
};

}  // namespace fleetsim::device
