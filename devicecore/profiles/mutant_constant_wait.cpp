// The reference, but that it waits about 5 s however long an outage lasts.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

Duration wait_five_seconds(Backoff&, const BackoffConfig&, std::uint32_t random) {
  return std::chrono::seconds{5} + std::chrono::milliseconds{random % 1000};
}

}  // namespace

const FirmwareProfile mutant_constant_wait_profile = {
    .name = "mutant-constant-wait",
    .summary = "reference, but its waits do not grow",
    .retry = {.wait = &wait_five_seconds},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
