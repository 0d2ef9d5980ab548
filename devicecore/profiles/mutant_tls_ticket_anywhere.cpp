// The reference, but that it keeps one session for all hosts.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_ticket_anywhere_profile = {
    .name = "mutant-tls-ticket-anywhere",
    .summary = "reference, but it offers every host the TLS session of another one",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.resumption = TlsResumption::anywhere},
};

}  // namespace fleetsim::device
