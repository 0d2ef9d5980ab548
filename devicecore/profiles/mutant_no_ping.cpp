// The reference, but that it forgets to ping.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_no_ping_profile = {
    .name = "mutant-no-ping",
    .summary = "reference, but it never pings",
    .session = {.keep_alive_s = 60, .ping_every = std::chrono::hours{48}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
