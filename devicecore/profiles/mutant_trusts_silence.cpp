// The reference, but that it takes a server for alive that has not answered three pings, 1000 s apart.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_trusts_silence_profile = {
    .name = "mutant-trusts-silence",
    .summary = "reference, but it holds a dead link for an hour",
    .session = {.keep_alive_s = 1200, .ping_every = std::chrono::seconds{1000}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
