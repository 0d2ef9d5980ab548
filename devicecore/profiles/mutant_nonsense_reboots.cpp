// The reference, but that it restarts when an offer makes no sense.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_nonsense_reboots_profile = {
    .name = "mutant-nonsense-reboots",
    .summary = "reference, but a malformed offer makes it restart",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.survives_nonsense = false},
};

}  // namespace fleetsim::device
