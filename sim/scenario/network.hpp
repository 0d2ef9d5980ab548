// The network of world `virtual`: how far devices are from the platform, and what its links can carry.
#pragma once

#include <cstdint>

#include "devicecore/base/time.hpp"

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

struct NetworkSettings {
  LatencyQuantiles latency;
  Duration jitter = std::chrono::milliseconds{2};  // of each segment, uniform in [0, jitter]
  std::uint64_t bytes_per_second = 0;              // of each direction of a link; 0: no bound
  NetworkTls tls = NetworkTls::modelled;
};

/// No segment is faster: the least latency of all links. What happens on one side of the world cannot be felt on the other before that.
inline constexpr Duration latency_least = std::chrono::microseconds{100};

}  // namespace fleetsim::sim
