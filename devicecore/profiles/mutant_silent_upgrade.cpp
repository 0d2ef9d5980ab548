// The reference, but that it tells no progress.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_silent_upgrade_profile = {
    .name = "mutant-silent-upgrade",
    .summary = "reference, but it tells no progress of an upgrade",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.tells_progress = false},
};

}  // namespace fleetsim::device
