// The reference, but that it cannot do without a session that it has asked to resume.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_ticket_insists_profile = {
    .name = "mutant-tls-ticket-insists",
    .summary = "reference, but a server that has forgotten its TLS session is none to it",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.resumption = TlsResumption::insists},
};

}  // namespace fleetsim::device
