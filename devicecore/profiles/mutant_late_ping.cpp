// The reference, but that it pings every 80 s though its keep-alive is 60 s: within what servers tolerate, beyond what was agreed.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_late_ping_profile = {
    .name = "mutant-late-ping",
    .summary = "reference, but it pings every 80 s with a keep-alive of 60 s",
    .session = {.keep_alive_s = 60, .ping_every = std::chrono::seconds{80}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
