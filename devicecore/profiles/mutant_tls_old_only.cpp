// The reference, but that it knows nothing newer than TLS 1.1.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {

const FirmwareProfile mutant_tls_old_only_profile = {
    .name = "mutant-tls-old-only",
    .summary = "reference, but it offers TLS 1.1 at most",
    .notify = {.obeys_endpoint_push = true},
    .tls = {.offer = TlsOffer::old_only},
};

}  // namespace fleetsim::device
