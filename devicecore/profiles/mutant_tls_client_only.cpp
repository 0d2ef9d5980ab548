// The reference, but that it takes a certificate which is for clients only.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_client_only_profile = {
    .name = "mutant-tls-client-only",
    .summary = "reference, but it takes a server's certificate that is for clients only",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.overlooks = overlooks::client_only},
};

}  // namespace fleetsim::device
