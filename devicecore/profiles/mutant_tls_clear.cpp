// The reference, but that it speaks in the clear after a handshake that failed.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_clear_profile = {
    .name = "mutant-tls-clear",
    .summary = "reference, but after a failed handshake it does without TLS",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.insists = false},
};

}  // namespace fleetsim::device
