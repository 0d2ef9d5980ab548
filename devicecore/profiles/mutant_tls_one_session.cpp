// The reference, but that it has memory for one TLS session of each leg, and never gives it back.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_one_session_profile = {
    .name = "mutant-tls-one-session",
    .summary = "reference, but its second TLS session of a leg finds no memory",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.sessions_max = 1},
};

}  // namespace fleetsim::device
