#include "sim/live/served_platform.hpp"

#include <utility>

#include "platform-mock/server/platform_server.hpp"

namespace fleetsim::sim {

Result<std::unique_ptr<platform::PlatformHost>, RunError> serve_platform(platform::PlatformConfig config, ServedPlatformOptions options) {
  platform::ServerOptions served;
  served.seed = options.seed;
  served.epoch = options.epoch;
  served.on_event = std::move(options.on_event);
  served.state = options.store;
  served.on_state_lost = std::move(options.on_store_lost);
  auto server = platform::PlatformServer::start(std::move(config), std::move(served));
  if (!server) return fail(RunError{server.error().what, server.error().hint});
  return std::unique_ptr<platform::PlatformHost>(std::move(*server));
}

}  // namespace fleetsim::sim
