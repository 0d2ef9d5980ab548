// The reference, but that it asks for a keep-alive that the platform does not grant.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_keep_alive_too_long_profile = {
    .name = "mutant-keep-alive-too-long",
    .summary = "reference, but its keep-alive is 2000 s",
    .session = {.keep_alive_s = 2000},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
