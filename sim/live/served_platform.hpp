// The platform of a run on sockets: served in this process, on a thread of its own.
//
//   auto host = serve_platform(config, {.seed = 1, .epoch = epoch, .on_event = on_event});   // the error says what the environment lacks
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/durable_state.hpp"
#include "platform-mock/core/platform_host.hpp"
#include "sim/fleet.hpp"
#include "sim/world/run_platform.hpp"

namespace fleetsim::sim {

struct ServedPlatformOptions {
  std::uint64_t seed = 1;
  std::chrono::steady_clock::time_point epoch;  // the moment that Instant 0 means
  RunPlatform::EventSink on_event;
  /// From which it comes back when it crashes; outlives it. Null: it cannot crash.
  platform::DurableState* store = nullptr;
  /// On the platform's thread: a change could not be kept, and it tells nobody anything any more. May be empty.
  std::function<void(const platform::StoreError&)> on_store_lost;
};

Result<std::unique_ptr<platform::PlatformHost>, RunError> serve_platform(platform::PlatformConfig config, ServedPlatformOptions options);

}  // namespace fleetsim::sim
