// Where the management endpoint is, for the URLs of files; filled in by the shell once it listens.
//
//   platform.advertise_management({.host = "127.0.0.1", .port = 18080, .plain = true, .tls = true});
#pragma once

#include <cstdint>
#include <string>

namespace fleetsim::platform {

struct ManagementEndpoint {
  std::string host;
  std::uint16_t port = 0;
  bool plain = true;
  bool tls = false;
};

}  // namespace fleetsim::platform
