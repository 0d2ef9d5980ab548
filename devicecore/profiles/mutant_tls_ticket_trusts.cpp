// The reference, but that it looks at no certificate once it has a session to offer.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_ticket_trusts_profile = {
    .name = "mutant-tls-ticket-trusts",
    .summary = "reference, but with a TLS session to resume it takes any certificate",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.resumption = TlsResumption::trusts},
};

}  // namespace fleetsim::device
