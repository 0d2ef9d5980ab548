// The reference, but that it hears offers on its first connection only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_upgrades_once_profile = {
    .name = "mutant-upgrades-once",
    .summary = "reference, but it takes no upgrade after it has connected again",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.listens_again = false},
};

}  // namespace fleetsim::device
