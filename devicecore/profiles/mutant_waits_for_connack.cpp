// The reference, but that it waits two hours for a CONNACK: one that is lost costs it half a day.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_waits_for_connack_profile = {
    .name = "mutant-waits-for-connack",
    .summary = "reference, but it waits two hours for a CONNACK",
    .session = {.connect_timeout = std::chrono::hours{2}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
