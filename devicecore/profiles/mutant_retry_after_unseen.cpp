// The reference, but that it does not look at Retry-After.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_retry_after_unseen_profile = {
    .name = "mutant-retry-after-unseen",
    .summary = "reference, but it comes back before the time that Retry-After says",
    .bootstrap = {.heeds_retry_after = false},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
