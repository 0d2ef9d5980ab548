#include "sim/live/served_platform.hpp"

#include <utility>

#include "platform-mock/server/platform_server.hpp"

namespace fleetsim::sim {

Result<std::unique_ptr<platform::PlatformHost>, RunError> serve_platform(platform::PlatformConfig config, std::uint64_t seed,
                                                                         std::chrono::steady_clock::time_point epoch,
                                                                         RunPlatform::EventSink on_event) {
  platform::ServerOptions options;
  options.seed = seed;
  options.epoch = epoch;
  options.on_event = std::move(on_event);
  auto server = platform::PlatformServer::start(std::move(config), std::move(options));
  if (!server) return fail(RunError{server.error().what, server.error().hint});
  return std::unique_ptr<platform::PlatformHost>(std::move(*server));
}

}  // namespace fleetsim::sim
