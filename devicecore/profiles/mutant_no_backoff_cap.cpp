// The reference, but that its waits know no cap: after an outage that lasts it stays away for hours.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

constexpr std::uint8_t doublings_max = 20;  // where the sum would overflow, and nobody waits any more

Duration wait_without_cap(Backoff& backoff, const BackoffConfig& config, std::uint32_t) {
  const std::uint8_t failures = backoff.count();
  return config.floor * (std::int64_t{1} << (failures < doublings_max ? failures : doublings_max));
}

}  // namespace

const FirmwareProfile mutant_no_backoff_cap_profile = {
    .name = "mutant-no-backoff-cap",
    .summary = "reference, but its waits double without a cap",
    .retry = {.wait = &wait_without_cap},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
