// `fleetsim platform`: the mock alone on its sockets, until a signal ends it.
//
//   return serve_platform(config, {.ca_out = "/tmp/ca.pem"});
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "platform-mock/core/platform_config.hpp"
#include "platform-mock/server/platform_server.hpp"
#include "platform-mock/server/serve_log.hpp"

namespace fleetsim::platform {

struct ServeOptions {
  std::uint64_t seed = 1;
  std::string ca_out;                     // where the CA certificate goes; empty: nowhere
  DurableState* state = nullptr;          // what outlives the process; null: nothing
  std::chrono::milliseconds drain{5000};  // at most, after SIGTERM or SIGINT
  LogFormat log = LogFormat::text;
};

/// Prints one JSON line with all endpoints to stdout when ready; what is refused is told on stderr (serve_log.hpp). Blocks until
/// SIGTERM or SIGINT, then drains. Returns the exit code: 0, or 3 when the environment is in the way (said on stderr, with a hint), which
/// it can also get while the platform is served: when its state cannot be kept any more, it ends without another word to anybody.
int serve_platform(const PlatformConfig& config, const ServeOptions& options);

/// The JSON line, without its line end. `ca` is the path that the CA was written to, or empty.
std::string ready_line(const PlatformConfig& config, const PlatformServer& server, const std::string& ca);

}  // namespace fleetsim::platform
