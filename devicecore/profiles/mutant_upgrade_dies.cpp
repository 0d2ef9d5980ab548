// The reference, but that it forgets an upgrade when its MQTT link ends.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_upgrade_dies_profile = {
    .name = "mutant-upgrade-dies",
    .summary = "reference, but a move or a lost link ends an upgrade for good",
    .notify = {.obeys_endpoint_push = true},
    .upgrade = {.survives_connection = false},
};

}  // namespace fleetsim::device
