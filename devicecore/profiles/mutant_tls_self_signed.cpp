// The reference, but that it takes a certificate that signs itself.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_self_signed_profile = {
    .name = "mutant-tls-self-signed",
    .summary = "reference, but it takes a self-signed certificate",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::self_signed},
};

}  // namespace fleetsim::device
