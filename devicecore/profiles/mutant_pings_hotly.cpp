// The reference, but that it pings every second, whatever its keep-alive, and gives up after three.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_pings_hotly_profile = {
    .name = "mutant-pings-hotly",
    .summary = "reference, but it pings every second",
    .session = {.keep_alive_s = 60, .ping_every = std::chrono::seconds{1}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
