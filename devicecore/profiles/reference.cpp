// Does all that the platform asks of a device: the behaviour that the others are measured against.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile reference_profile = {
    .name = "reference",
    .summary = "bootstraps, answers a notify, moves, stores its endpoint, backs off",
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
