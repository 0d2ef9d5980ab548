// Builds what all shards share: the firmware configuration of each group, names and addresses, trust, tags.
//
//   auto runtime = make_runtime(scenario, platform.get(), epoch, events);   // platform: nullptr in world external
#pragma once

#include <chrono>
#include <memory>

#include "devicecore/base/result.hpp"
#include "sim/fleet.hpp"
#include "sim/live/live_platform.hpp"
#include "sim/live/shard.hpp"

namespace fleetsim::sim {

/// The scenario must outlive the runtime.
Result<std::unique_ptr<LiveRuntime>, RunError> make_runtime(const Scenario& scenario, LivePlatform* platform,
                                                            std::chrono::steady_clock::time_point epoch, EventStream* events);

/// HMAC for devices on any thread: each thread keeps digest contexts of its own.
HmacPort thread_safe_hmac();

}  // namespace fleetsim::sim
