// The reference, but that it has no TLS at all.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_never_profile = {
    .name = "mutant-tls-never",
    .summary = "reference, but it speaks in the clear wherever TLS is wanted",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.speaks_tls = false},
};

}  // namespace fleetsim::device
