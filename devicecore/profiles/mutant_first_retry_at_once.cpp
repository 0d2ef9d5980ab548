// The reference, but that it connects again at once when a link ends; only then it waits.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

Duration wait_from_the_second_on(Backoff& backoff, const BackoffConfig& config, std::uint32_t random) {
  const bool is_first = backoff.attempts() == 0;
  const Duration wait = backoff.next(config, random);
  return is_first ? Duration::zero() : wait;
}

}  // namespace

const FirmwareProfile mutant_first_retry_at_once_profile = {
    .name = "mutant-first-retry-at-once",
    .summary = "reference, but its first retry does not wait",
    .retry = {.wait = &wait_from_the_second_on},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
