#include "sim/live/run_limits.hpp"

#include <fmt/format.h>

namespace fleetsim::sim {
namespace {

// Standard streams, event loops, listeners, the country database, the report: what a run holds besides its connections.
constexpr std::uint64_t descriptors_of_the_run = 128;

}  // namespace

std::uint64_t DescriptorNeed::total() const { return ends * devices + ends * connects_in_flight + descriptors_of_the_run; }

std::optional<RunError> check_descriptors(const DescriptorNeed& need) { return check_descriptors(need, raise_descriptor_limit()); }

std::optional<RunError> check_descriptors(const DescriptorNeed& need, std::uint64_t limit) {
  if (need.total() <= limit) return std::nullopt;
  const std::uint64_t fixed = need.ends * need.connects_in_flight + descriptors_of_the_run;
  const std::uint64_t devices_max = limit > fixed ? (limit - fixed) / need.ends : 0;
  // Where not even one fits, a smaller fleet is no way out.
  const std::string fewer =
      devices_max == 0
          ? ""
          : fmt::format("run at most {} devices in one process, spread them over processes with --shard k/n, or ", devices_max);
  return RunError{fmt::format("{} devices need {} descriptors ({} a device, {} connects in flight), this process may have {}", need.devices,
                              need.total(), need.ends, need.connects_in_flight, limit),
                  fmt::format("{}raise the limit (ulimit -n {})", fewer, need.total())};
}

}  // namespace fleetsim::sim
