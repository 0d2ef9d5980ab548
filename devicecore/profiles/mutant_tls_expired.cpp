// The reference, but that it takes a certificate whose time is over.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_expired_profile = {
    .name = "mutant-tls-expired",
    .summary = "reference, but it takes an expired certificate",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::expired},
};

}  // namespace fleetsim::device
