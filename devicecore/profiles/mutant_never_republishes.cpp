// The reference, but that it does not send a publish again on a link where its PUBACK is missing.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_never_republishes_profile = {
    .name = "mutant-never-republishes",
    .summary = "reference, but a PUBACK that is missing does not trouble it",
    .session = {.publish_retry = std::chrono::hours{48}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
