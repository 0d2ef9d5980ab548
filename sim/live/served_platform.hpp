// The platform of a run on sockets: served in this process, on a thread of its own.
//
//   auto host = serve_platform(config, seed, epoch, on_event);   // the error says what the environment lacks
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/platform_host.hpp"
#include "sim/fleet.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

/// `epoch` is the moment that Instant 0 means.
Result<std::unique_ptr<platform::PlatformHost>, RunError> serve_platform(platform::PlatformConfig config, std::uint64_t seed,
                                                                         std::chrono::steady_clock::time_point epoch,
                                                                         RunPlatform::EventSink on_event);

}  // namespace fleetsim::sim
