// The reference, but that it fetches and installs what it runs already.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_upgrades_again_profile = {
    .name = "mutant-upgrades-again",
    .summary = "reference, but an offer of its own version is one more upgrade",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.ignores_own_version = false},
};

}  // namespace fleetsim::device
