// The reference, but that its waits are no matter of chance: a fleet of it comes back in one moment.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

Duration wait_as_all_do(Backoff& backoff, const BackoffConfig& config, std::uint32_t) { return backoff_ceiling(config, backoff.count()); }

}  // namespace

const FirmwareProfile mutant_no_jitter_profile = {
    .name = "mutant-no-jitter",
    .summary = "reference, but its waits double without a spread",
    .retry = {.wait = &wait_as_all_do},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
