// The reference, but that it goes off for good when it is to move in the middle of an upgrade.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_upgrade_or_move_profile = {
    .name = "mutant-upgrade-or-move",
    .summary = "reference, but told to move during an upgrade it goes off and stays off",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.survives_move = false},
};

}  // namespace fleetsim::device
