#include "sim/virtual/link_timing.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::uint32_t draw_parts = 10000;  // a draw is in hundredths of a percent

std::int64_t between(Duration low, Duration high, std::uint32_t part, std::uint32_t of) {
  return low.count() + (std::max(high, low) - low).count() * part / of;
}

}  // namespace

std::uint32_t draw_latency(const LatencyQuantiles& quantiles, RandomStream& random) {
  const std::uint32_t draw = random.below(draw_parts);
  std::int64_t takes = 0;
  if (draw < 5000) {
    takes = between(quantiles.least, quantiles.p50, draw, 5000);
  } else if (draw < 9000) {
    takes = between(quantiles.p50, quantiles.p90, draw - 5000, 4000);
  } else if (draw < 9900) {
    takes = between(quantiles.p90, quantiles.p99, draw - 9000, 900);
  } else {
    takes = between(quantiles.p99, quantiles.most, draw - 9900, 100);
  }
  return static_cast<std::uint32_t>(takes);
}

}  // namespace fleetsim::sim
