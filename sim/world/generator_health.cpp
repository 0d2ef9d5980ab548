#include "sim/world/generator_health.hpp"

#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

constexpr double loops_busy = 0.7;
constexpr double machine_busy = 0.9;
constexpr double microseconds_per_second = 1e6;

/// Arrivals and publishes are judged each by their own: a million publishes in time must not hide a fleet that came late.
void judge_lateness(const GeneratorFacts& facts, const GeneratorBounds& bounds, GeneratorHealth& health) {
  const auto judge = [&](std::uint64_t late, std::uint64_t all, std::string_view what, std::string_view advice) {
    if (all == 0) return;
    const double share = static_cast<double>(late) / static_cast<double>(all);
    if (share <= bounds.late_share_max) return;
    health.why_invalid.push_back(fmt::format("{} of {} {} came late ({:.1f} %, at most {:.1f} % are allowed): {}", late, all, what,
                                             100 * share, 100 * bounds.late_share_max, advice));
  };
  judge(facts.late_arrivals, facts.arrivals, "arrivals", "lower the rate, raise connects_in_flight, or spread the fleet with --shard k/n");
  judge(facts.late_publishes, facts.paced_publishes, "publishes", "lower the load's rate, or spread the fleet with --shard k/n");
}

void judge_lag(const GeneratorFacts& facts, const GeneratorBounds& bounds, GeneratorHealth& health) {
  const double lag_max = static_cast<double>(bounds.loop_lag_p99_max.count()) / microseconds_per_second;
  if (health.loop_lag_p99_seconds <= lag_max) return;
  // Latencies carry the lag whatever its cause, so both cases spoil the result; what to do about it differs.
  const bool own_fault = facts.cpu_share >= loops_busy || facts.machine_share >= machine_busy;
  health.why_invalid.push_back(
      fmt::format("the fleet's loops ran {:.0f} ms late (p99, at most {:.0f} ms are allowed) and were {:.0f} % busy: {}",
                  1000 * health.loop_lag_p99_seconds, 1000 * lag_max, 100 * facts.cpu_share,
                  own_fault ? "fewer devices, a lower rate, or more processes with --shard k/n"
                            : "something else took the CPU, run on a quieter machine"));
}

void judge_exhaustion(const GeneratorFacts& facts, GeneratorHealth& health) {
  if (facts.port_exhaustions > 0) {
    health.why_invalid.push_back(
        fmt::format("the host ran out of ephemeral ports {} times: spread the source addresses (addresses: loopback_spread or "
                    "more ranges), or widen net.ipv4.ip_local_port_range",
                    facts.port_exhaustions));
  }
  if (facts.descriptor_exhaustions > 0) {
    health.why_invalid.push_back(
        fmt::format("this process ran out of descriptors {} times: fewer devices, lower connects_in_flight, or more processes "
                    "with --shard k/n",
                    facts.descriptor_exhaustions));
  }
  if (facts.memory_exhaustions > 0) {
    health.why_invalid.push_back(fmt::format(
        "the kernel had no memory for a socket {} times: fewer devices, smaller socket buffers (net.ipv4.tcp_wmem, tcp_rmem), or a "
        "larger net.ipv4.tcp_mem",
        facts.memory_exhaustions));
  }
}

}  // namespace

GeneratorHealth judge_generator(const GeneratorFacts& facts, const GeneratorBounds& bounds) {
  const GeneratorHealth& measured = facts;
  GeneratorHealth health = measured;  // reported as it is
  if (facts.loop_lag != nullptr)
    health.loop_lag_p99_seconds = static_cast<double>(facts.loop_lag->percentile(99)) / microseconds_per_second;
  judge_lateness(facts, bounds, health);
  judge_lag(facts, bounds, health);
  judge_exhaustion(facts, health);
  health.valid = health.why_invalid.empty();
  return health;
}

}  // namespace fleetsim::sim
