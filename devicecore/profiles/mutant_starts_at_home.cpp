// The reference, but that it connects to the endpoint that is burned in while its flash is empty.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_starts_at_home_profile = {
    .name = "mutant-starts-at-home",
    .summary = "reference, but without a stored endpoint it goes to the one that is burned in",
    .bootstrap = {.starts_at_home = true},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
