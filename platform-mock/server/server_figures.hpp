// What the socket shell can tell of itself at one moment, for /metrics and /healthz. Names no Asio type.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform-mock/server/platform_server.hpp"

namespace fleetsim::platform {

struct ListenerFigures {
  std::string name;    // an instance's id, "bootstrap", "management", "metrics"
  std::string region;  // of an instance
  std::uint64_t open = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  bool out_of_descriptors = false;  // it accepts nobody until some are free
};

struct ServerFigures {
  ServerStatistics statistics;
  bool draining = false;
  std::vector<ListenerFigures> listeners;
};

/// On the server's thread.
using FiguresSource = std::function<ServerFigures()>;

}  // namespace fleetsim::platform
