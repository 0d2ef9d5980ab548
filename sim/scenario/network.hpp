// The network of world `virtual`: how far devices are from the platform, and what its links can carry; for all, or for some of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "devicecore/base/time.hpp"
#include "devicecore/link.hpp"

namespace fleetsim::sim {

/// One-way latency of a link, drawn for each link by its quantiles: straight lines between them, no formula, so that every build draws the
/// same.
struct LatencyQuantiles {
  Duration least = std::chrono::milliseconds{10};
  Duration p50 = std::chrono::milliseconds{25};
  Duration p90 = std::chrono::milliseconds{60};
  Duration p99 = std::chrono::milliseconds{150};
  Duration most = std::chrono::milliseconds{400};
};

/// modelled: round trips and bytes, which nobody computes. real: both ends carry it out, to the byte.
enum class NetworkTls : std::uint8_t { modelled, real };

struct LineSettings {
  LatencyQuantiles latency;
  Duration jitter = std::chrono::milliseconds{2};  // of each segment, uniform in [0, jitter]
  std::uint64_t bytes_per_second = 0;              // of each direction of a link; 0: no bound
};

/// Links that have a line of their own: from these devices to these endpoints. What is empty means all.
struct NetworkRoute {
  std::vector<std::string> groups;
  std::vector<std::string> countries;  // that the devices' addresses were drawn for
  std::vector<std::string> regions;    // of the instances that the links lead to; a bootstrap link leads to none
  std::optional<device::Leg> leg;      // both
  LineSettings line;
};

/// The line of a link is that of the first route that it fits, else this.
struct NetworkSettings : LineSettings {
  static constexpr std::size_t routes_max = 200;
  std::vector<NetworkRoute> routes;
  NetworkTls tls = NetworkTls::modelled;

  /// No link is faster.
  Duration least() const {
    Duration least = latency.least;
    for (const NetworkRoute& route : routes) least = std::min(least, route.line.latency.least);
    return least;
  }
};

/// No segment is faster: the least latency of all links. What happens on one side of the world cannot be felt on the other before that.
inline constexpr Duration latency_least = std::chrono::microseconds{100};

}  // namespace fleetsim::sim
