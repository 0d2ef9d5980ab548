// The reference, but that it gives a server one second for the CONNACK.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_impatient_connect_profile = {
    .name = "mutant-impatient-connect",
    .summary = "reference, but it waits a second for a CONNACK",
    .session = {.connect_timeout = std::chrono::seconds{1}},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
