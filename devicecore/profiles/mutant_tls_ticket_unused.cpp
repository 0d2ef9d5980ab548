// The reference, but that it asks for tickets and forgets them.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_ticket_unused_profile = {
    .name = "mutant-tls-ticket-unused",
    .summary = "reference, but it asks for TLS tickets and uses none",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.resumption = TlsResumption::asks_only},
};

}  // namespace fleetsim::device
