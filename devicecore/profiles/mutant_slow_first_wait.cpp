// The reference, but that one lost link costs it a minute.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

Duration wait_a_minute_more(Backoff& backoff, const BackoffConfig& config, std::uint32_t random) {
  return std::chrono::minutes{1} + backoff.next(config, random);
}

}  // namespace

const FirmwareProfile mutant_slow_first_wait_profile = {
    .name = "mutant-slow-first-wait",
    .summary = "reference, but each wait is a minute longer",
    .retry = {.wait = &wait_a_minute_more},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
