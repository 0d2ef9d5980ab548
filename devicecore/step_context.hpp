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
};

}  // namespace fleetsim::device
