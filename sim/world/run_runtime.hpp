// Builds what all shards share: the firmware configuration of each group, names and addresses, trust, tags.
//
//   auto runtime = make_runtime(scenario, platform.get(), events, look_up_host);   // platform: nullptr in world external
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "devicecore/base/result.hpp"
#include "sim/fleet.hpp"
#include "sim/world/run_platform.hpp"
#include "sim/world/shard.hpp"

namespace fleetsim::sim {

/// The address of a name outside of the scenario; asked in world external only.
using HostLookup = std::function<std::optional<IpAddress>(const std::string& host)>;

/// The scenario must outlive the runtime. Its epoch is the caller's to set.
Result<std::unique_ptr<RunRuntime>, RunError> make_runtime(const Scenario& scenario, RunPlatform* platform, EventStream* events,
                                                           const HostLookup& look_up);

/// HMAC for devices on any thread: each thread keeps digest contexts of its own.
HmacPort thread_safe_hmac();

}  // namespace fleetsim::sim
